using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The Adam optimizer: its steps are scaled by running averages of the gradient and of its square.</summary>
/// <remarks>
/// g ← g + λw; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − η · [m / (1 − β₁ᵗ)] / (√(v / (1 − β₂ᵗ)) + ε) in step t = 1, 2, ….
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015. For decoupled weight decay, use <see cref="AdamW{T}"/>.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Adam<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Moments moments;

    /// <summary>Creates an optimizer whose averages are zero.</summary>
    /// <param name="learningRate">η ≥ 0.</param>
    /// <param name="beta1">β₁ in [0, 1), the weight of the old value in the gradient's average.</param>
    /// <param name="beta2">β₂ in [0, 1), the weight of the old value in the squares' average.</param>
    /// <param name="epsilon">ε ≥ 0, which prevents division by zero.</param>
    /// <param name="weightDecay">λ ≥ 0, added to the gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adam(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(learningRate, weightDecay, statesPerParameter: 2)
    {
        CheckFraction(beta1);
        CheckFraction(beta2);
        CheckNotNegative(epsilon);
        moments = new(beta1, beta2, epsilon);
    }

    private protected override IReadOnlyList<KeyValuePair<string, object>> OwnOptions =>
        [.. moments.Options, new("weightDecay", GivenWeightDecay)];

    private protected override ParameterUpdate<T> Prepare(double rate, double weightDecay) =>
        With(new AdamKernel<T>(moments, StepCount, rate, T.CreateTruncating(weightDecay), T.Zero));
}

/// <summary>Adam with decoupled weight decay: weights shrink directly, not through the gradient's averages.</summary>
/// <remarks>
/// w ← (1 − ηλ)w, then <see cref="Adam{T}"/>'s step without decay.
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class AdamW<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Moments moments;

    /// <summary>Creates an optimizer whose averages are zero.</summary>
    /// <param name="learningRate">η ≥ 0.</param>
    /// <param name="beta1">β₁ in [0, 1), the weight of the old value in the gradient's average.</param>
    /// <param name="beta2">β₂ in [0, 1), the weight of the old value in the squares' average.</param>
    /// <param name="epsilon">ε ≥ 0, which prevents division by zero.</param>
    /// <param name="weightDecay">λ ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamW(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(learningRate, weightDecay, statesPerParameter: 2)
    {
        CheckFraction(beta1);
        CheckFraction(beta2);
        CheckNotNegative(epsilon);
        moments = new(beta1, beta2, epsilon);
    }

    private protected override IReadOnlyList<KeyValuePair<string, object>> OwnOptions =>
        [.. moments.Options, new("weightDecay", GivenWeightDecay)];

    private protected override ParameterUpdate<T> Prepare(double rate, double weightDecay) =>
        With(new AdamKernel<T>(moments, StepCount, rate, T.Zero, T.CreateTruncating(rate * weightDecay)));
}

/// <summary>The coefficients that are the same in every step.</summary>
internal readonly struct Moments(double beta1, double beta2, double epsilon)
{
    internal double Beta1 => beta1;

    internal double Beta2 => beta2;

    internal double Epsilon => epsilon;

    internal KeyValuePair<string, object>[] Options => [new("beta1", Beta1), new("beta2", Beta2), new("epsilon", Epsilon)];

    /// <summary>1 − βᵗ, the sum of the weights of an average of t values.</summary>
    /// <remarks>
    /// βᵗ = e^(t·ln β), so 1 − βᵗ is −(eˣ − 1) with x = t·ln β. Where βᵗ is close to 1 the difference would lose its precision; with u = eˣ
    /// after rounding, (u − 1)·x/ln u does not, since u − 1 is exact and both quotients have the same error. Source: Kahan, in Higham,
    /// "Accuracy and Stability of Numerical Algorithms", 2002, section 1.14.1.
    /// </remarks>
    internal static double SumOfWeights(double beta, long count)
    {
        double x = count * Math.Log(beta);
        double u = Math.Exp(x);
        return u == 1 ? -x
            : u < 0.5 ? 1 - u
            : (1 - u) * (x / Math.Log(u));
    }
}

/// <summary>One step of Adam or AdamW.</summary>
/// <remarks>
/// With c = √(1 − β₂ᵗ) the step η/(1 − β₁ᵗ) · m/(√v/c + ε) is [ηc/(1 − β₁ᵗ)] · m/(√v + cε), which has one division per parameter.
/// </remarks>
internal readonly struct AdamKernel<T> : IUpdateKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T step;
    private readonly RunningAverage<T> ofGradients;
    private readonly RunningAverage<T> ofSquares;
    private readonly T epsilon;
    private readonly T decay;
    private readonly T shrinkage;

    /// <param name="moments">The weights of the averages, and ε.</param>
    /// <param name="count">The number of the step, from 1 on.</param>
    /// <param name="rate">η.</param>
    /// <param name="decay">λ, which is added to the gradient.</param>
    /// <param name="shrinkage">The fraction that a weight loses by decoupled decay, ηλ.</param>
    internal AdamKernel(Moments moments, long count, double rate, T decay, T shrinkage)
    {
        double correction = Math.Sqrt(Moments.SumOfWeights(moments.Beta2, count));
        step = T.CreateTruncating(correction * rate / Moments.SumOfWeights(moments.Beta1, count));
        ofGradients = new(moments.Beta1);
        ofSquares = new(moments.Beta2);
        epsilon = Optimizer<T>.Positive(moments.Epsilon > 0 ? Math.Max(correction * moments.Epsilon, double.Epsilon) : 0);
        this.decay = decay;
        this.shrinkage = shrinkage;
    }

    public static int States => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector mean, ref TVector square, ref TVector state2)
        where TVector : struct, IVector<TVector, T>
    {
        gradient = Optimizer<T>.Decayed(gradient, parameter, decay);
        parameter = Optimizer<T>.Shrunk(parameter, shrinkage);
        mean = ofGradients.With(mean, gradient);
        square = ofSquares.WithSquare(square, gradient);
        TVector scale = TVector.Add(TVector.Sqrt(square), TVector.Broadcast(epsilon));
        parameter = TVector.MultiplyAddNegated(TVector.Broadcast(step), TVector.Divide(mean, scale), parameter);
    }
}
