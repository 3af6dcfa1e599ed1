using System.Numerics;

namespace VecNet;

/// <summary>The data of a layer's forward pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters;
    private readonly SlotViews<T> state;
    private readonly WorkspaceViews<T> saved;
    private readonly WorkspaceViews<T> scratch;
    private readonly WorkspaceViews<T> kept;
    private readonly SplitMix64? random;
    private readonly int context;

    internal ForwardPass(
        ReadOnlyTensorView<T> input,
        TensorView<T> output,
        SlotViews<T> parameters,
        SlotViews<T> state,
        WorkspaceViews<T> saved,
        WorkspaceViews<T> scratch,
        WorkspaceViews<T> kept,
        int context,
        int position,
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
        this.kept = kept;
        this.context = context;
        Position = position;
        this.random = random;
        Sequences = sequences;
        Threads = threads;
    }

    /// <summary>The input, rows × input features.</summary>
    public ReadOnlyTensorView<T> Input { get; }

    /// <summary>The output, rows × output features, to be overwritten.</summary>
    public TensorView<T> Output { get; }

    /// <summary>
    /// Whether a backward pass may follow. If not (inference), there is nothing to save, and the model must not be changed.
    /// </summary>
    public bool IsTraining => random is not null;

    /// <summary>The source of randomness in training.</summary>
    /// <exception cref="InvalidOperationException">The pass is inference.</exception>
    public SplitMix64 Random => random ?? throw new InvalidOperationException("Inference is not random: check IsTraining first.");

    /// <summary>
    /// The offsets of the sequences of the batch; without a value if no layer of the network declared that it reads them. If one did, a
    /// pass without offsets is rejected.
    /// </summary>
    public SequenceOffsets Sequences { get; }

    /// <summary>
    /// Whether the pass continues a sequence: the rows are those of one sequence, and follow the rows of the passes before, of which the
    /// layer keeps what it needs in <see cref="Kept"/>. It is inference.
    /// </summary>
    public bool ContinuesSequence => context > 0;

    /// <summary>
    /// The position of the first row in its sequence: the number of rows of the passes that this one continues; otherwise 0.
    /// </summary>
    public int Position { get; }

    /// <summary>
    /// The network's input as integers, row by row, where the layer reads it and declared that it takes them, and the pass was given
    /// them; otherwise empty. There are as many for each row, and <see cref="Input"/> then has no columns.
    /// </summary>
    public ReadOnlySpan<int> Ids { get; internal init; }

    /// <summary>Whether the input is <see cref="Ids"/>.</summary>
    internal bool HasIds => Input.Columns == 0;

    /// <summary>The number of threads that the pass may use, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>
    /// The recurrent state of each sequence before the pass; empty for zeros, or if the layer has declared no width of it.
    /// </summary>
    internal TensorView<T> InitialState { get; init; }

    /// <summary>The recurrent state of each sequence after the pass, to be overwritten; or empty.</summary>
    internal TensorView<T> FinalState { get; init; }

    /// <summary>Gets the parameter with index <paramref name="index"/>, in the order of declaration.</summary>
    public ReadOnlyTensorView<T> Parameter(int index) => parameters[index];

    /// <summary>Gets the state with index <paramref name="index"/>, in the order of declaration, to be read.</summary>
    public ReadOnlyTensorView<T> State(int index) => state[index];

    /// <summary>Gets the same state, to be changed; in training only, since inference may share the network with other threads.</summary>
    /// <exception cref="InvalidOperationException">The pass is inference.</exception>
    public TensorView<T> StateToUpdate(int index) => IsTraining
        ? state[index]
        : throw new InvalidOperationException("Inference changes no state: check IsTraining first.");

    /// <summary>Gets memory for data that the backward pass needs, of the declared extent and width; in training only.</summary>
    /// <exception cref="InvalidOperationException">The pass is inference.</exception>
    public TensorView<T> Saved(int index) => IsTraining
        ? saved.Get(index, Input.Rows, Sequences.Count, Threads)
        : throw new InvalidOperationException("Inference saves nothing: check IsTraining first.");

    /// <summary>
    /// Gets a matrix that is kept while a sequence is continued, with what earlier passes of the sequence wrote; its content is undefined
    /// at position 0, and, of a matrix per row, from the row of <see cref="Position"/> on.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pass does not continue a sequence.</exception>
    public TensorView<T> Kept(int index) => ContinuesSequence
        ? kept.Get(index, context, 1, Threads)
        : throw new InvalidOperationException("The pass reads whole sequences and keeps nothing: check ContinuesSequence first.");

    /// <summary>Gets scratch memory of the declared extent and width; its initial content is undefined.</summary>
    public TensorView<T> Scratch(int index) => scratch.Get(index, Input.Rows, Sequences.Count, Threads);
}
