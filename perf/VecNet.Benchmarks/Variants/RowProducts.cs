using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Variants;

/// <summary>Products of square row-major matrices out of TensorPrimitives' operations on rows: what System.Numerics.Tensors offers.</summary>
internal static class RowProducts
{
    /// <summary>C = A·B: cᵢ += aᵢₚ·bₚ, a row at a time.</summary>
    internal static void MultiplyAdd<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < size; i++)
        {
            Span<T> rowOfC = c.Slice(i * size, size);
            rowOfC.Clear();
            for (int p = 0; p < size; p++)
            {
                TensorPrimitives.MultiplyAdd(b.Slice(p * size, size), a[(i * size) + p], rowOfC, rowOfC);
            }
        }
    }

    /// <summary>C = A·Bᵀ: cᵢⱼ = aᵢ·bⱼ, for a B that lies transposed already.</summary>
    internal static void Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> bTransposed, Span<T> c, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                c[(i * size) + j] = TensorPrimitives.Dot(a.Slice(i * size, size), bTransposed.Slice(j * size, size));
            }
        }
    }
}
