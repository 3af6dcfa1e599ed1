using System.Numerics;
using System.Runtime.CompilerServices;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>A product by <c>cblas_sgemm</c> or <c>cblas_dgemm</c>, called by address and without marshalling.</summary>
internal sealed unsafe class CblasProduct<T>(nint gemm, ProductRow row, Operands<T> operands) : IPreparedProduct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    /// <summary>Below, telling the garbage collector of each call would show; above, it would wait for a product too long.</summary>
    private const double OperationsOfSmallProduct = 2.0 * 32 * 32 * 32;

    public void Multiply(int calls)
    {
        int transposeA = row.Orientation == Orientation.TransposeA ? Transpose : NoTranspose;
        int transposeB = row.Orientation == Orientation.TransposeB ? Transpose : NoTranspose;
        T* a = Address(operands.MemoryOfA);
        T* b = Address(operands.MemoryOfB);
        T* c = Address(operands.MemoryOfC);
        (int lda, int ldb, int ldc) = (operands.MemoryOfA.Columns, operands.MemoryOfB.Columns, operands.MemoryOfC.Columns);
        if (row.Threads == 1 && row.Operations <= OperationsOfSmallProduct)
        {
            var multiply = (delegate* unmanaged[SuppressGCTransition]<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)gemm;
            for (int call = 0; call < calls; call++)
            {
                multiply(RowMajor, transposeA, transposeB, row.M, row.N, row.K, T.One, a, lda, b, ldb, T.Zero, c, ldc);
            }
        }
        else
        {
            var multiply = (delegate* unmanaged<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)gemm;
            for (int call = 0; call < calls; call++)
            {
                multiply(RowMajor, transposeA, transposeB, row.M, row.N, row.K, T.One, a, lda, b, ldb, T.Zero, c, ldc);
            }
        }
    }

    public void CopyResult()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>The buffers are pinned.</summary>
    private static T* Address(TensorBuffer<T> buffer) => (T*)Unsafe.AsPointer(ref buffer.Span[0]);
}
