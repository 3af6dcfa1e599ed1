using System.Numerics;

namespace VecNet;

/// <summary>Z = X + Y or X − Y of blocks, where X or Y may lack Z's last row or column: what is missing counts as zeros.</summary>
internal unsafe struct BlockSum<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Block<T> x;
    private Block<T> y;
    private bool subtracts;

    /// <summary>z = x + y; z may be x or y.</summary>
    internal static void Add(in Block<T> x, in Block<T> y, in Block<T> z, int threads) => Run(x, y, z, subtracts: false, threads);

    /// <summary>z = x − y; z may be x or y.</summary>
    internal static void Subtract(in Block<T> x, in Block<T> y, in Block<T> z, int threads) => Run(x, y, z, subtracts: true, threads);

    private static void Run(in Block<T> x, in Block<T> y, in Block<T> z, bool subtracts, int threads)
    {
        BlockSum<T> sum = new() { x = x, y = y, subtracts = subtracts };
        BlockWork<T>.Run(new() { Function = &Run, Context = &sum }, z, threads);
    }

    private static void Run(void* context, in FinishedPart<T> z)
    {
        ref BlockSum<T> sum = ref *(BlockSum<T>*)context;
        T* x = sum.x.Start + (z.Row * sum.x.Row), y = sum.y.Start + (z.Row * sum.y.Row);
        nint rows = nint.Clamp(nint.Min(sum.x.Rows, sum.y.Rows) - z.Row, 0, z.Rows);
        nint columns = nint.Min(z.Columns, nint.Min(sum.x.Columns, sum.y.Columns));
        if (sum.subtracts)
        {
            BinaryLoop.Run<T, BinaryLoop.Minus<T>>(x, sum.x.Row, y, sum.y.Row, z.C, z.CRow, rows, columns);
        }
        else
        {
            BinaryLoop.Run<T, BinaryLoop.Plus<T>>(x, sum.x.Row, y, sum.y.Row, z.C, z.CRow, rows, columns);
        }

        for (nint i = 0; i < z.Rows; i++)
        {
            for (nint j = i < rows ? columns : 0; j < z.Columns; j++)
            {
                T left = Element(sum.x, z.Row + i, j), right = Element(sum.y, z.Row + i, j);
                z.C[(i * z.CRow) + j] = sum.subtracts ? left - right : left + right;
            }
        }
    }

    private static T Element(in Block<T> block, nint i, nint j) => i < block.Rows && j < block.Columns ? block.Start[(i * block.Row) + j] : T.Zero;
}
