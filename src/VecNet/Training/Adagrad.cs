using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The Adagrad optimizer: its steps shrink with the sum of all squared gradients.</summary>
/// <remarks>
/// g ← g + λw; s ← s + g²; w ← w − [η / (1 + (t − 1)·d)] · g / (√s + ε) in step t = 1, 2, …, with d the decay of the rate.
/// Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Adagrad<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double rateDecay;
    private readonly double initialAccumulator;
    private readonly double epsilon;

    /// <summary>Creates an optimizer whose sums have their initial value.</summary>
    /// <param name="learningRate">η ≥ 0.</param>
    /// <param name="rateDecay">d ≥ 0.</param>
    /// <param name="weightDecay">λ ≥ 0.</param>
    /// <param name="initialAccumulator">The initial value of the sums, ≥ 0.</param>
    /// <param name="epsilon">ε ≥ 0, which prevents division by zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN.</exception>
    public Adagrad(
        double learningRate = 0.01, double rateDecay = 0, double weightDecay = 0, double initialAccumulator = 0, double epsilon = 1e-10)
        : base(learningRate, weightDecay, statesPerParameter: 1, initialAccumulator)
    {
        CheckNotNegative(rateDecay);
        CheckNotNegative(initialAccumulator);
        CheckNotNegative(epsilon);
        this.rateDecay = rateDecay;
        this.initialAccumulator = initialAccumulator;
        this.epsilon = epsilon;
    }

    private protected override IReadOnlyList<KeyValuePair<string, object>> OwnOptions =>
    [
        new("rateDecay", rateDecay),
        new("weightDecay", GivenWeightDecay),
        new("initialAccumulator", initialAccumulator),
        new("epsilon", epsilon),
    ];

    private protected override ParameterUpdate<T> Prepare(double rate, double weightDecay) =>
        With(new Kernel(
            T.CreateTruncating(rate / (1 + ((StepCount - 1) * rateDecay))), Positive(epsilon), T.CreateTruncating(weightDecay)));

    private readonly struct Kernel(T rate, T epsilon, T decay) : IUpdateKernel<T>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector sum, ref TVector state1, ref TVector state2)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, decay);
            sum = TVector.MultiplyAdd(gradient, gradient, sum);
            TVector scale = TVector.Add(TVector.Sqrt(sum), TVector.Broadcast(epsilon));
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), TVector.Divide(gradient, scale), parameter);
        }
    }
}
