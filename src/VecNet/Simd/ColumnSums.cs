using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Sums over the rows of a matrix, one for each column.</summary>
internal static unsafe class ColumnSums
{
    /// <summary>Four chains: an addition takes two cycles or more before the next of the same chain can start.</summary>
    private const int VectorsAtOnce = 4;

    /// <summary>sums[j] = x[0, j] + x[1, j] + …, or that added to sums[j] term by term. Each is one chain in the order of the rows.</summary>
    internal static void Run<T>(ReadOnlyTensorView<T> x, Span<T> sums, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x.Span, ps = sums)
        {
            nint done = Machine.Has512 ? Loop<T, Wide512<T>>(px, x.Rows, x.RowStride, ps, 0, sums.Length, accumulate)
                : Machine.HasVectors ? Loop<T, Portable<T>>(px, x.Rows, x.RowStride, ps, 0, sums.Length, accumulate)
                : 0;
            Loop<T, Scalar<T>>(px, x.Rows, x.RowStride, ps, done, sums.Length, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector>(T* x, nint rows, nint stride, T* sums, nint start, nint columns, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint width = TVector.Count;
        TVector zero = TVector.Broadcast(T.Zero);
        nint j = start;
        for (; j <= columns - (VectorsAtOnce * width); j += VectorsAtOnce * width)
        {
            T* sum = sums + j;
            TVector sum0 = accumulate ? TVector.Load(sum) : zero;
            TVector sum1 = accumulate ? TVector.Load(sum + width) : zero;
            TVector sum2 = accumulate ? TVector.Load(sum + (2 * width)) : zero;
            TVector sum3 = accumulate ? TVector.Load(sum + (3 * width)) : zero;
            T* row = x + j;
            for (nint i = 0; i < rows; i++, row += stride)
            {
                sum0 = TVector.Add(sum0, TVector.Load(row));
                sum1 = TVector.Add(sum1, TVector.Load(row + width));
                sum2 = TVector.Add(sum2, TVector.Load(row + (2 * width)));
                sum3 = TVector.Add(sum3, TVector.Load(row + (3 * width)));
            }

            TVector.Store(sum0, sum);
            TVector.Store(sum1, sum + width);
            TVector.Store(sum2, sum + (2 * width));
            TVector.Store(sum3, sum + (3 * width));
        }

        for (; j <= columns - width; j += width)
        {
            TVector sum = accumulate ? TVector.Load(sums + j) : zero;
            T* row = x + j;
            for (nint i = 0; i < rows; i++, row += stride)
            {
                sum = TVector.Add(sum, TVector.Load(row));
            }

            TVector.Store(sum, sums + j);
        }

        if (j < columns && TVector.HasMaskedAccess)
        {
            TVector part = TVector.FirstElements(columns - j);
            TVector sum = accumulate ? TVector.LoadMasked(sums + j, part) : zero;
            T* row = x + j;
            for (nint i = 0; i < rows; i++, row += stride)
            {
                sum = TVector.Add(sum, TVector.LoadMasked(row, part));
            }

            TVector.StoreMasked(sum, sums + j, part);
            return columns;
        }

        return j;
    }
}
