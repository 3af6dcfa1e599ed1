using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The RMSProp optimizer: its steps are scaled by a running average of squared gradients, optionally centered and with momentum.
/// </summary>
/// <remarks>
/// <para>
/// g ← g + λw; v ← αv + (1 − α)g²; d = √v + ε, or centered a ← αa + (1 − α)g and d = √(v − a²) + ε; w ← w − η·g/d, or with momentum
/// b ← μb + g/d and w ← w − ηb. Source: Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012; centered: Graves,
/// 2013.
/// </para>
/// <para>
/// In the centered form, the difference v − a² of two nearly equal numbers would lose its precision and, by rounding, fall below 0, whose
/// root is NaN. The variance is therefore kept instead of v, and is updated directly: v′ − a′² = α(v − a²) + α(1 − α)(g − a)², where v′ and
/// a′ are the averages with g. No term is negative.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RmsProp<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double alpha;
    private readonly double epsilon;
    private readonly double momentum;
    private readonly bool centered;

    /// <summary>Creates an optimizer whose averages are zero.</summary>
    /// <param name="learningRate">η ≥ 0.</param>
    /// <param name="alpha">α in [0, 1), the weight of the old value in the averages.</param>
    /// <param name="epsilon">ε ≥ 0, which prevents division by zero.</param>
    /// <param name="momentum">μ ≥ 0.</param>
    /// <param name="centered">Whether the squares are those of the distance from the mean.</param>
    /// <param name="weightDecay">λ ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RmsProp(
        double learningRate = 0.01,
        double alpha = 0.99,
        double epsilon = 1e-8,
        double momentum = 0,
        bool centered = false,
        double weightDecay = 0)
        : base(learningRate, weightDecay, statesPerParameter: centered ? 3 : momentum == 0 ? 1 : 2)
    {
        CheckFraction(alpha);
        CheckNotNegative(epsilon);
        CheckNotNegative(momentum);
        this.alpha = alpha;
        this.epsilon = epsilon;
        this.momentum = momentum;
        this.centered = centered;
    }

    private protected override IReadOnlyList<KeyValuePair<string, object>> OwnOptions =>
    [
        new("alpha", alpha),
        new("epsilon", epsilon),
        new("momentum", momentum),
        new("centered", centered),
        new("weightDecay", GivenWeightDecay),
    ];

    private protected override ParameterUpdate<T> Prepare(double rate, double weightDecay)
    {
        var numbers = new Numbers(
            T.CreateTruncating(rate), alpha, Positive(epsilon), T.CreateTruncating(momentum), T.CreateTruncating(weightDecay));
        return centered ? With(new Centered(numbers)) : momentum == 0 ? With(new Plain(numbers)) : With(new Momentum(numbers));
    }

    private readonly struct Numbers(T rate, double alpha, T epsilon, T momentum, T decay)
    {
        internal T Rate => rate;

        internal readonly RunningAverage<T> Average = new(alpha);

        /// <summary>
        /// √α, the factor from a gradient's distance to the old mean to the root of the product of its distances to both means.
        /// </summary>
        internal readonly T Distance = T.CreateTruncating(Math.Sqrt(alpha));

        internal T Epsilon => epsilon;

        internal T Momentum => momentum;

        internal T Decay => decay;
    }

    private readonly struct Plain(Numbers x) : IUpdateKernel<T>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector square, ref TVector state1, ref TVector state2)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, x.Decay);
            square = x.Average.WithSquare(square, gradient);
            TVector scale = TVector.Add(TVector.Sqrt(square), TVector.Broadcast(x.Epsilon));
            parameter = TVector.MultiplyAddNegated(TVector.Broadcast(x.Rate), TVector.Divide(gradient, scale), parameter);
        }
    }

    private readonly struct Momentum(Numbers x) : IUpdateKernel<T>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector square, ref TVector velocity, ref TVector state2)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, x.Decay);
            square = x.Average.WithSquare(square, gradient);
            TVector scale = TVector.Add(TVector.Sqrt(square), TVector.Broadcast(x.Epsilon));
            velocity = TVector.MultiplyAdd(TVector.Broadcast(x.Momentum), velocity, TVector.Divide(gradient, scale));
            parameter = TVector.MultiplyAddNegated(TVector.Broadcast(x.Rate), velocity, parameter);
        }
    }

    /// <summary>With or without momentum; without it, the velocity is the step itself. α(1 − α)(g − a)² = (1 − α)(√α(g − a))².</summary>
    private readonly struct Centered(Numbers x) : IUpdateKernel<T>
    {
        public static int States => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector variance, ref TVector velocity, ref TVector mean)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, x.Decay);
            TVector distance = T.IsZero(x.Distance)
                ? TVector.Broadcast(T.Zero)
                : TVector.Multiply(TVector.Broadcast(x.Distance), TVector.Subtract(gradient, mean));
            variance = x.Average.WithSquare(variance, distance);
            mean = x.Average.With(mean, gradient);
            TVector scale = TVector.Add(TVector.Sqrt(variance), TVector.Broadcast(x.Epsilon));
            velocity = TVector.MultiplyAdd(TVector.Broadcast(x.Momentum), velocity, TVector.Divide(gradient, scale));
            parameter = TVector.MultiplyAddNegated(TVector.Broadcast(x.Rate), velocity, parameter);
        }
    }
}
