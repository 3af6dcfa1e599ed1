using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The base class of the built-in optimizers: a learning rate, states for each parameter, and steps in one pass over flat buffers.
/// </summary>
/// <remarks>
/// <para>Update rules, names, defaults and the treatment of special values are PyTorch's.</para>
/// <para>
/// Averages and sums of squared gradients are kept in T. A gradient whose square is beyond its range (above about 10¹⁹ in float) makes them
/// infinite and the steps of its parameter 0 from then on, as in PyTorch; such gradients should be clipped.
/// </para>
/// <para>
/// An optimizer with a state belongs to the first network that it updates by <see cref="NetworkTraining"/> or a
/// <see cref="Trainer{T}"/>, and is rejected for another. Its own <see cref="Step"/> receives spans and can only compare their lengths.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract partial class Optimizer<T> : IFusedOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int statesPerParameter;
    private readonly T initialState;
    private TensorBuffer<T>? state;
    private ParameterUpdate<T>? update;

    /// <summary>The network to which the state belongs, if that is known.</summary>
    private NeuralNetwork<T>? network;

    private protected Optimizer(double learningRate, double weightDecay, int statesPerParameter, double initialState = 0)
    {
        ElementType.Check<T>();
        CheckNotNegative(learningRate);
        CheckNotNegative(weightDecay);
        LearningRate = learningRate;
        GivenWeightDecay = weightDecay;
        this.statesPerParameter = statesPerParameter;
        this.initialState = T.CreateTruncating(initialState);
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        [.. OwnOptions, .. groups.Select((group, i) => KeyValuePair.Create($"group {i + 1}", (object)group.ToString()))];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or NaN.</exception>
    public double LearningRate
    {
        get;
        set
        {
            CheckNotNegative(value);
            field = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long StepCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The options that the optimizer was created with.</summary>
    private protected abstract IReadOnlyList<KeyValuePair<string, object>> OwnOptions { get; }

    /// <summary>λ.</summary>
    private protected readonly double GivenWeightDecay;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The lengths differ, or parameters and gradients share elements; nothing has been
    /// changed.</exception>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        CheckCounts(parameters.Length, gradients.Length);
        Overlap.CheckDisjoint<T>(gradients, parameters);
        NextUpdate(parameters.Length).Run(parameters, gradients, 0);
    }

    /// <inheritdoc/>
    public Span<T> GetState(int parameters)
    {
        CheckCounts(parameters, parameters);
        return StateFor(parameters).Span;
    }

    /// <inheritdoc/>
    public int StateLength(int parameters)
    {
        CheckCounts(parameters, parameters);
        return checked(statesPerParameter * parameters);
    }

    void IFusedOptimizer<T>.CheckNetwork(NeuralNetwork<T> network) => CheckNetwork(network);

    void IFusedOptimizer<T>.Bind(NeuralNetwork<T> network)
    {
        CheckNetwork(network);
        this.network = statesPerParameter == 0 && groups.Count == 0 ? null : network;
    }

    ParameterUpdate<T> IFusedOptimizer<T>.BeginStep(NeuralNetwork<T> network)
    {
        ((IFusedOptimizer<T>)this).Bind(network);
        return NextUpdate(network.Parameters.Length);
    }

    /// <summary>
    /// The update with the coefficients of step <see cref="StepCount"/>, which starts at 1; <see cref="With"/> creates it.
    /// </summary>
    private protected abstract ParameterUpdate<T> Prepare(double rate, double weightDecay);

    /// <summary>Creates the update of a kernel.</summary>
    private protected ParameterUpdate<T> With<TKernel>(TKernel kernel)
        where TKernel : unmanaged, IUpdateKernel<T>
    {
        if (update is not ParameterUpdate<T, TKernel> typed)
        {
            update = typed = new(state!, ParameterGroup.Divide(groups));
        }

        typed.Set(prepared, kernel);
        return typed;
    }

    /// <summary>g + λw; without decay only g, so that an infinite weight does not add 0·∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Decayed<TVector>(TVector gradient, TVector parameter, T decay)
        where TVector : struct, IVector<TVector, T> =>
        T.IsZero(decay) ? gradient : TVector.MultiplyAdd(TVector.Broadcast(decay), parameter, gradient);

    /// <summary>
    /// w − fraction · w, rounded once: 1 − fraction, rounded to T, would be 1 for a small fraction. Without decay it is w itself, so that
    /// an infinite weight stays infinite.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Shrunk<TVector>(TVector parameter, T part)
        where TVector : struct, IVector<TVector, T> =>
        T.IsZero(part) ? parameter : TVector.MultiplyAddNegated(TVector.Broadcast(part), parameter, parameter);

    /// <summary>ε in T; a positive ε stays positive, since it prevents division by zero.</summary>
    internal static T Positive(double epsilon)
    {
        T rounded = T.CreateTruncating(epsilon);
        return epsilon > 0 && T.IsZero(rounded) ? T.Epsilon : rounded;
    }

    private protected static void CheckNotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more; it is {value}.");
        }
    }

    /// <summary>Checks that a weight of a running average is in [0, 1).</summary>
    private protected static void CheckFraction(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in [0, 1); it is {value}.");
        }
    }

    private ParameterUpdate<T> NextUpdate(int parameters)
    {
        StateFor(parameters);
        StepCount++;
        PrepareGroups();
        return Prepare(LearningRate, GivenWeightDecay);
    }

    private TensorBuffer<T> StateFor(int parameters)
    {
        if (state is null)
        {
            state = new TensorBuffer<T>(statesPerParameter, statesPerParameter == 0 ? 0 : parameters);
            state.Span.Fill(initialState);
        }

        return state;
    }

    private void CheckNetwork(NeuralNetwork<T> other)
    {
        if (network is not null && network != other)
        {
            throw new ArgumentException(
                "The optimizer has trained another network and has its state; create a new optimizer for each network.",
                "optimizer");
        }

        CheckCounts(other.Parameters.Length, other.Parameters.Length);
    }

    private void CheckCounts(int parameters, int gradients)
    {
        int expected = state is { Rows: > 0 } ? state.Columns : groups.Count > 0 ? network!.Parameters.Length : parameters;
        if (gradients != parameters || expected != parameters)
        {
            throw new ArgumentException(
                $"There are {parameters} parameters and {gradients} gradients; both must be {expected}.", nameof(gradients));
        }
    }
}
