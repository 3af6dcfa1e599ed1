using System.Numerics;

namespace VecNet;

/// <summary>What a layer sees in a forward pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters;
    private readonly SlotViews<T> state;
    private readonly WorkspaceViews<T> saved;
    private readonly WorkspaceViews<T> scratch;
    private readonly SplitMix64? random;

    internal ForwardPass(
        ReadOnlyTensorView<T> input,
        TensorView<T> output,
        SlotViews<T> parameters,
        SlotViews<T> state,
        WorkspaceViews<T> saved,
        WorkspaceViews<T> scratch,
        SplitMix64? random,
        SequenceOffsets sequences,
        int threads)
    {
        Input = input;
        Output = output;
        this.parameters = parameters;
        this.state = state;
        this.saved = saved;
        this.scratch = scratch;
        this.random = random;
        Sequences = sequences;
        Threads = threads;
    }

    /// <summary>Rows × input features.</summary>
    public ReadOnlyTensorView<T> Input { get; }

    /// <summary>Rows × output features, to be overwritten.</summary>
    public TensorView<T> Output { get; }

    /// <summary>
    /// Whether a backward pass may follow. If not (inference), there is nothing to save, and the model must not be changed.
    /// </summary>
    public bool IsTraining => random is not null;

    /// <summary>The source of randomness in training.</summary>
    /// <exception cref="InvalidOperationException">This is inference.</exception>
    public SplitMix64 Random => random ?? throw new InvalidOperationException("Inference is not random: ask IsTraining first.");

    /// <summary>
    /// Where the sequences of the batch begin; without a value if no layer of the network declared that it reads them. A pass that is
    /// given none is refused if one did.
    /// </summary>
    public SequenceOffsets Sequences { get; }

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

    /// <summary>Room for what backward needs, of the declared extent and width; in training only.</summary>
    /// <exception cref="InvalidOperationException">This is inference.</exception>
    public TensorView<T> Saved(int index) => IsTraining
        ? saved.Of(index, Input.Rows, Sequences.Count, Threads)
        : throw new InvalidOperationException("Inference saves nothing: ask IsTraining first.");

    /// <summary>Room to work in, of the declared extent and width; what it holds at first is not defined.</summary>
    public TensorView<T> Scratch(int index) => scratch.Of(index, Input.Rows, Sequences.Count, Threads);
}
