using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Sums of products over the rows of a matrix, one for each column.</summary>
internal static unsafe class ColumnMoments
{
    /// <summary>Four chains: a multiply-add takes four cycles before the next of the same chain can start.</summary>
    private const int VectorsAtOnce = 4;

    /// <summary>sums[j] = Σ (x[i, j] − centers[j])², each one chain in the order of the rows.</summary>
    internal static void Squares<T>(ReadOnlyTensorView<T> x, ReadOnlySpan<T> centers, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Square<T>>(x, x, centers, sums);

    /// <summary>sums[j] = Σ (x[i, j] − centers[j]) · y[i, j], each one chain in the order of the rows.</summary>
    internal static void Products<T>(ReadOnlyTensorView<T> x, ReadOnlySpan<T> centers, ReadOnlyTensorView<T> y, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Product<T>>(x, y, centers, sums);

    /// <summary>
    /// Σ x̂ᵢ · yᵢ of one column with x̂ᵢ = (xᵢ − μ) · inverse, where Σ (xᵢ − μ) · yᵢ is not finite; if it is so for good reason, neither is
    /// this.
    /// </summary>
    internal static T ProductsOfNormalized<T>(ReadOnlyTensorView<T> x, T mean, T inverse, ReadOnlyTensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Rows; i++)
        {
            sum += (x[i, 0] - mean) * inverse * y[i, 0];
        }

        return sum;
    }

    private static void Run<T, TTerm>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, ReadOnlySpan<T> centers, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        fixed (T* px = x.Span, py = y.Span, pc = centers, ps = sums)
        {
            nint done = Machine.Has512 ? Loop<T, Wide512<T>, TTerm>(px, x.RowStride, py, y.RowStride, x.Rows, pc, ps, 0, sums.Length)
                : Machine.HasVectors ? Loop<T, Portable<T>, TTerm>(px, x.RowStride, py, y.RowStride, x.Rows, pc, ps, 0, sums.Length)
                : 0;
            if (done < sums.Length)
            {
                Loop<T, Scalar<T>, TTerm>(px, x.RowStride, py, y.RowStride, x.Rows, pc, ps, done, sums.Length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TTerm>(T* x, nint xRow, T* y, nint yRow, nint rows, T* centers, T* sums, nint start, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TTerm : struct, ITerm<T>
    {
        nint width = TVector.Count;
        TVector zero = TVector.Broadcast(T.Zero);
        nint j = start;
        for (; j <= columns - (VectorsAtOnce * width); j += VectorsAtOnce * width)
        {
            TVector center0 = TVector.Load(centers + j);
            TVector center1 = TVector.Load(centers + j + width);
            TVector center2 = TVector.Load(centers + j + (2 * width));
            TVector center3 = TVector.Load(centers + j + (3 * width));
            TVector sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
            T* left = x + j, right = y + j;
            for (nint i = 0; i < rows; i++, left += xRow, right += yRow)
            {
                sum0 = TTerm.Add(sum0, TVector.Subtract(TVector.Load(left), center0), TVector.Load(right));
                sum1 = TTerm.Add(sum1, TVector.Subtract(TVector.Load(left + width), center1), TVector.Load(right + width));
                sum2 = TTerm.Add(sum2, TVector.Subtract(TVector.Load(left + (2 * width)), center2), TVector.Load(right + (2 * width)));
                sum3 = TTerm.Add(sum3, TVector.Subtract(TVector.Load(left + (3 * width)), center3), TVector.Load(right + (3 * width)));
            }

            TVector.Store(sum0, sums + j);
            TVector.Store(sum1, sums + j + width);
            TVector.Store(sum2, sums + j + (2 * width));
            TVector.Store(sum3, sums + j + (3 * width));
        }

        for (; j <= columns - width; j += width)
        {
            TVector center = TVector.Load(centers + j);
            TVector sum = zero;
            T* left = x + j, right = y + j;
            for (nint i = 0; i < rows; i++, left += xRow, right += yRow)
            {
                sum = TTerm.Add(sum, TVector.Subtract(TVector.Load(left), center), TVector.Load(right));
            }

            TVector.Store(sum, sums + j);
        }

        if (j < columns && TVector.HasMaskedAccess)
        {
            TVector part = TVector.FirstElements(columns - j);
            TVector center = TVector.LoadMasked(centers + j, part);
            TVector sum = zero;
            T* left = x + j, right = y + j;
            for (nint i = 0; i < rows; i++, left += xRow, right += yRow)
            {
                sum = TTerm.Add(sum, TVector.Subtract(TVector.LoadMasked(left, part), center), TVector.LoadMasked(right, part));
            }

            TVector.StoreMasked(sum, sums + j, part);
            return columns;
        }

        return j;
    }

    /// <summary>What is added for each element.</summary>
    private interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        static abstract TVector Add<TVector>(TVector sum, TVector difference, TVector y)
            where TVector : struct, IVector<TVector, T>;
    }

    private readonly struct Square<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector sum, TVector difference, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(difference, difference, sum);
    }

    private readonly struct Product<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector sum, TVector difference, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(difference, y, sum);
    }
}
