using System.Numerics;

namespace VecNet;

/// <summary>What a layer sees in a backward pass.</summary>
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

    /// <summary>∂L/∂input, rows × input features, to be overwritten; empty if it is not wanted.</summary>
    public TensorView<T> GradInput { get; }

    /// <summary>Whether anybody needs ∂L/∂input; the first layer of a network mostly is not asked for it.</summary>
    public bool WantsGradInput => GradInput.Columns != 0;

    /// <summary>Whether parameters' gradients are added to what is there instead of overwriting it.</summary>
    public bool Accumulates { get; }

    /// <summary>Where the sequences of the batch begin, as forward had it.</summary>
    public SequenceOffsets Sequences { get; }

    /// <summary>How many threads the pass may use, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>The parameter that was declared as number <paramref name="index"/>.</summary>
    public ReadOnlyTensorView<T> Parameter(int index) => parameters[index];

    /// <summary>∂L/∂parameter, to be written (see <see cref="Accumulates"/>).</summary>
    public TensorView<T> Gradient(int index) => gradients[index];

    /// <summary>
    /// A row of a sparse parameter's gradient, to be added to: it is zero, or what was added to it before, whether or not the pass
    /// accumulates.
    /// </summary>
    /// <param name="index">Of a parameter that was declared by <see cref="LayerDeclaration.AddSparseParameter"/>.</param>
    /// <param name="row">Of its matrix.</param>
    /// <exception cref="InvalidOperationException">The parameter is not sparse.</exception>
    public Span<T> GradientRow(int index, int row)
    {
        Span<T> gradient = gradients[index].Row(row);
        TouchedRows(index).Add(row);
        return gradient;
    }

    /// <summary>Where to note the rows of a sparse parameter's gradient that are written.</summary>
    internal TouchedRows TouchedRows(int index) => gradients.TouchedRowsOf(index)
        ?? throw new InvalidOperationException(
            "Only a sparse parameter's gradient is written row by row: declare it by AddSparseParameter.");

    /// <summary>What forward saved.</summary>
    public ReadOnlyTensorView<T> Saved(int index) => saved.Of(index, Input.Rows, Sequences.Count, Threads);

    /// <summary>Room to work in, of the declared extent and width; what it holds at first is not defined.</summary>
    public TensorView<T> Scratch(int index) => scratch.Of(index, Input.Rows, Sequences.Count, Threads);
}
