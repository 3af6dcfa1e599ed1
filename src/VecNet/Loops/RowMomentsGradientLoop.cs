using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The backward passes of the functions that <see cref="RowMomentsLoop"/> runs, in two loops over each row: the first computes its two
/// sums and adds its terms to the columns' gradients, the second computes its result.
/// </summary>
/// <remarks>
/// A row's order of operations depends on its length and the vector width alone: sums run in two accumulators, vector by vector; the
/// remainder joins them as a masked vector or, where there are no masks, follows as scalars. A column's gradients are chains in the order
/// of the rows. The file is long because both loops over a row, their remainders and their operands belong together.
/// </remarks>
internal static unsafe class RowMomentsGradientLoop
{
    /// <summary>
    /// The gradients by x, γ and β; the last two are accumulated. The caller has checked shapes and overlap. A gradient that is not wanted
    /// is empty; γ and its gradients are all empty or none. The statistics of a row are μ and r, or without a mean r.
    /// </summary>
    internal static void Run<T, TKernel>(
        ReadOnlyTensorView<T> x,
        ReadOnlySpan<T> gamma,
        ReadOnlyTensorView<T> statistics,
        ReadOnlyTensorView<T> g,
        TensorView<T> gradInput,
        Span<T> gradGamma,
        Span<T> gradBeta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        fixed (T* px = x.Span, pc = gamma, ps = statistics.Span, pg = g.Span, pi = gradInput.Span, pgc = gradGamma, pgb = gradBeta)
        {
            var operands = new Operands<T>
            {
                X = px,
                XRowStride = x.RowStride,
                G = pg,
                GRowStride = g.RowStride,
                GradInput = pi,
                GradInputRowStride = gradInput.RowStride,
                Gamma = pc,
                GradGamma = pgc,
                GradBeta = pgb,
                Statistics = ps,
                StatisticsRowStride = statistics.RowStride,
            };
            Routine<T, TKernel> routine = new() { Operands = operands, Rows = x.Rows, Columns = x.Columns };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>
    /// The rows from <paramref name="row"/> on, up to the first whose Σ h ∘ d T does not hold; returns that row, whose gradient by the
    /// input alone is missing. The loop calls nothing, so that its pointers stay in registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(Operands<T> operands, nint row, nint rows, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        nint width = TVector.Count;
        nint whole = columns / width * width;
        nint rest = columns - whole;
        bool hasMask = TVector.HasMaskedAccess && rest > 0;
        TVector mask = hasMask ? TVector.FirstElements(rest) : default;
        TVector zero = TVector.Broadcast(T.Zero);
        T count = T.CreateTruncating(columns);
        for (; row < rows; row++)
        {
            T* x = operands.X + (row * operands.XRowStride);
            T* g = operands.G + (row * operands.GRowStride);
            (T mean, T r) = Statistics<T, TKernel>(operands, row);
            TVector means = TVector.Broadcast(mean), factors = TVector.Broadcast(r);
            TVector sum0 = zero, sum1 = zero, weighted0 = zero, weighted1 = zero;
            nint j = 0;
            for (; j <= whole - (2 * width); j += 2 * width)
            {
                Add<T, TVector, TKernel>(operands, TVector.Load(x + j), TVector.Load(g + j), j, means, factors, ref sum0, ref weighted0);
                nint k = j + width;
                Add<T, TVector, TKernel>(operands, TVector.Load(x + k), TVector.Load(g + k), k, means, factors, ref sum1, ref weighted1);
            }

            if (j < whole)
            {
                Add<T, TVector, TKernel>(operands, TVector.Load(x + j), TVector.Load(g + j), j, means, factors, ref sum0, ref weighted0);
            }

            if (hasMask)
            {
                AddMasked<T, TVector, TKernel>(operands, x, g, whole, mask, means, factors, ref sum1, ref weighted1);
            }

            Scalar<T> sum = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(sum0, sum1)));
            Scalar<T> weighted = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(weighted0, weighted1)));
            for (j = hasMask ? columns : whole; j < columns; j++)
            {
                Scalar<T> one = Scalar<T>.Load(x + j), other = Scalar<T>.Load(g + j);
                Add<T, Scalar<T>, TKernel>(
                    operands, one, other, j, Scalar<T>.Broadcast(mean), Scalar<T>.Broadcast(r), ref sum, ref weighted);
            }

            if (operands.GradInput != null)
            {
                if (!TKernel.HasSlope(Scalar<T>.Sum(weighted), count, r, out T slope))
                {
                    break;
                }

                Results<T, TVector, TKernel>(operands, row, whole, columns, mask, Scalar<T>.Sum(sum) / count, slope);
            }
        }

        return row;
    }

    /// <summary>The gradient by the input, from the row's two sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Results<T, TVector, TKernel>(
        in Operands<T> operands, nint row, nint whole, nint columns, TVector mask, T meanOfH, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        T* x = operands.X + (row * operands.XRowStride);
        T* g = operands.G + (row * operands.GRowStride);
        T* gradient = operands.GradInput + (row * operands.GradInputRowStride);
        (T mean, T r) = Statistics<T, TKernel>(operands, row);
        TVector means = TVector.Broadcast(mean), factors = TVector.Broadcast(r);
        TVector meansOfH = TVector.Broadcast(meanOfH), slopes = TVector.Broadcast(slope);
        nint j = 0;
        for (; j < whole; j += TVector.Count)
        {
            TVector h = operands.Gamma == null
                ? TVector.Load(g + j)
                : TVector.Multiply(TVector.Load(g + j), TVector.Load(operands.Gamma + j));
            TVector d = TVector.Subtract(TVector.Load(x + j), means);
            TVector.Store(TKernel.GradInput(h, d, factors, meansOfH, slopes), gradient + j);
        }

        if (TVector.HasMaskedAccess && whole < columns)
        {
            TVector h = TVector.LoadMasked(g + whole, mask);
            h = operands.Gamma == null ? h : TVector.Multiply(h, TVector.LoadMasked(operands.Gamma + whole, mask));
            TVector d = TVector.Subtract(TVector.LoadMasked(x + whole, mask), means);
            TVector.StoreMasked(TKernel.GradInput(h, d, factors, meansOfH, slopes), gradient + whole, mask);
            return;
        }

        for (; j < columns; j++)
        {
            Scalar<T> h = Scalar<T>.Broadcast(operands.Gamma == null ? g[j] : g[j] * operands.Gamma[j]);
            Scalar<T> d = Scalar<T>.Broadcast(x[j] - mean);
            Scalar<T> z = TKernel.GradInput(
                h, d, Scalar<T>.Broadcast(r), Scalar<T>.Broadcast(meanOfH), Scalar<T>.Broadcast(slope));
            Scalar<T>.Store(z, gradient + j);
        }
    }

    /// <summary>The same, by the kernel, where Σ h ∘ d is out of the range of T.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunScaled<T, TKernel>(Operands<T> operands, nint row, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        (T mean, T r) = Statistics<T, TKernel>(operands, row);
        TKernel.RunScaled(
            new(operands.X + (row * operands.XRowStride), columns),
            new(operands.Gamma, operands.Gamma == null ? 0 : columns),
            new(operands.G + (row * operands.GRowStride), columns),
            new(operands.GradInput + (row * operands.GradInputRowStride), columns),
            mean,
            r);
    }

    /// <summary>μ and r of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Mean, T R) Statistics<T, TKernel>(in Operands<T> operands, nint row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        T* statistics = operands.Statistics + (row * operands.StatisticsRowStride);
        return TKernel.IsCentered ? (statistics[0], statistics[1]) : (T.Zero, statistics[0]);
    }

    /// <summary>Adds a vector of a row to the row's sums, Σ h and Σ h ∘ d, and to the columns' gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, TVector, TKernel>(
        in Operands<T> operands, TVector x, TVector g, nint j, TVector mean, TVector r, ref TVector sum, ref TVector weighted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        TVector d = TVector.Subtract(x, mean);
        TVector h = g;
        if (operands.Gamma != null)
        {
            TVector.Store(TKernel.AddToGradGamma(TVector.Load(operands.GradGamma + j), g, d, r), operands.GradGamma + j);
            if (TKernel.IsCentered)
            {
                TVector.Store(TVector.Add(TVector.Load(operands.GradBeta + j), g), operands.GradBeta + j);
            }

            h = TVector.Multiply(g, TVector.Load(operands.Gamma + j));
        }

        sum = TVector.Add(sum, h);
        weighted = TVector.MultiplyAdd(d, h, weighted);
    }

    /// <summary>The same for a masked vector: elements outside of the row have a gradient of 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddMasked<T, TVector, TKernel>(
        in Operands<T> operands, T* x, T* g, nint j, TVector mask, TVector mean, TVector r, ref TVector sum, ref TVector weighted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        TVector d = TVector.Subtract(TVector.LoadMasked(x + j, mask), mean);
        TVector gradOutput = TVector.LoadMasked(g + j, mask);
        TVector h = gradOutput;
        if (operands.Gamma != null)
        {
            TVector gradGamma = TKernel.AddToGradGamma(TVector.LoadMasked(operands.GradGamma + j, mask), gradOutput, d, r);
            TVector.StoreMasked(gradGamma, operands.GradGamma + j, mask);
            if (TKernel.IsCentered)
            {
                TVector gradBeta = TVector.Add(TVector.LoadMasked(operands.GradBeta + j, mask), gradOutput);
                TVector.StoreMasked(gradBeta, operands.GradBeta + j, mask);
            }

            h = TVector.Multiply(gradOutput, TVector.LoadMasked(operands.Gamma + j, mask));
        }

        sum = TVector.Add(sum, h);
        weighted = TVector.MultiplyAdd(d, h, weighted);
    }

    /// <summary>The addresses and row strides of the operands; an address is null where there is no operand.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRowStride;
        internal T* G;
        internal nint GRowStride;
        internal T* GradInput;
        internal nint GradInputRowStride;
        internal T* Gamma;
        internal T* GradGamma;
        internal T* GradBeta;
        internal T* Statistics;
        internal nint StatisticsRowStride;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        internal Operands<T> Operands;
        internal nint Rows;
        internal nint Columns;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            for (nint row = 0; (row = Loop<T, TVector, TKernel>(Operands, row, Rows, Columns)) < Rows; row++)
            {
                RunScaled<T, TKernel>(Operands, row, (int)Columns);
            }
        }
    }
}
