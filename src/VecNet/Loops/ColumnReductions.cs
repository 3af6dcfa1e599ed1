using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Sums over the rows of a matrix, one for each column. Each sum is one chain of additions in the order of the rows.</summary>
internal static unsafe class ColumnReductions
{
    /// <summary>
    /// Four chains: a multiply-add takes four cycles before the next of the same chain can start, an addition two or more.
    /// </summary>
    private const int VectorsAtOnce = 4;

    /// <summary>sums[j] = x[0, j] + x[1, j] + …, or that added to sums[j] term by term.</summary>
    internal static void Sum<T>(in ReadOnlyTensorView<T> x, Span<T> sums, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Element<T>>(x, x, default, sums, accumulate);

    /// <summary>sums[j] = Σ (x[i, j] − centers[j])².</summary>
    internal static void SumOfSquaredDeviations<T>(ReadOnlyTensorView<T> x, ReadOnlySpan<T> centers, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, SquaredDeviation<T>>(x, x, centers, sums, accumulate: false);

    /// <summary>sums[j] = Σ (x[i, j] − centers[j]) · y[i, j].</summary>
    internal static void DotWithDeviations<T>(
        ReadOnlyTensorView<T> x, ReadOnlySpan<T> centers, ReadOnlyTensorView<T> y, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, ProductWithDeviation<T>>(x, y, centers, sums, accumulate: false);

    private static void Run<T, TTerm>(
        in ReadOnlyTensorView<T> x, in ReadOnlyTensorView<T> y, ReadOnlySpan<T> centers, Span<T> sums, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        fixed (T* px = x.Span, py = y.Span, pc = centers, ps = sums)
        {
            Routine<T, TTerm> routine;
            routine.Rows = new() { X = px, XRow = x.RowStride, Y = py, YRow = y.RowStride, Count = x.Rows };
            routine.Centers = pc;
            routine.Sums = ps;
            routine.Columns = sums.Length;
            routine.Accumulate = accumulate;
            VectorDispatch.Run<T, Routine<T, TTerm>>(ref routine);
        }
    }

    /// <summary>
    /// The columns from <paramref name="start"/> on in whole vectors and, where the machine has masks, a masked one; returns the column
    /// after the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TTerm>(Operands<T> rows, T* centers, T* sums, nint start, nint columns, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TTerm : struct, ITerm<T>
    {
        nint width = TVector.Count;
        TVector zero = TVector.Broadcast(T.Zero);
        nint j = start;
        for (; j <= columns - (VectorsAtOnce * width); j += VectorsAtOnce * width)
        {
            T* sum = sums + j, center = centers + j;
            TVector center0 = TTerm.HasCenters ? TVector.Load(center) : default;
            TVector center1 = TTerm.HasCenters ? TVector.Load(center + width) : default;
            TVector center2 = TTerm.HasCenters ? TVector.Load(center + (2 * width)) : default;
            TVector center3 = TTerm.HasCenters ? TVector.Load(center + (3 * width)) : default;
            TVector sum0 = accumulate ? TVector.Load(sum) : zero;
            TVector sum1 = accumulate ? TVector.Load(sum + width) : zero;
            TVector sum2 = accumulate ? TVector.Load(sum + (2 * width)) : zero;
            TVector sum3 = accumulate ? TVector.Load(sum + (3 * width)) : zero;
            T* x = rows.X + j, y = rows.Y + j;
            for (nint i = 0; i < rows.Count; i++, x += rows.XRow, y += rows.YRow)
            {
                sum0 = TTerm.Add(sum0, TVector.Load(x), center0, TTerm.HasSecond ? TVector.Load(y) : default);
                sum1 = TTerm.Add(sum1, TVector.Load(x + width), center1, TTerm.HasSecond ? TVector.Load(y + width) : default);
                sum2 = TTerm.Add(sum2, TVector.Load(x + (2 * width)), center2, TTerm.HasSecond ? TVector.Load(y + (2 * width)) : default);
                sum3 = TTerm.Add(sum3, TVector.Load(x + (3 * width)), center3, TTerm.HasSecond ? TVector.Load(y + (3 * width)) : default);
            }

            TVector.Store(sum0, sum);
            TVector.Store(sum1, sum + width);
            TVector.Store(sum2, sum + (2 * width));
            TVector.Store(sum3, sum + (3 * width));
        }

        for (; j <= columns - width; j += width)
        {
            TVector center = TTerm.HasCenters ? TVector.Load(centers + j) : default;
            TVector sum = accumulate ? TVector.Load(sums + j) : zero;
            T* x = rows.X + j, y = rows.Y + j;
            for (nint i = 0; i < rows.Count; i++, x += rows.XRow, y += rows.YRow)
            {
                sum = TTerm.Add(sum, TVector.Load(x), center, TTerm.HasSecond ? TVector.Load(y) : default);
            }

            TVector.Store(sum, sums + j);
        }

        if (j < columns && TVector.HasMaskedAccess)
        {
            TVector mask = TVector.FirstElements(columns - j);
            TVector center = TTerm.HasCenters ? TVector.LoadMasked(centers + j, mask) : default;
            TVector sum = accumulate ? TVector.LoadMasked(sums + j, mask) : zero;
            T* x = rows.X + j, y = rows.Y + j;
            for (nint i = 0; i < rows.Count; i++, x += rows.XRow, y += rows.YRow)
            {
                sum = TTerm.Add(sum, TVector.LoadMasked(x, mask), center, TTerm.HasSecond ? TVector.LoadMasked(y, mask) : default);
            }

            TVector.StoreMasked(sum, sums + j, mask);
            return columns;
        }

        return j;
    }

    /// <summary>Computes the term that each element adds.</summary>
    internal interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>Whether the columns have centers; otherwise these are not read.</summary>
        static abstract bool HasCenters { get; }

        /// <summary>Whether there is a y; otherwise it is not read.</summary>
        static abstract bool HasSecond { get; }

        static abstract TVector Add<TVector>(TVector sum, TVector x, TVector center, TVector y)
            where TVector : struct, IVector<TVector, T>;
    }

    private readonly struct Element<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool HasCenters => false;

        public static bool HasSecond => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector sum, TVector x, TVector center, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Add(sum, x);
    }

    private readonly struct SquaredDeviation<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool HasCenters => true;

        public static bool HasSecond => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector sum, TVector x, TVector center, TVector y)
            where TVector : struct, IVector<TVector, T>
        {
            TVector difference = TVector.Subtract(x, center);
            return TVector.MultiplyAdd(difference, difference, sum);
        }
    }

    private readonly struct ProductWithDeviation<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool HasCenters => true;

        public static bool HasSecond => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TVector>(TVector sum, TVector x, TVector center, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(TVector.Subtract(x, center), y, sum);
    }

    /// <summary>The addresses and row strides of both matrices.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRow;
        internal T* Y;
        internal nint YRow;
        internal nint Count;
    }

    private struct Routine<T, TTerm> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        internal Operands<T> Rows;
        internal T* Centers;
        internal T* Sums;
        internal nint Columns;
        internal bool Accumulate;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint done = Loop<T, TVector, TTerm>(Rows, Centers, Sums, 0, Columns, Accumulate);
            if (done < Columns)
            {
                Loop<T, Scalar<T>, TTerm>(Rows, Centers, Sums, done, Columns, Accumulate);
            }
        }
    }
}
