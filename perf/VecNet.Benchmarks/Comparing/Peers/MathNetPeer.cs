using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Precision = VecNet.Benchmarks.Comparing.Protocol.Precision;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>Math.NET's managed provider: what most .NET programs multiply with.</summary>
internal static class MathNetPeer
{
    internal static Peer Create()
    {
        Control.UseManaged();
        return Peer.Of<ProductRow>(
            $"{typeof(Control).Assembly.GetName().Version!.ToString(3)} managed",
            row => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));
    }

    /// <summary>
    /// Math.NET is column-major: a row-major matrix is to it the transposed one, without copying. So it computes Cᵀ = op(B)ᵀ·op(A)ᵀ.
    /// </summary>
    private static PreparedRow Prepare<T>(ProductRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (row.RowStride != 0)
        {
            throw new NotSupportedException("has no matrices with gaps between rows");
        }

        Control.MaxDegreeOfParallelism = row.Threads;
        var operands = new ProductOperands<T>(row);
        Matrix<T> a = ColumnMajor(row.StoredA, operands.Memory.A.Span.ToArray());
        Matrix<T> b = ColumnMajor(row.StoredB, operands.Memory.B.Span.ToArray());
        var result = new T[row.M * row.N];
        Matrix<T> c = ColumnMajor((row.M, row.N), result);
        Action multiply = row.Orientation switch
        {
            Orientation.TransposeA => () => b.TransposeAndMultiply(a, c),
            Orientation.TransposeB => () => b.TransposeThisAndMultiply(a, c),
            _ => () => b.Multiply(a, c),
        };
        Array.Fill(result, T.NaN);
        return PreparedRow.Of(multiply, 1, () => [result]);
    }

    private static Matrix<T> ColumnMajor<T>((int Rows, int Columns) rowMajor, T[] elements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Matrix<T>.Build.Dense(rowMajor.Columns, rowMajor.Rows, elements);
}
