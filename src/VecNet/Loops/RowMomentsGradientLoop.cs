using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The gradients of what <see cref="RowMomentsLoop"/> runs, in two sweeps over each row: its two sums with its part of the columns'
/// gradients, and its result.
/// </summary>
/// <remarks>
/// A row's order of operations depends on its length and the vector width alone: sums run in two accumulators, vector by vector; what
/// remains joins them as a part of a vector or, where there are no parts, follows as scalars. A column's gradients are chains in the order
/// of the rows.
/// </remarks>
internal static unsafe class RowMomentsGradientLoop
{
    /// <summary>
    /// The gradients by x, γ and β, of which the last two are added to what is there. The caller has checked shapes and sharing; what is
    /// not wanted is empty, and γ and its gradients all are or none. The statistics of a row are μ and r.
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
            var at = new Places<T>
            {
                X = px,
                XRow = x.RowStride,
                G = pg,
                GRow = g.RowStride,
                GradInput = pi,
                GradInputRow = gradInput.RowStride,
                Gamma = pc,
                GradGamma = pgc,
                GradBeta = pgb,
                Statistics = ps,
                StatisticsRow = statistics.RowStride,
            };
            Routine<T, TKernel> routine = new() { At = at, Rows = x.Rows, Columns = x.Columns };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>
    /// The rows from <paramref name="row"/> on, up to the first whose Σ h ∘ d T does not hold; returns that row, whose gradient by the
    /// input alone is missing. The loop calls nothing, so that its pointers stay in registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(Places<T> at, nint row, nint rows, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        nint width = TVector.Count;
        nint whole = columns / width * width;
        nint rest = columns - whole;
        bool hasPart = TVector.HasMaskedAccess && rest > 0;
        TVector mask = hasPart ? TVector.FirstElements(rest) : default;
        TVector zero = TVector.Broadcast(T.Zero);
        T count = T.CreateTruncating(columns);
        for (; row < rows; row++)
        {
            T* x = at.X + (row * at.XRow);
            T* g = at.G + (row * at.GRow);
            T mean = at.Statistics[row * at.StatisticsRow], r = at.Statistics[(row * at.StatisticsRow) + 1];
            TVector means = TVector.Broadcast(mean), factors = TVector.Broadcast(r);
            TVector sum0 = zero, sum1 = zero, product0 = zero, product1 = zero;
            nint j = 0;
            for (; j <= whole - (2 * width); j += 2 * width)
            {
                Gather<T, TVector, TKernel>(at, TVector.Load(x + j), TVector.Load(g + j), j, means, factors, ref sum0, ref product0);
                nint k = j + width;
                Gather<T, TVector, TKernel>(at, TVector.Load(x + k), TVector.Load(g + k), k, means, factors, ref sum1, ref product1);
            }

            if (j < whole)
            {
                Gather<T, TVector, TKernel>(at, TVector.Load(x + j), TVector.Load(g + j), j, means, factors, ref sum0, ref product0);
            }

            if (hasPart)
            {
                GatherPart<T, TVector, TKernel>(at, x, g, whole, mask, means, factors, ref sum1, ref product1);
            }

            Scalar<T> sum = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(sum0, sum1)));
            Scalar<T> product = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(product0, product1)));
            for (j = hasPart ? columns : whole; j < columns; j++)
            {
                Scalar<T> one = Scalar<T>.Load(x + j), other = Scalar<T>.Load(g + j);
                Gather<T, Scalar<T>, TKernel>(at, one, other, j, Scalar<T>.Broadcast(mean), Scalar<T>.Broadcast(r), ref sum, ref product);
            }

            if (at.GradInput != null)
            {
                if (!TKernel.HasSlope(Scalar<T>.Sum(product), count, r, out T slope))
                {
                    break;
                }

                Results<T, TVector, TKernel>(at, row, whole, columns, mask, Scalar<T>.Sum(sum) / count, slope);
            }
        }

        return row;
    }

    /// <summary>The gradient by the input, from the row's two sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Results<T, TVector, TKernel>(
        in Places<T> at, nint row, nint whole, nint columns, TVector mask, T meanOfH, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        T* x = at.X + (row * at.XRow), g = at.G + (row * at.GRow), gradient = at.GradInput + (row * at.GradInputRow);
        T mean = at.Statistics[row * at.StatisticsRow], r = at.Statistics[(row * at.StatisticsRow) + 1];
        TVector means = TVector.Broadcast(mean), factors = TVector.Broadcast(r);
        TVector meansOfH = TVector.Broadcast(meanOfH), slopes = TVector.Broadcast(slope);
        nint j = 0;
        for (; j < whole; j += TVector.Count)
        {
            TVector h = at.Gamma == null ? TVector.Load(g + j) : TVector.Multiply(TVector.Load(g + j), TVector.Load(at.Gamma + j));
            TVector d = TVector.Subtract(TVector.Load(x + j), means);
            TVector.Store(TKernel.GradInput(h, d, factors, meansOfH, slopes), gradient + j);
        }

        if (TVector.HasMaskedAccess && whole < columns)
        {
            TVector h = TVector.LoadMasked(g + whole, mask);
            h = at.Gamma == null ? h : TVector.Multiply(h, TVector.LoadMasked(at.Gamma + whole, mask));
            TVector d = TVector.Subtract(TVector.LoadMasked(x + whole, mask), means);
            TVector.StoreMasked(TKernel.GradInput(h, d, factors, meansOfH, slopes), gradient + whole, mask);
            return;
        }

        for (; j < columns; j++)
        {
            Scalar<T> h = Scalar<T>.Broadcast(at.Gamma == null ? g[j] : g[j] * at.Gamma[j]);
            Scalar<T> d = Scalar<T>.Broadcast(x[j] - mean);
            Scalar<T> z = TKernel.GradInput(
                h, d, Scalar<T>.Broadcast(r), Scalar<T>.Broadcast(meanOfH), Scalar<T>.Broadcast(slope));
            Scalar<T>.Store(z, gradient + j);
        }
    }

    /// <summary>The same where T does not hold Σ h ∘ d, by the kernel.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunScaled<T, TKernel>(Places<T> at, nint row, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsGradientKernel<T> => TKernel.RunScaled(
            new(at.X + (row * at.XRow), columns),
            new(at.Gamma, at.Gamma == null ? 0 : columns),
            new(at.G + (row * at.GRow), columns),
            new(at.GradInput + (row * at.GradInputRow), columns),
            at.Statistics[row * at.StatisticsRow],
            at.Statistics[(row * at.StatisticsRow) + 1]);

    /// <summary>Takes a vector of a row into the row's sums, Σ h and Σ h ∘ d, and into the columns' gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather<T, TVector, TKernel>(
        in Places<T> at, TVector x, TVector g, nint j, TVector mean, TVector r, ref TVector sum, ref TVector product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        TVector d = TVector.Subtract(x, mean);
        TVector h = g;
        if (at.Gamma != null)
        {
            TVector.Store(TKernel.AddToGradGamma(TVector.Load(at.GradGamma + j), g, d, r), at.GradGamma + j);
            TVector.Store(TVector.Add(TVector.Load(at.GradBeta + j), g), at.GradBeta + j);
            h = TVector.Multiply(g, TVector.Load(at.Gamma + j));
        }

        sum = TVector.Add(sum, h);
        product = TVector.MultiplyAdd(d, h, product);
    }

    /// <summary>The same for a part of a vector: what is not in the row has a gradient of 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GatherPart<T, TVector, TKernel>(
        in Places<T> at, T* x, T* g, nint j, TVector mask, TVector mean, TVector r, ref TVector sum, ref TVector product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        TVector d = TVector.Subtract(TVector.LoadMasked(x + j, mask), mean);
        TVector part = TVector.LoadMasked(g + j, mask);
        TVector h = part;
        if (at.Gamma != null)
        {
            TVector gradGamma = TKernel.AddToGradGamma(TVector.LoadMasked(at.GradGamma + j, mask), part, d, r);
            TVector.StoreMasked(gradGamma, at.GradGamma + j, mask);
            TVector.StoreMasked(TVector.Add(TVector.LoadMasked(at.GradBeta + j, mask), part), at.GradBeta + j, mask);
            h = TVector.Multiply(part, TVector.LoadMasked(at.Gamma + j, mask));
        }

        sum = TVector.Add(sum, h);
        product = TVector.MultiplyAdd(d, h, product);
    }

    /// <summary>Where the operands lie; null where there are none.</summary>
    private struct Places<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRow;
        internal T* G;
        internal nint GRow;
        internal T* GradInput;
        internal nint GradInputRow;
        internal T* Gamma;
        internal T* GradGamma;
        internal T* GradBeta;
        internal T* Statistics;
        internal nint StatisticsRow;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowMomentsGradientKernel<T>
    {
        internal Places<T> At;
        internal nint Rows;
        internal nint Columns;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            for (nint row = 0; (row = Loop<T, TVector, TKernel>(At, row, Rows, Columns)) < Rows; row++)
            {
                RunScaled<T, TKernel>(At, row, (int)Columns);
            }
        }
    }
}
