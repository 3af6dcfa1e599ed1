using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Normalization by the root mean square: each row is scaled to a mean square of 1 over its features, then by learned numbers.
/// </summary>
/// <remarks>
/// Unlike <see cref="LayerNorm"/>, it does not subtract the mean. Source: Zhang, Sennrich, "Root Mean Square Layer Normalization", 2019. A
/// row's result depends only on the row, so that training and inference are the same.
/// <code>
/// RmsNorm.Forward(input, gamma, output, coefficients: default);
/// </code>
/// </remarks>
public static class RmsNorm
{
    /// <summary>The default number added to the mean square.</summary>
    public const double DefaultEpsilon = 1e-6;

    /// <summary>yᵢⱼ = x̂ᵢⱼ·γⱼ, x̂ᵢⱼ = xᵢⱼ·rᵢ, rᵢ = 1/√(mean(xᵢ²) + ε).</summary>
    /// <remarks>
    /// A row whose squares are beyond the range of T keeps its precision. A NaN or ∞ makes only its own row NaN or 0.
    /// </remarks>
    /// <param name="input">x, batch × features.</param>
    /// <param name="gamma">γ, 1 × features; or empty (default) for ones.</param>
    /// <param name="output">y, batch × features, overwritten; may be the input itself, but must not share elements with the others.</param>
    /// <param name="coefficients">Batch × 1, written: r, which <see cref="Backward"/> needs; or empty (default) to omit it.</param>
    /// <param name="epsilon">ε, which keeps a row of zeros finite; 0 or more.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or views share elements that must not; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        TensorView<T> output,
        TensorView<T> coefficients,
        double epsilon = DefaultEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        LayerNorm.CheckEpsilon(epsilon);
        AffineOperands.CheckForward(input, gamma, default, output);
        bool isAffine = CheckScale(input, gamma);
        bool saves = coefficients.Columns != 0;
        if (saves)
        {
            Shape.Check<T>(coefficients, input.Rows, 1);
            AffineOperands.CheckDisjoint(input, gamma, default, output, coefficients);
        }

        if (!input.IsEmpty)
        {
            RowMomentsLoop.Run(
                input,
                isAffine ? gamma.Row(0) : default,
                default,
                output,
                saves ? coefficients : default,
                new Normalization<T>(T.CreateTruncating(epsilon)));
        }
    }

    /// <summary>
    /// ∂L/∂x = r·(h − x̂·mean(h ∘ x̂)) with h = ∂L/∂y ∘ γ, row by row; ∂L/∂γ = Σᵢ gᵢ ∘ x̂ᵢ, g = ∂L/∂y.
    /// </summary>
    /// <remarks>
    /// γ_j serves every row: ∂L/∂γ_j = Σ_i g_ij x̂_ij. What arrives at x̂ is h_j = g_j γ_j.
    /// In a row of n: x̂_j = x_j r with r = (m + ε)^(−1/2), m = (1/n) Σ x_k², and ∂m/∂x_k = (2/n) x_k.
    /// So ∂r/∂x_k = −½ r³ · (2/n) x_k = −(r²/n) x̂_k, and ∂x̂_j/∂x_k = r δ_jk − x_j (r²/n) x̂_k = r (δ_jk − x̂_j x̂_k / n).
    /// The chain rule sums over all outputs of the row, since each x_k moves all of them:
    /// ∂L/∂x_k = Σ_j h_j ∂x̂_j/∂x_k = r (h_k − x̂_k (1/n) Σ_j h_j x̂_j): one sum for each row.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it.</param>
    /// <param name="gamma">γ, as <see cref="Forward"/> read it; or empty.</param>
    /// <param name="coefficients">r, as <see cref="Forward"/> wrote it.</param>
    /// <param name="gradOutput">∂L/∂y, batch × features.</param>
    /// <param name="gradInput">∂L/∂x, batch × features, overwritten; may be gradOutput itself; or empty (default) to omit it.</param>
    /// <param name="gradGamma">∂L/∂γ, 1 × features; empty where γ is.</param>
    /// <param name="accumulate">Whether the gradient of γ is accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a result shares elements with another view; nothing has been
    /// written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> coefficients,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TensorView<T> gradGamma,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(input, gradOutput);
        Shape.Check(coefficients, input.Rows, 1);
        bool isAffine = CheckScale(input, gamma);
        Shape.CheckSame(gamma, gradGamma);
        AffineOperands.CheckBackward(input, gamma, coefficients, gradOutput, gradInput, gradGamma, default);
        if (isAffine && !accumulate)
        {
            gradGamma.Clear();
        }

        if (!input.IsEmpty)
        {
            RowMomentsGradientLoop.Run<T, Gradient<T>>(
                input,
                isAffine ? gamma.Row(0) : default,
                coefficients,
                gradOutput,
                gradInput.Columns == 0 ? default : gradInput,
                isAffine ? gradGamma.Row(0) : default,
                default);
        }
    }

    private static bool CheckScale<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gamma.Columns != 0)
        {
            Shape.Check(gamma, 1, input.Columns);
        }

        return gamma.Columns != 0;
    }

    /// <summary>x̂ = x·r with r = 1/√(mean(x²) + ε), and y = x̂·γ.</summary>
    private readonly struct Normalization<T>(T epsilon) : IRowMomentsKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool IsCentered => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool HasCoefficient(T variance, out T r) => LayerNorm.HasCoefficient(variance, epsilon, out r);

        public bool RunScaled(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y, Span<T> statistics)
        {
            if (ScaledMoments.Compute(new ReadOnlyTensorView<T>(x, 1, x.Length), isCentered: false) is not { } moments)
            {
                return false;
            }

            double root = moments.ScaledDeviation(double.CreateTruncating(epsilon));
            for (int j = 0; j < x.Length; j++)
            {
                T normalized = T.CreateTruncating(moments.Scale * double.CreateTruncating(x[j]) / root);
                y[j] = gamma.IsEmpty ? normalized : normalized * gamma[j];
            }

            if (!statistics.IsEmpty)
            {
                statistics[0] = T.CreateTruncating(moments.Scale / root);
            }

            return true;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Normalized<TVector>(TVector x, TVector mean, TVector r)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(x, r);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Affine<TVector>(TVector normalized, TVector gamma, TVector beta)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(normalized, gamma);
    }

    /// <summary>∂L/∂x = r·(h − x·slope) with slope = r²·mean(h ∘ x), and a row's term of ∂L/∂γ.</summary>
    private readonly struct Gradient<T> : IRowMomentsGradientKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool IsCentered => false;

        /// <summary>∂L/∂γ + g·x̂ with x̂ = x·r.</summary>
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
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(r, TVector.MultiplyAddNegated(d, slope, h));

        /// <summary>Computes ∂L/∂x by mean(h ∘ x̂), so that no intermediate result is larger than the last.</summary>
        public static void RunScaled(
            ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> g, Span<T> gradInput, T mean, T r)
        {
            T meanOfHX = T.Zero;
            for (int j = 0; j < x.Length; j++)
            {
                meanOfHX += x[j] * r * (gamma.IsEmpty ? g[j] : g[j] * gamma[j]);
            }

            meanOfHX /= T.CreateTruncating(x.Length);
            for (int j = 0; j < x.Length; j++)
            {
                T h = gamma.IsEmpty ? g[j] : g[j] * gamma[j];
                gradInput[j] = r * (h - (x[j] * r * meanOfHX));
            }
        }
    }
}
