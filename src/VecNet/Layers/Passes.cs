using System.Numerics;

namespace VecNet;

/// <summary>What a layer sees in a forward pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters;
    private readonly SlotViews<T> state;
    private readonly SlotViews<T> saved;
    private readonly SplitMix64? random;

    internal ForwardPass(
        ReadOnlyTensorView<T> input, TensorView<T> output, SlotViews<T> parameters, SlotViews<T> state, SlotViews<T> saved, SplitMix64? random, int threads)
    {
        Input = input;
        Output = output;
        this.parameters = parameters;
        this.state = state;
        this.saved = saved;
        this.random = random;
        Threads = threads;
    }

    /// <summary>Batch × input features.</summary>
    public ReadOnlyTensorView<T> Input { get; }

    /// <summary>Batch × output features, to be overwritten.</summary>
    public TensorView<T> Output { get; }

    /// <summary>Whether a backward pass may follow. If not (inference), there is nothing to save, and the model must not be changed.</summary>
    public bool IsTraining => random is not null;

    /// <summary>The source of randomness in training.</summary>
    /// <exception cref="InvalidOperationException">This is inference.</exception>
    public SplitMix64 Random => random ?? throw new InvalidOperationException("Inference is not random: ask IsTraining first.");

    /// <summary>How many threads the pass may use, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>The parameter that was declared as number <paramref name="index"/>.</summary>
    public ReadOnlyTensorView<T> Parameter(int index) => parameters[index];

    /// <summary>The state that was declared as number <paramref name="index"/>, to be read.</summary>
    public ReadOnlyTensorView<T> State(int index) => state[index];

    /// <summary>The same state, to be changed; in training only, since inference may share the network with other threads.</summary>
    /// <exception cref="InvalidOperationException">This is inference.</exception>
    public TensorView<T> StateToUpdate(int index) => IsTraining
        ? state[index]
        : throw new InvalidOperationException("Inference changes no state: ask IsTraining first.");

    /// <summary>Room for what backward needs, batch × the declared width; in training only.</summary>
    /// <exception cref="InvalidOperationException">This is inference.</exception>
    public TensorView<T> Saved(int index) => IsTraining
        ? saved[index].SliceRows(0, Input.Rows)
        : throw new InvalidOperationException("Inference saves nothing: ask IsTraining first.");
}

/// <summary>What a layer sees in a backward pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct BackwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters;
    private readonly SlotViews<T> gradients;
    private readonly SlotViews<T> saved;

    internal BackwardPass(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        SlotViews<T> parameters,
        SlotViews<T> gradients,
        SlotViews<T> saved,
        bool accumulates,
        int threads)
    {
        Input = input;
        Output = output;
        GradOutput = gradOutput;
        GradInput = gradInput;
        this.parameters = parameters;
        this.gradients = gradients;
        this.saved = saved;
        Accumulates = accumulates;
        Threads = threads;
    }

    /// <summary>The forward pass's input, batch × input features.</summary>
    public ReadOnlyTensorView<T> Input { get; }

    /// <summary>The forward pass's output, batch × output features.</summary>
    public ReadOnlyTensorView<T> Output { get; }

    /// <summary>∂L/∂output, batch × output features.</summary>
    public ReadOnlyTensorView<T> GradOutput { get; }

    /// <summary>∂L/∂input, batch × input features, to be overwritten; empty if it is not wanted.</summary>
    public TensorView<T> GradInput { get; }

    /// <summary>Whether anybody needs ∂L/∂input; the first layer of a network mostly is not asked for it.</summary>
    public bool WantsGradInput => GradInput.Columns != 0;

    /// <summary>Whether parameters' gradients are added to what is there instead of overwriting it.</summary>
    public bool Accumulates { get; }

    /// <summary>How many threads the pass may use, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>The parameter that was declared as number <paramref name="index"/>.</summary>
    public ReadOnlyTensorView<T> Parameter(int index) => parameters[index];

    /// <summary>∂L/∂parameter, to be written (see <see cref="Accumulates"/>).</summary>
    public TensorView<T> Gradient(int index) => gradients[index];

    /// <summary>What forward saved.</summary>
    public ReadOnlyTensorView<T> Saved(int index) => saved[index].SliceRows(0, Input.Rows);
}
