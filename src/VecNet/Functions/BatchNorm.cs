using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Batch normalization: each feature is scaled to mean 0 and variance 1 over the batch, then scaled and shifted by learned numbers.
/// </summary>
/// <remarks>
/// Training normalizes with the statistics of its batch, and updates running statistics; inference normalizes with the latter, so that a
/// row's result does not depend on other rows. Source: Ioffe, Szegedy, "Batch Normalization", 2015.
/// </remarks>
// The file is long because training, inference and the backward pass with its derivation belong together.
public static class BatchNorm
{
    /// <summary>The default number added to the variance, as in PyTorch.</summary>
    public const double DefaultEpsilon = 1e-5;

    /// <summary>The default weight of a batch in the running statistics, as in PyTorch.</summary>
    public const double DefaultMomentum = 0.1;

    /// <summary>The number of columns that are processed at a time, with their data on the stack.</summary>
    private const int BlockLength = 256;

    /// <summary>
    /// In training: yᵢⱼ = x̂ᵢⱼ·γⱼ + βⱼ, x̂ᵢⱼ = (xᵢⱼ − μⱼ)/√(σⱼ² + ε), with the mean μⱼ and the biased variance σⱼ² of column j.
    /// </summary>
    /// <remarks>
    /// The running mean becomes (1 − momentum) · itself + momentum · μ, and the running variance likewise with the unbiased variance,
    /// σ² · batch/(batch − 1), as in PyTorch. A column whose squares are beyond the range of T keeps its precision. A NaN or ∞ makes only
    /// its own column NaN.
    /// </remarks>
    /// <param name="input">x, batch × features, with at least two rows, since a single row has no variance.</param>
    /// <param name="gamma">γ, 1 × features.</param>
    /// <param name="beta">β, 1 × features.</param>
    /// <param name="output">y, batch × features, overwritten; may be the input itself, but must not share elements with the others.</param>
    /// <param name="statistics">2 × features, written: μ and 1/√(σ² + ε), which <see cref="Backward"/> needs.</param>
    /// <param name="runningMean">1 × features, updated.</param>
    /// <param name="runningVariance">1 × features, updated.</param>
    /// <param name="momentum">The weight of the batch in the running statistics, in [0, 1].</param>
    /// <param name="epsilon">ε, which keeps a constant column finite; 0 or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows, the shapes do not fit, or views share elements that must not;
    /// nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The momentum or ε is out of range.</exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> beta,
        TensorView<T> output,
        TensorView<T> statistics,
        TensorView<T> runningMean,
        TensorView<T> runningVariance,
        double momentum = DefaultMomentum,
        double epsilon = DefaultEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        CheckNumbers(momentum, epsilon);
        CheckOperands(input, gamma, beta, output);
        Shape.Check<T>(statistics, 2, input.Columns);
        Shape.Check<T>(runningMean, 1, input.Columns);
        Shape.Check<T>(runningVariance, 1, input.Columns);
        AffineOperands.CheckDisjoint(input, gamma, beta, output, statistics);
        AffineOperands.CheckDisjoint(input, gamma, beta, output, runningMean);
        AffineOperands.CheckDisjoint(input, gamma, beta, output, runningVariance);
        Overlap.CheckDisjoint<T>(statistics, runningMean);
        Overlap.CheckDisjoint<T>(statistics, runningVariance);
        Overlap.CheckDisjoint<T>(runningMean, runningVariance);
        if (input.Rows < 2)
        {
            throw new ArgumentException($"Batch normalization needs at least two rows in training; there are {input.Rows}.", nameof(input));
        }

        if (input.IsEmpty)
        {
            return;
        }

        Span<T> mean = statistics.Row(0);
        Span<T> inverse = statistics.Row(1);
        ColumnReductions.Sum(input, mean, accumulate: false);
        T rows = T.CreateTruncating(input.Rows);
        for (int j = 0; j < mean.Length; j++)
        {
            mean[j] /= rows;
        }

        ColumnReductions.SumOfSquaredDeviations(input, mean, inverse);
        T least = T.CreateTruncating(epsilon);
        double others = 1.0 / (input.Rows - 1);
        Span<T> means = runningMean.Row(0)[..mean.Length];
        Span<T> variances = runningVariance.Row(0)[..mean.Length];
        inverse = inverse[..mean.Length];
        for (int j = 0; j < mean.Length; j++)
        {
            T variance = (inverse[j] / rows) + least;
            double unbiased = double.CreateTruncating(inverse[j]) * others;
            inverse[j] = T.One / T.Sqrt(variance);
            if (!SquareRange.Holds(variance, 1) && ScaledMoments.Compute(input.SliceColumns(j, 1)) is { } moments)
            {
                mean[j] = T.CreateTruncating(moments.Mean);
                inverse[j] = T.CreateTruncating(moments.Scale / moments.ScaledDeviation(epsilon));
                unbiased = moments.Variance(input.Rows - 1);
            }

            Follow(ref means[j], double.CreateTruncating(mean[j]), momentum);
            Follow(ref variances[j], unbiased, momentum);
        }

        ColumnLoop.Run(input, default, new(mean, inverse, gamma.Row(0), beta.Row(0)), output, default(Affine<T>));
    }

    /// <summary>
    /// In inference: yᵢⱼ = (xᵢⱼ − mⱼ)/√(vⱼ + ε)·γⱼ + βⱼ with the running mean m and the running variance v, which are only read.
    /// </summary>
    /// <param name="input">x, batch × features.</param>
    /// <param name="gamma">γ, 1 × features.</param>
    /// <param name="beta">β, 1 × features.</param>
    /// <param name="runningMean">m, 1 × features.</param>
    /// <param name="runningVariance">v, 1 × features.</param>
    /// <param name="output">y, batch × features, overwritten; may be the input itself, but must not share elements with the others.</param>
    /// <param name="epsilon">ε, as in <see cref="Forward"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or views share elements that must not; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    [SkipLocalsInit]
    public static void Infer<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> beta,
        ReadOnlyTensorView<T> runningMean,
        ReadOnlyTensorView<T> runningVariance,
        TensorView<T> output,
        double epsilon = DefaultEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        CheckNumbers(DefaultMomentum, epsilon);
        CheckOperands(input, gamma, beta, output);
        Shape.Check(runningMean, 1, input.Columns);
        Shape.Check(runningVariance, 1, input.Columns);
        Overlap.CheckDisjoint(runningMean, output);
        Overlap.CheckDisjoint(runningVariance, output);
        T least = T.CreateTruncating(epsilon);
        Span<T> inverse = StackMemory.Align(stackalloc T[BlockLength + StackMemory.Padding<T>()]);
        for (int start = 0; start < input.Columns && !input.IsEmpty; start += BlockLength)
        {
            int count = int.Min(BlockLength, input.Columns - start);
            ReadOnlySpan<T> variances = runningVariance.Row(0).Slice(start, count);
            for (int j = 0; j < count; j++)
            {
                inverse[j] = T.One / T.Sqrt(variances[j] + least);
            }

            var coefficients = new ColumnCoefficients<T>(
                runningMean.Row(0).Slice(start, count),
                inverse[..count],
                gamma.Row(0).Slice(start, count),
                beta.Row(0).Slice(start, count));
            ColumnLoop.Run(input.SliceColumns(start, count), default, coefficients, output.SliceColumns(start, count), default(Affine<T>));
        }
    }

    /// <summary>
    /// ∂L/∂x = γ·r·(g − mean(g) − x̂·mean(g ∘ x̂)) with g = ∂L/∂y and r = 1/√(σ² + ε), column by column; ∂L/∂γ = Σᵢ gᵢ ∘ x̂ᵢ and
    /// ∂L/∂β = Σᵢ gᵢ.
    /// </summary>
    /// <remarks>
    /// γ_j and β_j serve every row: ∂L/∂γ_j = Σ_i g_ij x̂_ij and ∂L/∂β_j = Σ_i g_ij. What arrives at x̂ is g_ij γ_j.
    /// In a column of n: x̂_i = (x_i − μ) r, with ∂μ/∂x_k = 1/n and ∂σ²/∂x_k = (2/n)(x_k − μ), the mean's own part being Σ(x_i − μ) = 0.
    /// r = (σ² + ε)^(−1/2), so ∂r/∂x_k = −½ r³ · (2/n)(x_k − μ) = −(r²/n) x̂_k. Hence ∂x̂_i/∂x_k = r (δ_ik − 1/n − x̂_i x̂_k / n).
    /// The chain rule sums over all rows, since each x_k moves the whole column: ∂L/∂x_k = γ Σ_i g_i ∂x̂_i/∂x_k
    /// = γ r (g_k − (1/n) Σ_i g_i − x̂_k (1/n) Σ_i g_i x̂_i). The running statistics have no gradient, since the output of this forward
    /// pass does not depend on them.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it.</param>
    /// <param name="gamma">γ, as <see cref="Forward"/> read it.</param>
    /// <param name="statistics">The statistics that <see cref="Forward"/> wrote.</param>
    /// <param name="gradOutput">∂L/∂y, batch × features.</param>
    /// <param name="gradInput">∂L/∂x, batch × features, overwritten; may be gradOutput itself; or empty (default) to omit it.</param>
    /// <param name="gradGamma">∂L/∂γ, 1 × features.</param>
    /// <param name="gradBeta">∂L/∂β, 1 × features.</param>
    /// <param name="accumulate">Whether the gradients of γ and β are accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a result shares elements with another view; nothing has been
    /// written.</exception>
    [SkipLocalsInit]
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
        Shape.Check(gamma, 1, input.Columns);
        Shape.Check(statistics, 2, input.Columns);
        Shape.Check<T>(gradGamma, 1, input.Columns);
        Shape.CheckSame<T>(gradGamma, gradBeta);
        AffineOperands.CheckBackward(input, gamma, statistics, gradOutput, gradInput, gradGamma, gradBeta);
        T rows = T.CreateTruncating(input.Rows);
        Span<T> memory = StackMemory.Align(stackalloc T[(3 * BlockLength) + StackMemory.Padding<T>()]);
        for (int start = 0; start < input.Columns; start += BlockLength)
        {
            int count = int.Min(BlockLength, input.Columns - start);
            Span<T> shift = memory[..count];
            Span<T> slope = memory.Slice(BlockLength, count);
            Span<T> factor = memory.Slice(2 * BlockLength, count);
            ReadOnlyTensorView<T> x = input.SliceColumns(start, count);
            ReadOnlyTensorView<T> g = gradOutput.SliceColumns(start, count);
            ReadOnlySpan<T> mean = statistics.Row(0).Slice(start, count);
            ColumnReductions.Sum(g, shift, accumulate: false);
            ColumnReductions.DotWithDeviations(x, mean, g, slope);
            ReadOnlySpan<T> inverses = statistics.Row(1).Slice(start, count);
            ReadOnlySpan<T> gammas = gamma.Row(0).Slice(start, count);
            Span<T> gradGammas = gradGamma.Row(0).Slice(start, count);
            Span<T> gradBetas = gradBeta.Row(0).Slice(start, count);
            for (int j = 0; j < count; j++)
            {
                T inverse = inverses[j];
                T ofGamma = T.IsFinite(slope[j])
                    ? slope[j] * inverse
                    : DotWithNormalized(x, mean[j], inverse, g, j);
                gradBetas[j] = accumulate ? gradBetas[j] + shift[j] : shift[j];
                gradGammas[j] = accumulate ? gradGammas[j] + ofGamma : ofGamma;
                factor[j] = gammas[j] * inverse;
                shift[j] /= rows;
                slope[j] = ofGamma / rows * inverse;
            }

            if (gradInput.Columns != 0 && input.Rows > 0)
            {
                ColumnLoop.Run(x, g, new(mean, factor, shift, slope), gradInput.SliceColumns(start, count), default(InputGradient<T>));
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The momentum is not in [0, 1], or ε is negative or not finite.</exception>
    internal static void CheckNumbers(double momentum, double epsilon)
    {
        if (!(momentum >= 0 && momentum <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, $"The momentum must be in [0, 1]; it is {momentum}.");
        }

        LayerNorm.CheckEpsilon(epsilon);
    }

    /// <summary>
    /// running ← (1 − momentum) · running + momentum · value, in double: 1 − momentum, rounded to T, would be 1 for a small momentum.
    /// </summary>
    private static void Follow<T>(ref T running, double value, double momentum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        running = T.CreateTruncating(((1 - momentum) * double.CreateTruncating(running)) + (momentum * value));

    private static void CheckOperands<T>(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gamma, ReadOnlyTensorView<T> beta, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AffineOperands.CheckForward(input, gamma, beta, output);
        Shape.Check(gamma, 1, input.Columns);
        Shape.Check(beta, 1, input.Columns);
    }

    /// <summary>
    /// Σ x̂ᵢ · gᵢ of column j with x̂ᵢ = (xᵢ − μ) · r, where Σ (xᵢ − μ) · gᵢ is not finite; this is finite unless an operand is not.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T DotWithNormalized<T>(in ReadOnlyTensorView<T> x, T mean, T r, in ReadOnlyTensorView<T> g, int j)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Rows; i++)
        {
            sum += (x[i, j] - mean) * r * g[i, j];
        }

        return sum;
    }

    /// <summary>(x − mean) · inverse · γ + β.</summary>
    private readonly struct Affine<T> : IColumnKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool HasSecond => false;

        public static int Coefficients => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y, TVector mean, TVector inverse, TVector gamma, TVector beta)
            where TVector : struct, IVector<TVector, T> =>
            TVector.MultiplyAdd(TVector.Multiply(TVector.Subtract(x, mean), inverse), gamma, beta);
    }

    /// <summary>
    /// factor · (g − shift − (x − mean) · slope): a slope that includes the factor would include 1/σ², which underflows long before 1/σ.
    /// </summary>
    private readonly struct InputGradient<T> : IColumnKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool HasSecond => true;

        public static int Coefficients => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector g, TVector mean, TVector factor, TVector shift, TVector slope)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Multiply(factor, TVector.MultiplyAddNegated(TVector.Subtract(x, mean), slope, TVector.Subtract(g, shift)));
    }
}
