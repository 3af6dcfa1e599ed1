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
    private readonly SlotViews<T> scratch;
    private readonly ReadOnlySpan<InnerLayer<T>> inner;
    private readonly SplitMix64? random;

    internal ForwardPass(
        ReadOnlyTensorView<T> input,
        TensorView<T> output,
        SlotViews<T> parameters,
        SlotViews<T> state,
        SlotViews<T> saved,
        SlotViews<T> scratch,
        ReadOnlySpan<InnerLayer<T>> inner,
        SplitMix64? random,
        int threads)
    {
        Input = input;
        Output = output;
        this.parameters = parameters;
        this.state = state;
        this.saved = saved;
        this.scratch = scratch;
        this.inner = inner;
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

    /// <summary>Room to work in, batch × the declared width. What a training forward leaves there backward finds.</summary>
    public TensorView<T> Scratch(int index) => scratch[index].SliceRows(0, Input.Rows);

    /// <summary>The widths of the input and the output of the layer that was taken in as number <paramref name="layer"/>.</summary>
    public (int Inputs, int Outputs) WidthsOf(int layer) => (inner[layer].Inputs, inner[layer].Outputs);

    /// <summary>Runs the layer that was taken in as number <paramref name="layer"/>, once in a pass.</summary>
    /// <param name="layer">Its index.</param>
    /// <param name="input">Batch × its inputs.</param>
    /// <param name="output">Batch × its outputs, overwritten; apart from the input.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or the views share an element.</exception>
    public void RunLayer(int layer, ReadOnlyTensorView<T> input, TensorView<T> output)
    {
        ref readonly InnerLayer<T> run = ref inner[layer];
        Shape.Check(input, Input.Rows, run.Inputs);
        Shape.Check<T>(output, Input.Rows, run.Outputs);
        Overlap.CheckApart(input, output);
        run.Layer.Forward(new ForwardPass<T>(
            input, output, run.ParametersOf(parameters), run.StateOf(state), IsTraining ? run.SavedOf(saved) : default, run.ScratchOf(scratch), run.Inner, random, Threads));
    }
}

/// <summary>What a layer sees in a backward pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct BackwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters;
    private readonly SlotViews<T> gradients;
    private readonly SlotViews<T> saved;
    private readonly SlotViews<T> scratch;
    private readonly ReadOnlySpan<InnerLayer<T>> inner;

    internal BackwardPass(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        SlotViews<T> parameters,
        SlotViews<T> gradients,
        SlotViews<T> saved,
        SlotViews<T> scratch,
        ReadOnlySpan<InnerLayer<T>> inner,
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
        this.scratch = scratch;
        this.inner = inner;
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

    /// <summary>A row of a sparse parameter's gradient, to be added to: it is zero, or what was added to it before, whether or not the pass accumulates.</summary>
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
        ?? throw new InvalidOperationException("Only a sparse parameter's gradient is written row by row: declare it by AddSparseParameter.");

    /// <summary>What forward saved.</summary>
    public ReadOnlyTensorView<T> Saved(int index) => saved[index].SliceRows(0, Input.Rows);

    /// <summary>Room to work in, batch × the declared width, with what forward left there.</summary>
    public TensorView<T> Scratch(int index) => scratch[index].SliceRows(0, Input.Rows);

    /// <summary>The widths of the input and the output of the layer that was taken in as number <paramref name="layer"/>.</summary>
    public (int Inputs, int Outputs) WidthsOf(int layer) => (inner[layer].Inputs, inner[layer].Outputs);

    /// <summary>Runs the layer that was taken in as number <paramref name="layer"/> backwards; the gradients of its parameters go where they belong.</summary>
    /// <param name="layer">Its index.</param>
    /// <param name="input">As its forward read it.</param>
    /// <param name="output">As its forward wrote it.</param>
    /// <param name="gradOutput">∂L/∂output, batch × its outputs.</param>
    /// <param name="gradInput">∂L/∂input, batch × its inputs, overwritten, apart from the others; or empty (default) if it is not wanted.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or gradInput shares an element with another view.</exception>
    public void RunLayer(int layer, ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
    {
        ref readonly InnerLayer<T> run = ref inner[layer];
        Shape.Check(input, Input.Rows, run.Inputs);
        Shape.Check(output, Input.Rows, run.Outputs);
        Shape.Check(gradOutput, Input.Rows, run.Outputs);
        if (gradInput.Columns != 0)
        {
            Shape.CheckSame(input, gradInput);
            Overlap.CheckApart(input, gradInput);
            Overlap.CheckApart(output, gradInput);
            Overlap.CheckApart(gradOutput, gradInput);
        }

        run.Layer.Backward(new BackwardPass<T>(
            input,
            output,
            gradOutput,
            gradInput,
            run.ParametersOf(parameters),
            run.ParametersOf(gradients),
            run.SavedOf(saved),
            run.ScratchOf(scratch),
            run.Inner,
            Accumulates,
            Threads));
    }
}
