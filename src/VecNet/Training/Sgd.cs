using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Stochastic gradient descent with momentum, Nesterov's variant and weight decay.</summary>
/// <remarks>
/// g ← g + λw; v ← μv + g (initially v = 0); w ← w − ηv, or with Nesterov w ← w − η(g + μv).
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, in PyTorch's form.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sgd<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double momentum;
    private readonly bool nesterov;

    /// <summary>Creates an optimizer whose velocity is zero.</summary>
    /// <param name="learningRate">η ≥ 0.</param>
    /// <param name="momentum">μ ≥ 0.</param>
    /// <param name="weightDecay">λ ≥ 0.</param>
    /// <param name="nesterov">Whether the step uses Nesterov's variant, which needs momentum.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN.</exception>
    /// <exception cref="ArgumentException">Nesterov's variant is requested without momentum.</exception>
    public Sgd(double learningRate, double momentum = 0, double weightDecay = 0, bool nesterov = false)
        : base(learningRate, weightDecay, statesPerParameter: momentum == 0 ? 0 : 1)
    {
        CheckNotNegative(momentum);
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's variant needs a momentum above 0.", nameof(nesterov));
        }

        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    private protected override IReadOnlyList<KeyValuePair<string, object>> OwnOptions =>
        [new("momentum", momentum), new("weightDecay", GivenWeightDecay), new("nesterov", nesterov)];

    private protected override ParameterUpdate<T> Prepare(double rate, double weightDecay)
    {
        (T step, T moving, T decay) = (T.CreateTruncating(rate), T.CreateTruncating(momentum), T.CreateTruncating(weightDecay));
        return momentum == 0 ? With(new Plain(step, decay))
            : nesterov ? With(new Nesterov(step, moving, decay))
            : With(new Momentum(step, moving, decay));
    }

    /// <summary>w −= η(g + λw): without momentum there is no velocity to keep.</summary>
    private readonly struct Plain(T rate, T decay) : IUpdateKernel<T>
    {
        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state0, ref TVector state1, ref TVector state2)
            where TVector : struct, IVector<TVector, T> =>
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), Decayed(gradient, parameter, decay), parameter);
    }

    /// <summary>g += λw; v = μv + g; w −= ηv.</summary>
    private readonly struct Momentum(T rate, T momentum, T decay) : IUpdateKernel<T>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector velocity, ref TVector state1, ref TVector state2)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, decay);
            velocity = TVector.MultiplyAdd(TVector.Broadcast(momentum), velocity, gradient);
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), velocity, parameter);
        }
    }

    /// <summary>g += λw; v = μv + g; w −= η(g + μv).</summary>
    private readonly struct Nesterov(T rate, T momentum, T decay) : IUpdateKernel<T>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector velocity, ref TVector state1, ref TVector state2)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, decay);
            velocity = TVector.MultiplyAdd(TVector.Broadcast(momentum), velocity, gradient);
            gradient = TVector.MultiplyAdd(TVector.Broadcast(momentum), velocity, gradient);
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), gradient, parameter);
        }
    }
}
