using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Layer normalization: each row is scaled to mean 0 and variance 1 over its features, then scaled and shifted by learned numbers.
/// </summary>
/// <remarks>
/// Source: Ba, Kiros, Hinton, "Layer Normalization", 2016. A row's result depends only on the row, so that training and inference are the
/// same.
/// </remarks>
public static class LayerNorm
{
    /// <summary>The default number added to the variance, as in PyTorch.</summary>
    public const double DefaultEpsilon = 1e-5;

    /// <summary>yᵢⱼ = x̂ᵢⱼ·γⱼ + βⱼ, x̂ᵢⱼ = (xᵢⱼ − μᵢ)/√(σᵢ² + ε), with the mean μᵢ and the biased variance σᵢ² of row i.</summary>
    /// <remarks>
    /// The variance is computed from differences from the mean: a row far from 0 keeps its precision, and so does one whose squares are
    /// beyond the range of T. A NaN or ∞ makes only its own row NaN.
    /// </remarks>
    /// <param name="input">x, batch × features.</param>
    /// <param name="gamma">γ, 1 × features; or empty (default), with β, for ones.</param>
    /// <param name="beta">β, 1 × features; or empty (default), with γ, for zeros.</param>
    /// <param name="output">y, batch × features, overwritten; may be the input itself, but must not share elements with the others.</param>
    /// <param name="statistics">Batch × 2, written: μᵢ and 1/√(σᵢ² + ε), which <see cref="Backward"/> needs; or empty (default) to omit
    /// them.</param>
    /// <param name="epsilon">ε, which keeps a constant row finite; 0 or more.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or views share elements that must not; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> beta,
        TensorView<T> output,
        TensorView<T> statistics,
        double epsilon = DefaultEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        CheckEpsilon(epsilon);
        AffineOperands.CheckForward(input, gamma, beta, output);
        bool isAffine = CheckAffine(input, gamma, beta);
        bool saves = statistics.Columns != 0;
        if (saves)
        {
            Shape.Check<T>(statistics, input.Rows, 2);
            AffineOperands.CheckDisjoint(input, gamma, beta, output, statistics);
        }

        if (!input.IsEmpty)
        {
            RowMomentsLoop.Run(
                input,
                isAffine ? gamma.Row(0) : default,
                isAffine ? beta.Row(0) : default,
                output,
                saves ? statistics : default,
                new Normalization<T>(T.CreateTruncating(epsilon)));
        }
    }

    /// <summary>
    /// ∂L/∂x = r·(h − mean(h) − x̂·mean(h ∘ x̂)) with h = ∂L/∂y ∘ γ and r = 1/√(σ² + ε), row by row; ∂L/∂γ = Σᵢ gᵢ ∘ x̂ᵢ and ∂L/∂β = Σᵢ gᵢ,
    /// g = ∂L/∂y.
    /// </summary>
    /// <remarks>
    /// γ_j and β_j serve every row: ∂L/∂γ_j = Σ_i g_ij x̂_ij and ∂L/∂β_j = Σ_i g_ij. What arrives at x̂ is h_j = g_j γ_j.
    /// In a row of n: x̂_j = (x_j − μ) r, with ∂μ/∂x_k = 1/n and ∂σ²/∂x_k = (2/n)(x_k − μ), the mean's own part being Σ(x_j − μ) = 0.
    /// r = (σ² + ε)^(−1/2), so ∂r/∂x_k = −½ r³ · (2/n)(x_k − μ) = −(r²/n) x̂_k. Hence ∂x̂_j/∂x_k = r (δ_jk − 1/n) − (x_j − μ)(r²/n) x̂_k
    /// = r (δ_jk − 1/n − x̂_j x̂_k / n). The chain rule sums over all outputs of the row, since each x_k moves all of them:
    /// ∂L/∂x_k = Σ_j h_j ∂x̂_j/∂x_k = r (h_k − (1/n) Σ_j h_j − x̂_k (1/n) Σ_j h_j x̂_j): two sums for each row.
    /// With d = x − μ, so that x̂ = d·r, this is r (h_k − mean(h) − d_k · slope) with slope = r² · mean(h ∘ d).
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it.</param>
    /// <param name="gamma">γ, as <see cref="Forward"/> read it; or empty.</param>
    /// <param name="statistics">The statistics that <see cref="Forward"/> wrote.</param>
    /// <param name="gradOutput">∂L/∂y, batch × features.</param>
    /// <param name="gradInput">∂L/∂x, batch × features, overwritten; may be gradOutput itself; or empty (default) to omit it.</param>
    /// <param name="gradGamma">∂L/∂γ, 1 × features; empty where γ is.</param>
    /// <param name="gradBeta">∂L/∂β, 1 × features; empty where γ is.</param>
    /// <param name="accumulate">Whether the gradients of γ and β are accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a result shares elements with another view; nothing has been
    /// written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> statistics,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TensorView<T> gradGamma,
        TensorView<T> gradBeta,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(input, gradOutput);
        Shape.Check(statistics, input.Rows, 2);
        bool isAffine = CheckAffine<T>(input, gamma, gradGamma);
        Shape.CheckSame<T>(gradGamma, gradBeta);
        AffineOperands.CheckBackward(input, gamma, statistics, gradOutput, gradInput, gradGamma, gradBeta);
        if (isAffine && !accumulate)
        {
            gradGamma.Clear();
            gradBeta.Clear();
        }

        if (!input.IsEmpty)
        {
            RowMomentsGradientLoop.Run<T, Gradient<T>>(
                input,
                isAffine ? gamma.Row(0) : default,
                statistics,
                gradOutput,
                gradInput.Columns == 0 ? default : gradInput,
                isAffine ? gradGamma.Row(0) : default,
                isAffine ? gradBeta.Row(0) : default);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    internal static void CheckEpsilon(double epsilon)
    {
        if (!(epsilon >= 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"Epsilon must be 0 or more, and finite; it is {epsilon}.");
        }
    }

    /// <summary>1/√(variance + ε); returns false where T cannot represent the sum accurately.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasCoefficient<T>(T variance, T epsilon, out T r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = variance + epsilon;
        r = T.One / T.Sqrt(sum);
        return SquareRange.Holds(sum, 1);
    }

    /// <summary>Checks γ and its companion: both are present, or neither.</summary>
    private static bool CheckAffine<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gamma, ReadOnlyTensorView<T> other)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gamma.Columns == 0 && other.Columns == 0)
        {
            return false;
        }

        Shape.Check(gamma, 1, input.Columns);
        Shape.Check(other, 1, input.Columns);
        return true;
    }

    /// <summary>x̂ = (x − μ)·r with r = 1/√(σ² + ε), and y = x̂·γ + β.</summary>
    private readonly struct Normalization<T>(T epsilon) : IRowMomentsKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool IsCentered => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool HasCoefficient(T variance, out T r) => LayerNorm.HasCoefficient(variance, epsilon, out r);

        public bool RunScaled(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y, Span<T> statistics)
        {
            if (ScaledMoments.Compute(new ReadOnlyTensorView<T>(x, 1, x.Length)) is not { } moments)
            {
                return false;
            }

            double deviation = moments.ScaledDeviation(double.CreateTruncating(epsilon));
            for (int j = 0; j < x.Length; j++)
            {
                double d = (moments.Scale * double.CreateTruncating(x[j])) - moments.ScaledMean;
                T normalized = T.CreateTruncating(d / deviation);
                y[j] = gamma.IsEmpty ? normalized : T.MultiplyAddEstimate(normalized, gamma[j], beta[j]);
            }

            if (!statistics.IsEmpty)
            {
                statistics[0] = T.CreateTruncating(moments.Mean);
                statistics[1] = T.CreateTruncating(moments.Scale / deviation);
            }

            return true;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Normalized<TVector>(TVector x, TVector mean, TVector r)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(TVector.Subtract(x, mean), r);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Affine<TVector>(TVector normalized, TVector gamma, TVector beta)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(normalized, gamma, beta);
    }

    /// <summary>∂L/∂x = r·(h − mean(h) − d·slope) with d = x − μ and slope = r²·mean(h ∘ d), and a row's term of ∂L/∂γ.</summary>
    private readonly struct Gradient<T> : IRowMomentsGradientKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool IsCentered => true;

        /// <summary>∂L/∂γ + g·x̂ with x̂ = d·r.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector AddToGradGamma<TVector>(TVector gradGamma, TVector g, TVector d, TVector r)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(TVector.Multiply(d, r), g, gradGamma);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool HasSlope(T sumOfHD, T count, T r, out T slope)
        {
            slope = sumOfHD / count * r * r;
            return T.IsFinite(sumOfHD);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector GradInput<TVector>(TVector h, TVector d, TVector r, TVector meanOfH, TVector slope)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Multiply(r, TVector.MultiplyAddNegated(d, slope, TVector.Subtract(h, meanOfH)));

        /// <summary>
        /// Computes ∂L/∂x by mean(h ∘ x̂): in r·(h − mean(h) − x̂·mean(h ∘ x̂)) no intermediate result is larger than the last.
        /// </summary>
        public static void RunScaled(
            ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> g, Span<T> gradInput, T mean, T r)
        {
            T meanOfH = T.Zero, meanOfHX = T.Zero;
            for (int j = 0; j < x.Length; j++)
            {
                T h = gamma.IsEmpty ? g[j] : g[j] * gamma[j];
                meanOfH += h;
                meanOfHX += (x[j] - mean) * r * h;
            }

            meanOfH /= T.CreateTruncating(x.Length);
            meanOfHX /= T.CreateTruncating(x.Length);
            for (int j = 0; j < x.Length; j++)
            {
                T h = gamma.IsEmpty ? g[j] : g[j] * gamma[j];
                gradInput[j] = r * (h - meanOfH - ((x[j] - mean) * r * meanOfHX));
            }
        }
    }
}
