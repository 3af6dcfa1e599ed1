using System.Diagnostics;
using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>Math.NET's managed provider: what most .NET programs multiply with.</summary>
internal sealed class MathNetPeer : IProductPeer
{
    internal MathNetPeer() => Control.UseManaged();

    public string Description => $"{typeof(Control).Assembly.GetName().Version!.ToString(3)} managed";

    public IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (row.RowStride != 0)
        {
            throw new NotSupportedException("has no matrices with gaps between rows");
        }

        Control.MaxDegreeOfParallelism = row.Threads;
        return new PreparedProduct<T>(row, operands);
    }

    /// <summary>
    /// Math.NET is column-major: a row-major matrix is to it the transposed one, without copying. So it computes Cᵀ = op(B)ᵀ·op(A)ᵀ.
    /// </summary>
    private sealed class PreparedProduct<T> : IPreparedProduct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Orientation orientation;
        private readonly Operands<T> operands;
        private readonly Matrix<T> aTransposed;
        private readonly Matrix<T> bTransposed;
        private readonly T[] result;
        private readonly Matrix<T> cTransposed;

        internal PreparedProduct(ProductRow row, Operands<T> operands)
        {
            orientation = row.Orientation;
            this.operands = operands;
            aTransposed = ColumnMajor(row.StoredA, operands.MemoryOfA.Span.ToArray());
            bTransposed = ColumnMajor(row.StoredB, operands.MemoryOfB.Span.ToArray());
            result = new T[row.M * row.N];
            Array.Fill(result, T.NaN);
            cTransposed = ColumnMajor((row.M, row.N), result);
        }

        public void Multiply(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                switch (orientation)
                {
                    case Orientation.Plain:
                        bTransposed.Multiply(aTransposed, cTransposed);
                        break;
                    case Orientation.TransposeA:
                        bTransposed.TransposeAndMultiply(aTransposed, cTransposed);
                        break;
                    case Orientation.TransposeB:
                        bTransposed.TransposeThisAndMultiply(aTransposed, cTransposed);
                        break;
                    default:
                        throw new UnreachableException();
                }
            }
        }

        public void CopyResult() => result.CopyTo(operands.MemoryOfC.Span);

        public void Dispose()
        {
        }

        private static Matrix<T> ColumnMajor((int Rows, int Columns) rowMajor, T[] elements) =>
            Matrix<T>.Build.Dense(rowMajor.Columns, rowMajor.Rows, elements);
    }
}
