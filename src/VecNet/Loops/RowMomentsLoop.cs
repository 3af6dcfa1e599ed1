using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Loops over rows that need each row's mean and variance first: layer normalization and similar functions.</summary>
/// <remarks>
/// One loop runs over all rows: rows are short, and a call for each part of one would take longer than the arithmetic. A row's order of
/// operations depends on its length and the vector width alone: sums run in four accumulators, vector by vector; the remainder joins them
/// as a masked vector or, where there are no masks, follows as scalars. The file is long because all passes over a row, their remainders
/// and their operands belong together.
/// </remarks>
internal static unsafe class RowMomentsLoop
{
    /// <summary>
    /// y = affine(x̂; γ, β) or, without γ and β, x̂, and the statistics μ and r unless that view is empty. The caller has checked shapes
    /// and sharing; γ and β are both empty or neither, or without a mean there is no β.
    /// </summary>
    internal static void Run<T, TKernel>(
        ReadOnlyTensorView<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, TensorView<T> y, TensorView<T> statistics, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsKernel<T>
    {
        fixed (T* px = x.Span, pc = gamma, pb = beta, py = y.Span, ps = statistics.Span)
        {
            Routine<T, TKernel> routine = new()
            {
                Operands = new()
                {
                    X = px,
                    XRowStride = x.RowStride,
                    Y = py,
                    YRowStride = y.RowStride,
                    Gamma = pc,
                    Beta = pb,
                    Statistics = ps,
                    StatisticsRowStride = statistics.RowStride,
                },
                Rows = x.Rows,
                Columns = x.Columns,
                Kernel = kernel,
            };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>
    /// The rows from <paramref name="row"/> on, up to the first whose variance T does not hold, which is returned; such a row is computed
    /// as any other if <paramref name="isPlain"/>. The loop calls nothing, so that its pointers stay in registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(Operands<T> operands, nint row, nint rows, nint columns, TKernel kernel, bool isPlain)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsKernel<T>
    {
        nint width = TVector.Count;
        nint whole = columns / width * width;
        bool hasMask = TVector.HasMaskedAccess && whole < columns;
        TVector mask = hasMask ? TVector.FirstElements(columns - whole) : default;
        T count = T.CreateTruncating(columns);
        for (; row < rows; row++)
        {
            T* x = operands.X + (row * operands.XRowStride);
            T* y = operands.Y + (row * operands.YRowStride);
            T mean = TKernel.IsCentered ? Sum<T, TVector>(x, whole, columns, mask) / count : T.Zero;
            T variance = Squares<T, TVector>(x, mean, whole, columns, mask) / count;
            if (!kernel.HasCoefficient(variance, out T r) && !isPlain)
            {
                break;
            }

            TVector means = TVector.Broadcast(mean), factors = TVector.Broadcast(r);
            for (nint j = 0; j < whole; j += width)
            {
                TVector z = TKernel.Normalized(TVector.Load(x + j), means, factors);
                z = operands.Gamma == null
                    ? z
                    : TKernel.Affine(
                        z, TVector.Load(operands.Gamma + j), TKernel.IsCentered ? TVector.Load(operands.Beta + j) : default);
                TVector.Store(z, y + j);
            }

            if (hasMask)
            {
                TVector z = TKernel.Normalized(TVector.LoadMasked(x + whole, mask), means, factors);
                z = operands.Gamma == null
                    ? z
                    : TKernel.Affine(
                        z,
                        TVector.LoadMasked(operands.Gamma + whole, mask),
                        TKernel.IsCentered ? TVector.LoadMasked(operands.Beta + whole, mask) : default);
                TVector.StoreMasked(z, y + whole, mask);
            }

            for (nint j = hasMask ? columns : whole; j < columns; j++)
            {
                Scalar<T> z = TKernel.Normalized(Scalar<T>.Load(x + j), Scalar<T>.Broadcast(mean), Scalar<T>.Broadcast(r));
                z = operands.Gamma == null
                    ? z
                    : TKernel.Affine(
                        z, Scalar<T>.Load(operands.Gamma + j), TKernel.IsCentered ? Scalar<T>.Load(operands.Beta + j) : default);
                Scalar<T>.Store(z, y + j);
            }

            if (operands.Statistics != null)
            {
                T* statistics = operands.Statistics + (row * operands.StatisticsRowStride);
                statistics[0] = TKernel.IsCentered ? mean : r;
                if (TKernel.IsCentered)
                {
                    statistics[1] = r;
                }
            }
        }

        return row;
    }

    /// <summary>
    /// The rows from one on whose variance T does not hold; the kernel computes such rows, where plain arithmetic is wrong.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunFrom<T, TVector, TKernel>(Operands<T> operands, nint row, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsKernel<T>
    {
        while (row < rows)
        {
            if (!RunScaled(operands, row, (int)columns, kernel))
            {
                Loop<T, TVector, TKernel>(operands, row, row + 1, columns, kernel, isPlain: true);
            }

            row = Loop<T, TVector, TKernel>(operands, row + 1, rows, columns, kernel, isPlain: false);
        }
    }

    private static bool RunScaled<T, TKernel>(in Operands<T> operands, nint row, int columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsKernel<T>
    {
        int affine = operands.Gamma == null ? 0 : columns, saved = operands.Statistics == null ? 0 : TKernel.IsCentered ? 2 : 1;
        return kernel.RunScaled(
            new(operands.X + (row * operands.XRowStride), columns),
            new(operands.Gamma, affine),
            new(operands.Beta, TKernel.IsCentered ? affine : 0),
            new(operands.Y + (row * operands.YRowStride), columns),
            new(operands.Statistics + (row * operands.StatisticsRowStride), saved));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sum<T, TVector>(T* x, nint whole, nint columns, TVector mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint width = TVector.Count;
        TVector sum0 = TVector.Broadcast(T.Zero), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        nint j = 0;
        for (; j <= whole - (4 * width); j += 4 * width)
        {
            sum0 = TVector.Add(sum0, TVector.Load(x + j));
            sum1 = TVector.Add(sum1, TVector.Load(x + j + width));
            sum2 = TVector.Add(sum2, TVector.Load(x + j + (2 * width)));
            sum3 = TVector.Add(sum3, TVector.Load(x + j + (3 * width)));
        }

        for (; j < whole; j += width)
        {
            sum0 = TVector.Add(sum0, TVector.Load(x + j));
        }

        if (TVector.HasMaskedAccess && whole < columns)
        {
            sum1 = TVector.Add(sum1, TVector.LoadMasked(x + whole, mask));
            j = columns;
        }

        T sum = TVector.Sum(TVector.Add(TVector.Add(sum0, sum1), TVector.Add(sum2, sum3)));
        for (; j < columns; j++)
        {
            sum += x[j];
        }

        return sum;
    }

    /// <summary>Σ (x − mean)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Squares<T, TVector>(T* x, T mean, nint whole, nint columns, TVector mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint width = TVector.Count;
        TVector center = TVector.Broadcast(mean);
        TVector sum0 = TVector.Broadcast(T.Zero), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        nint j = 0;
        for (; j <= whole - (4 * width); j += 4 * width)
        {
            TVector z0 = TVector.Subtract(TVector.Load(x + j), center);
            TVector z1 = TVector.Subtract(TVector.Load(x + j + width), center);
            TVector z2 = TVector.Subtract(TVector.Load(x + j + (2 * width)), center);
            TVector z3 = TVector.Subtract(TVector.Load(x + j + (3 * width)), center);
            sum0 = TVector.MultiplyAdd(z0, z0, sum0);
            sum1 = TVector.MultiplyAdd(z1, z1, sum1);
            sum2 = TVector.MultiplyAdd(z2, z2, sum2);
            sum3 = TVector.MultiplyAdd(z3, z3, sum3);
        }

        for (; j < whole; j += width)
        {
            TVector z = TVector.Subtract(TVector.Load(x + j), center);
            sum0 = TVector.MultiplyAdd(z, z, sum0);
        }

        if (TVector.HasMaskedAccess && whole < columns)
        {
            // Elements outside of the row count as the mean.
            TVector z = TVector.Subtract(TVector.LoadMasked(x + whole, mask), TVector.AndMask(center, mask));
            sum1 = TVector.MultiplyAdd(z, z, sum1);
            j = columns;
        }

        Scalar<T> sum = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(TVector.Add(sum0, sum1), TVector.Add(sum2, sum3))));
        for (; j < columns; j++)
        {
            Scalar<T> z = Scalar<T>.Broadcast(x[j] - mean);
            sum = Scalar<T>.MultiplyAdd(z, z, sum);
        }

        return Scalar<T>.Sum(sum);
    }

    /// <summary>The addresses and row strides of the operands; an address is null where there is no operand.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRowStride;
        internal T* Y;
        internal nint YRowStride;
        internal T* Gamma;
        internal T* Beta;
        internal T* Statistics;
        internal nint StatisticsRowStride;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsKernel<T>
    {
        internal Operands<T> Operands;
        internal nint Rows;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint row = Loop<T, TVector, TKernel>(Operands, 0, Rows, Columns, Kernel, isPlain: false);
            if (row < Rows)
            {
                RunFrom<T, TVector, TKernel>(Operands, row, Rows, Columns, Kernel);
            }
        }
    }
}
