using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Stochastic gradient descent with momentum, Nesterov's variant and weight decay, as in PyTorch.</summary>
/// <remarks>
/// g ← g + λw; v ← μv + g (v = 0 at first); w ← w − η v, or with Nesterov w ← w − η (g + μv). In one pass over the flat buffers.
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sgd<T> : IFusedOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double momentum;
    private readonly double weightDecay;
    private readonly bool nesterov;
    private TensorBuffer<T>? velocity;
    private ParameterUpdate<T>? update;

    /// <summary>An optimiser whose velocity is zero.</summary>
    /// <param name="learningRate">η ≥ 0.</param>
    /// <param name="momentum">μ ≥ 0.</param>
    /// <param name="weightDecay">λ ≥ 0.</param>
    /// <param name="nesterov">Whether the step looks ahead; asks for momentum.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN.</exception>
    /// <exception cref="ArgumentException">Nesterov without momentum.</exception>
    public Sgd(double learningRate, double momentum = 0, double weightDecay = 0, bool nesterov = false)
    {
        Check(learningRate, nameof(learningRate));
        Check(momentum, nameof(momentum));
        Check(weightDecay, nameof(weightDecay));
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's variant needs a momentum above 0.", nameof(nesterov));
        }

        LearningRate = learningRate;
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        this.nesterov = nesterov;
    }

    /// <inheritdoc/>
    public double LearningRate
    {
        get;
        set
        {
            Check(value, nameof(value));
            field = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The lengths differ, or parameters and gradients share elements; nothing has been changed.</exception>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        ElementType.Check<T>();
        CheckCounts(parameters.Length, gradients.Length);
        Overlap.CheckApart<T>(gradients, parameters);
        UpdateOf(parameters.Length).Run(parameters, gradients, 0);
    }

    ParameterUpdate<T> IFusedOptimizer<T>.BeginStep(int parameters)
    {
        CheckCounts(parameters, parameters);
        return UpdateOf(parameters);
    }

    /// <summary>The update with the numbers of this step.</summary>
    private ParameterUpdate<T> UpdateOf(int parameters)
    {
        T rate = T.CreateTruncating(LearningRate);
        T mu = T.CreateTruncating(momentum);
        T decay = T.CreateTruncating(weightDecay);
        if (update is null)
        {
            velocity = momentum == 0 ? null : new TensorBuffer<T>(1, parameters);
            update = momentum == 0 ? new ParameterUpdate<T, Plain>(null)
                : nesterov ? new ParameterUpdate<T, Nesterov>(velocity)
                : new ParameterUpdate<T, Momentum>(velocity);
        }

        switch (update)
        {
            case ParameterUpdate<T, Plain> plain:
                plain.Kernel = new(rate, decay);
                break;
            case ParameterUpdate<T, Momentum> withMomentum:
                withMomentum.Kernel = new(rate, mu, decay);
                break;
            case ParameterUpdate<T, Nesterov> withNesterov:
                withNesterov.Kernel = new(rate, mu, decay);
                break;
            default:
                throw new UnreachableException();
        }

        return update;
    }

    private void CheckCounts(int parameters, int gradients)
    {
        int expected = velocity?.Length ?? parameters;
        if (gradients != parameters || expected != parameters)
        {
            throw new ArgumentException($"There are {parameters} parameters and {gradients} gradients; both must be {expected}.", nameof(gradients));
        }
    }

    private static void Check(double value, string name)
    {
        if (!(value >= 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more; it is {value}.");
        }
    }

    /// <summary>g + λw; without decay g alone, so that an infinite weight does not make it 0·∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Decayed<TVector>(TVector gradient, TVector parameter, T decay)
        where TVector : struct, IVector<TVector, T> =>
        T.IsZero(decay) ? gradient : TVector.MultiplyAdd(TVector.Broadcast(decay), parameter, gradient);

    /// <summary>w −= η(g + λw): without momentum there is no velocity to keep.</summary>
    private readonly struct Plain(T rate, T decay) : IUpdateKernel<T>
    {
        public static bool HasState => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state)
            where TVector : struct, IVector<TVector, T> =>
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), Decayed(gradient, parameter, decay), parameter);
    }

    /// <summary>g += λw; v = μv + g; w −= ηv.</summary>
    private readonly struct Momentum(T rate, T momentum, T decay) : IUpdateKernel<T>
    {
        public static bool HasState => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, decay);
            state = TVector.MultiplyAdd(TVector.Broadcast(momentum), state, gradient);
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), state, parameter);
        }
    }

    /// <summary>g += λw; v = μv + g; w −= η(g + μv).</summary>
    private readonly struct Nesterov(T rate, T momentum, T decay) : IUpdateKernel<T>
    {
        public static bool HasState => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state)
            where TVector : struct, IVector<TVector, T>
        {
            gradient = Decayed(gradient, parameter, decay);
            state = TVector.MultiplyAdd(TVector.Broadcast(momentum), state, gradient);
            gradient = TVector.MultiplyAdd(TVector.Broadcast(momentum), state, gradient);
            parameter = TVector.MultiplyAdd(TVector.Broadcast(-rate), gradient, parameter);
        }
    }
}
