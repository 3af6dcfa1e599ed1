using System.Numerics;

namespace VecNet;

/// <summary>The data of a layer's backward pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct BackwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters;
    private readonly SlotViews<T> gradients;
    private readonly WorkspaceViews<T> saved;
    private readonly WorkspaceViews<T> scratch;

    internal BackwardPass(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        SlotViews<T> parameters,
        SlotViews<T> gradients,
        WorkspaceViews<T> saved,
        WorkspaceViews<T> scratch,
        bool accumulates,
        SequenceOffsets sequences,
        int threads)
    {
        Input = input;
        Output = output;
        GradOutput = gradOutput;
        GradInput = gradInput;
        this.parameters = parameters;
        this.gradients = gradients;
        this.saved = saved;
        this.scratch = scratch;
        Accumulates = accumulates;
        Sequences = sequences;
        Threads = threads;
    }

    /// <summary>The forward pass's input, rows × input features.</summary>
    public ReadOnlyTensorView<T> Input { get; }

    /// <summary>The forward pass's output, rows × output features.</summary>
    public ReadOnlyTensorView<T> Output { get; }

    /// <summary>∂L/∂output, rows × output features.</summary>
    public ReadOnlyTensorView<T> GradOutput { get; }

    /// <summary>∂L/∂input, rows × input features, to be overwritten; empty if it is not needed.</summary>
    public TensorView<T> GradInput { get; }

    /// <summary>Whether ∂L/∂input is needed; that of the first layer of a network usually is not.</summary>
    public bool WantsGradInput => GradInput.Columns != 0;

    /// <summary>Whether the gradients of parameters are accumulated instead of overwritten.</summary>
    public bool Accumulates { get; }

    /// <summary>The offsets of the sequences of the batch, as in the forward pass.</summary>
    public SequenceOffsets Sequences { get; }

    /// <summary>
    /// The network's input as integers, row by row, where the layer reads it and declared that it takes them, and the pass was given
    /// them; otherwise empty. There are as many for each row, and <see cref="Input"/> then has no columns.
    /// </summary>
    public ReadOnlySpan<int> Ids { get; internal init; }

    /// <summary>Whether the input is <see cref="Ids"/>.</summary>
    internal bool HasIds => Input.Columns == 0;

    /// <summary>The number of threads that the pass may use, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>The recurrent state of each sequence before the forward pass; empty for zeros.</summary>
    internal TensorView<T> InitialState { get; init; }

    /// <summary>Gets the parameter with index <paramref name="index"/>, in the order of declaration.</summary>
    public ReadOnlyTensorView<T> Parameter(int index) => parameters[index];

    /// <summary>Gets ∂L/∂parameter, to be written (see <see cref="Accumulates"/>).</summary>
    public TensorView<T> Gradient(int index) => gradients[index];

    /// <summary>
    /// Gets a row of a sparse parameter's gradient, to be accumulated: it is zero or contains what was added before, whether or not the
    /// pass accumulates.
    /// </summary>
    /// <param name="index">The index of a parameter that was declared by <see cref="LayerDeclaration.AddSparseParameter"/>.</param>
    /// <param name="row">The row of its matrix.</param>
    /// <exception cref="InvalidOperationException">The parameter is not sparse.</exception>
    public Span<T> GradientRow(int index, int row)
    {
        Span<T> gradient = gradients[index].Row(row);
        TouchedRows(index).Add(row);
        return gradient;
    }

    /// <summary>Gets the set of written rows of a sparse parameter's gradient.</summary>
    internal TouchedRows TouchedRows(int index) => gradients.TouchedRowsOf(index)
        ?? throw new InvalidOperationException(
            "Only a sparse parameter's gradient is written row by row: declare it by AddSparseParameter.");

    /// <summary>Gets a matrix that the forward pass saved.</summary>
    public ReadOnlyTensorView<T> Saved(int index) => saved.Get(index, Input.Rows, Sequences.Count, Threads);

    /// <summary>Gets scratch memory of the declared extent and width; its initial content is undefined.</summary>
    public TensorView<T> Scratch(int index) => scratch.Get(index, Input.Rows, Sequences.Count, Threads);
}
