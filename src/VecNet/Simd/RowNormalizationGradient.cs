using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The gradients of <see cref="RowNormalization"/>, in two sweeps over each row: its two sums with its part of the columns' gradients, and its result.</summary>
/// <remarks>
/// A row's order of operations depends on its length and the vector width alone: sums run in two accumulators, vector by vector; what remains
/// joins them as a part of a vector or, where there are no parts, follows as scalars. A column's gradients are chains in the order of the rows.
/// </remarks>
internal static unsafe class RowNormalizationGradient
{
    /// <summary>
    /// gradInput = inverse·(h − shift − (x − mean)·slope) with h = g·γ, gradGamma += g·(x − mean)·inverse, gradBeta += g. The caller has checked shapes and sharing; what is not
    /// wanted is empty, and γ and its gradients all are or none.
    /// </summary>
    internal static void Run<T>(
        ReadOnlyTensorView<T> x, ReadOnlySpan<T> gamma, ReadOnlyTensorView<T> statistics, ReadOnlyTensorView<T> g, TensorView<T> gradInput, Span<T> gradGamma, Span<T> gradBeta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
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
            if (Machine.Has512)
            {
                Loop<T, Wide512<T>>(at, x.Rows, x.Columns);
            }
            else if (Machine.HasVectors)
            {
                Loop<T, Portable<T>>(at, x.Rows, x.Columns);
            }
            else
            {
                Loop<T, Scalar<T>>(at, x.Rows, x.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Loop<T, TVector>(Places<T> at, nint rows, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint width = TVector.Count;
        nint whole = columns / width * width;
        nint rest = columns - whole;
        bool hasPart = TVector.HasMaskedAccess && rest > 0;
        TVector mask = hasPart ? TVector.FirstElements(rest) : default;
        TVector zero = TVector.Broadcast(T.Zero);
        T count = T.CreateTruncating(columns);
        for (nint row = 0; row < rows; row++)
        {
            T* x = at.X + (row * at.XRow);
            T* g = at.G + (row * at.GRow);
            T mean = at.Statistics[row * at.StatisticsRow], inverse = at.Statistics[(row * at.StatisticsRow) + 1];
            TVector center = TVector.Broadcast(mean), factor = TVector.Broadcast(inverse);
            TVector sum0 = zero, sum1 = zero, product0 = zero, product1 = zero;
            nint j = 0;
            for (; j <= whole - (2 * width); j += 2 * width)
            {
                Gather<T, TVector>(at, TVector.Load(x + j), TVector.Load(g + j), j, center, factor, ref sum0, ref product0);
                Gather<T, TVector>(at, TVector.Load(x + j + width), TVector.Load(g + j + width), j + width, center, factor, ref sum1, ref product1);
            }

            if (j < whole)
            {
                Gather<T, TVector>(at, TVector.Load(x + j), TVector.Load(g + j), j, center, factor, ref sum0, ref product0);
            }

            if (hasPart)
            {
                GatherPart<T, TVector>(at, x, g, whole, mask, center, factor, ref sum1, ref product1);
            }

            Scalar<T> sum = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(sum0, sum1)));
            Scalar<T> product = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(product0, product1)));
            Scalar<T> one = Scalar<T>.Broadcast(mean), other = Scalar<T>.Broadcast(inverse);
            for (j = hasPart ? columns : whole; j < columns; j++)
            {
                Gather<T, Scalar<T>>(at, Scalar<T>.Load(x + j), Scalar<T>.Load(g + j), j, one, other, ref sum, ref product);
            }

            if (at.GradInput != null)
            {
                T shift = Scalar<T>.Sum(sum) / count;
                if (!T.IsFinite(Scalar<T>.Sum(product)))
                {
                    ScaledResults(at, row, columns, shift);
                    continue;
                }

                T slope = Scalar<T>.Sum(product) / count * inverse * inverse;
                Results<T, TVector>(at, row, whole, columns, mask, shift, slope);
            }
        }
    }

    /// <summary>The gradient by the input, from the row's two sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Results<T, TVector>(in Places<T> at, nint row, nint whole, nint columns, TVector mask, T shift, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* x = at.X + (row * at.XRow), g = at.G + (row * at.GRow), gradient = at.GradInput + (row * at.GradInputRow);
        T mean = at.Statistics[row * at.StatisticsRow], inverse = at.Statistics[(row * at.StatisticsRow) + 1];
        TVector center = TVector.Broadcast(mean), factor = TVector.Broadcast(inverse), shifts = TVector.Broadcast(shift), slopes = TVector.Broadcast(slope);
        nint j = 0;
        for (; j < whole; j += TVector.Count)
        {
            TVector h = at.Gamma == null ? TVector.Load(g + j) : TVector.Multiply(TVector.Load(g + j), TVector.Load(at.Gamma + j));
            TVector.Store(Result<T, TVector>(TVector.Load(x + j), h, center, factor, shifts, slopes), gradient + j);
        }

        if (TVector.HasMaskedAccess && whole < columns)
        {
            TVector h = TVector.LoadMasked(g + whole, mask);
            h = at.Gamma == null ? h : TVector.Multiply(h, TVector.LoadMasked(at.Gamma + whole, mask));
            TVector.StoreMasked(Result<T, TVector>(TVector.LoadMasked(x + whole, mask), h, center, factor, shifts, slopes), gradient + whole, mask);
            return;
        }

        for (; j < columns; j++)
        {
            Scalar<T> h = Scalar<T>.Broadcast(at.Gamma == null ? g[j] : g[j] * at.Gamma[j]);
            Scalar<T> z = Result<T, Scalar<T>>(
                Scalar<T>.Load(x + j), h, Scalar<T>.Broadcast(mean), Scalar<T>.Broadcast(inverse), Scalar<T>.Broadcast(shift), Scalar<T>.Broadcast(slope));
            Scalar<T>.Store(z, gradient + j);
        }
    }

    /// <summary>
    /// The same where Σ (x − mean) · h is not finite, by Σ x̂ · h: in inverse · (h − shift − x̂ · slope) no intermediate result is larger
    /// than the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaledResults<T>(in Places<T> at, nint row, nint columns, T shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* x = at.X + (row * at.XRow), g = at.G + (row * at.GRow), gradient = at.GradInput + (row * at.GradInputRow);
        T mean = at.Statistics[row * at.StatisticsRow], inverse = at.Statistics[(row * at.StatisticsRow) + 1];
        T slope = T.Zero;
        for (nint j = 0; j < columns; j++)
        {
            slope += (x[j] - mean) * inverse * (at.Gamma == null ? g[j] : g[j] * at.Gamma[j]);
        }

        slope /= T.CreateTruncating(columns);
        for (nint j = 0; j < columns; j++)
        {
            T h = at.Gamma == null ? g[j] : g[j] * at.Gamma[j];
            gradient[j] = inverse * (h - shift - ((x[j] - mean) * inverse * slope));
        }
    }

    /// <summary>Takes a vector of a row into the row's sums and into the columns' gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather<T, TVector>(
        in Places<T> at, TVector x, TVector g, nint j, TVector center, TVector factor, ref TVector sum, ref TVector product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector difference = TVector.Subtract(x, center);
        TVector h = g;
        if (at.Gamma != null)
        {
            TVector.Store(TVector.MultiplyAdd(TVector.Multiply(difference, factor), g, TVector.Load(at.GradGamma + j)), at.GradGamma + j);
            TVector.Store(TVector.Add(TVector.Load(at.GradBeta + j), g), at.GradBeta + j);
            h = TVector.Multiply(g, TVector.Load(at.Gamma + j));
        }

        sum = TVector.Add(sum, h);
        product = TVector.MultiplyAdd(difference, h, product);
    }

    /// <summary>The same for a part of a vector: what is not in the row has a gradient of 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GatherPart<T, TVector>(
        in Places<T> at, T* x, T* g, nint j, TVector mask, TVector center, TVector factor, ref TVector sum, ref TVector product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector difference = TVector.Subtract(TVector.LoadMasked(x + j, mask), center);
        TVector part = TVector.LoadMasked(g + j, mask);
        TVector h = part;
        if (at.Gamma != null)
        {
            TVector ofGamma = TVector.MultiplyAdd(TVector.Multiply(difference, factor), part, TVector.LoadMasked(at.GradGamma + j, mask));
            TVector.StoreMasked(ofGamma, at.GradGamma + j, mask);
            TVector.StoreMasked(TVector.Add(TVector.LoadMasked(at.GradBeta + j, mask), part), at.GradBeta + j, mask);
            h = TVector.Multiply(part, TVector.LoadMasked(at.Gamma + j, mask));
        }

        sum = TVector.Add(sum, h);
        product = TVector.MultiplyAdd(difference, h, product);
    }

    /// <summary>inverse · (h − shift − (x − mean) · slope).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Result<T, TVector>(TVector x, TVector h, TVector center, TVector factor, TVector shift, TVector slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        TVector.Multiply(factor, TVector.MultiplyAddNegated(TVector.Subtract(x, center), slope, TVector.Subtract(h, shift)));

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
}
