using System.Numerics;

namespace VecNet;

/// <summary>Z = X + Y or X − Y of submatrices, where X or Y may lack Z's last row or column: missing elements count as zeros.</summary>
internal unsafe struct PaddedSum<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Submatrix<T> x;
    private Submatrix<T> y;
    private bool subtracts;

    /// <summary>z = x + y; z may be x or y.</summary>
    internal static void Add(in Submatrix<T> x, in Submatrix<T> y, in Submatrix<T> z, int threads) =>
        Run(x, y, z, subtracts: false, threads);

    /// <summary>z = x − y; z may be x or y.</summary>
    internal static void Subtract(in Submatrix<T> x, in Submatrix<T> y, in Submatrix<T> z, int threads) =>
        Run(x, y, z, subtracts: true, threads);

    private static void Run(in Submatrix<T> x, in Submatrix<T> y, in Submatrix<T> z, bool subtracts, int threads)
    {
        PaddedSum<T> sum = new() { x = x, y = y, subtracts = subtracts };
        RowParallel<T>.Run(new() { Function = &Run, Context = &sum }, z, threads);
    }

    private static void Run(void* context, in FinishedBlock<T> z)
    {
        ref PaddedSum<T> sum = ref *(PaddedSum<T>*)context;
        T* x = sum.x.Pointer + (z.Row * sum.x.RowStride), y = sum.y.Pointer + (z.Row * sum.y.RowStride);
        nint rows = nint.Clamp(nint.Min(sum.x.Rows, sum.y.Rows) - z.Row, 0, z.Rows);
        nint columns = nint.Min(z.Columns, nint.Min(sum.x.Columns, sum.y.Columns));
        if (sum.subtracts)
        {
            BinaryLoop.Run<T, BinaryLoop.Minus<T>>(x, sum.x.RowStride, y, sum.y.RowStride, z.Pointer, z.RowStride, rows, columns);
        }
        else
        {
            BinaryLoop.Run<T, BinaryLoop.Plus<T>>(x, sum.x.RowStride, y, sum.y.RowStride, z.Pointer, z.RowStride, rows, columns);
        }

        for (nint i = 0; i < z.Rows; i++)
        {
            for (nint j = i < rows ? columns : 0; j < z.Columns; j++)
            {
                T left = Element(sum.x, z.Row + i, j), right = Element(sum.y, z.Row + i, j);
                z.Pointer[(i * z.RowStride) + j] = sum.subtracts ? left - right : left + right;
            }
        }
    }

    private static T Element(in Submatrix<T> matrix, nint i, nint j) =>
        i < matrix.Rows && j < matrix.Columns ? matrix.Pointer[(i * matrix.RowStride) + j] : T.Zero;
}
