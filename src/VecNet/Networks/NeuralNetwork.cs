using System.Numerics;

namespace VecNet;

/// <summary>A network: layers in order over named buffers, with three flat buffers for parameters, their gradients and untrained state.</summary>
/// <remarks>
/// <para>
/// Inference (<see cref="Predict"/>) only reads the network: any number of threads may share one, each with a workspace of its own.
/// Training (<see cref="Forward"/>, <see cref="Backward"/>, an optimiser's step) is for one thread at a time.
/// </para>
/// <para>Memory is allocated when the network or a workspace is made, never in a pass.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkPlan<T> plan;
    private readonly TensorBuffer<T> parameters;
    private readonly TensorBuffer<T> gradients;
    private readonly TensorBuffer<T> state;
    private readonly Slot[] weightSlots;
    private readonly Slot[] biasSlots;

    /// <summary>Fully connected layers with an activation between them, and none after the last.</summary>
    /// <param name="inputSize">Features of a row of the input.</param>
    /// <param name="outputSize">Features of a row of the output.</param>
    /// <param name="hiddenSizes">Widths of the hidden layers, from the input on; may be empty.</param>
    /// <param name="activation">Follows each hidden layer.</param>
    /// <param name="initialization">How the weights start; biases start at zero.</param>
    /// <param name="seed">Of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public NeuralNetwork(
        int inputSize,
        int outputSize,
        ReadOnlySpan<int> hiddenSizes,
        ILayer<T> activation,
        WeightInitialization initialization = WeightInitialization.StandardNormal,
        ulong seed = 0)
        : this(inputSize, NetworkPlan<T>.Stack(outputSize, hiddenSizes, activation, initialization), seed)
    {
    }

    /// <summary>The given layers, one after another.</summary>
    /// <param name="inputSize">Features of a row of the input.</param>
    /// <param name="layers">At least one; an instance may occur more than once.</param>
    /// <param name="seed">Of the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">There is no layer, or the parameters would not fit into one buffer.</exception>
    public NeuralNetwork(int inputSize, IEnumerable<ILayer<T>> layers, ulong seed = 0)
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        plan = NetworkPlan<T>.Of(inputSize, layers);
        parameters = new TensorBuffer<T>(1, plan.ParameterLength);
        gradients = new TensorBuffer<T>(1, plan.ParameterLength);
        state = new TensorBuffer<T>(1, plan.StateLength);
        HasSparseParameters = Steps.Any(step => step.Parameters.Any(slot => slot.IsSparse));
        weightSlots = [.. Steps.Where(step => step.Layer is FullyConnectedLayer<T>).Select(step => step.Parameters[0])];
        biasSlots = [.. Steps.Where(step => step.Layer is FullyConnectedLayer<T>).Select(step => step.Parameters[1])];
        Initialize(seed);
    }

    /// <summary>Features of a row of the input.</summary>
    public int InputSize => Buffers[0].Features;

    /// <summary>Features of a row of the output.</summary>
    public int OutputSize => Buffers[^1].Features;

    /// <summary>The layers, in order.</summary>
    public IEnumerable<ILayer<T>> Layers => Steps.Select(step => step.Layer);

    /// <summary>The trained numbers, without the zeros that fill the gaps between aligned matrices.</summary>
    public int ParameterCount => Steps.Sum(step => step.Parameters.Sum(slot => slot.Length));

    /// <summary>All parameters, flat. Gaps between matrices are zero and stay so.</summary>
    public Span<T> Parameters => parameters.Span;

    /// <summary>∂L/∂parameters after a backward pass, laid out like <see cref="Parameters"/>.</summary>
    /// <remarks>Of a sparse parameter, a backward pass makes zero what the one before it wrote, and nothing else: clear what others wrote, such as a clipping whose norm was NaN.</remarks>
    public Span<T> Gradients => gradients.Span;

    /// <summary>What is saved with the model but not trained, flat.</summary>
    public Span<T> State => state.Span;

    /// <summary>The weights of the fully connected layers, each inputs × outputs.</summary>
    public SlotViews<T> Weights => new(parameters.Span, weightSlots);

    /// <summary>The biases of the fully connected layers, each 1 × outputs.</summary>
    public SlotViews<T> Biases => new(parameters.Span, biasSlots);

    /// <summary>∂L/∂W of the fully connected layers after a backward pass.</summary>
    public SlotViews<T> WeightGradients => new(gradients.Span, weightSlots);

    /// <summary>∂L/∂b of the fully connected layers after a backward pass.</summary>
    public SlotViews<T> BiasGradients => new(gradients.Span, biasSlots);

    /// <summary>Whether a step has rows to leave out.</summary>
    internal bool HasSparseParameters { get; }

    internal NetworkBuffer[] Buffers => plan.Buffers;

    internal Step<T>[] Steps => plan.Steps;

    /// <inheritdoc cref="NetworkPlan{T}.Groups"/>
    internal StepGroup<T>[] Groups => plan.Groups;

    /// <summary>The first group that has something to train: gradients of what lies before it are needed only for the input's own.</summary>
    internal int FirstTrainedGroup => plan.FirstTrainedGroup;

    internal TensorBuffer<T> ParameterBuffer => parameters;

    internal TensorBuffer<T> GradientBuffer => gradients;

    /// <summary>Whether a group is a fully connected layer, alone or with an activation.</summary>
    internal bool IsFullyConnected(int group) => Steps[Groups[group].First].Layer is FullyConnectedLayer<T>;

    /// <summary>The layers of a group, each with its number.</summary>
    internal string NameOf(int group) => string.Join(
        " + ", Enumerable.Range(Groups[group].First, Groups[group].Last - Groups[group].First + 1).Select(i => $"{i}.{Steps[i].Layer.Name}"));

    /// <summary>The parameters of one layer, in the order in which it declared them.</summary>
    /// <param name="layer">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotViews<T> ParametersOf(int layer) => new(parameters.Span, StepOf(layer).Parameters);

    /// <summary>∂L/∂parameters of one layer after a backward pass, in the order in which it declared them.</summary>
    /// <param name="layer">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotViews<T> GradientsOf(int layer) => new(gradients.Span, StepOf(layer).Parameters);

    /// <summary>What one layer keeps that is not trained, such as running statistics, in the order in which it declared it.</summary>
    /// <param name="layer">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotViews<T> StateOf(int layer) => new(state.Span, StepOf(layer).State);

    /// <summary>Memory for inference of up to <paramref name="capacity"/> rows at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public Workspace<T> CreateInferenceWorkspace(int capacity) => new(this, capacity, training: false, inputGradient: false, seed: 0);

    /// <summary>Memory for training with batches of up to <paramref name="capacity"/> rows.</summary>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="inputGradient">Whether backward shall also compute ∂L/∂input.</param>
    /// <param name="seed">Of the dropout masks.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public Workspace<T> CreateTrainingWorkspace(int capacity, bool inputGradient = false, ulong seed = 0) =>
        new(this, capacity, training: true, inputGradient, seed);

    /// <summary>Starts the parameters anew from a seed: each layer draws its own values; gradients become zero, and state what the layers begin with.</summary>
    public void Initialize(ulong seed)
    {
        Parameters.Clear();
        ClearGradients();
        State.Clear();
        for (int i = 0; i < Steps.Length; i++)
        {
            InnerLayer<T>.Initialize(
                Steps[i].Layer, Steps[i].Inner, ParametersOf(i), StateOf(i), RandomStream.OfLayer(seed, i));
        }
    }

    /// <summary>Makes all gradients 0; sparse ones have no row then.</summary>
    internal void ClearGradients()
    {
        Gradients.Clear();
        foreach (Step<T> step in Steps)
        {
            SparseGradients.Clear(Gradients, step.Parameters);
        }
    }

    /// <summary>Inference: the output for each row of the input. Dropout does nothing. The network is only read.</summary>
    /// <param name="input">Batch × <see cref="InputSize"/>.</param>
    /// <param name="workspace">One of this network's, used by no other thread meanwhile.</param>
    /// <returns>Batch × <see cref="OutputSize"/>, in the workspace: valid until its next pass.</returns>
    /// <exception cref="ArgumentException">The input's width, its number of rows, or the workspace does not fit.</exception>
    public ReadOnlyTensorView<T> Predict(ReadOnlyTensorView<T> input, Workspace<T> workspace)
    {
        CheckPass(input, workspace);
        workspace.CanGoBack = false;
        return RunForward(input, workspace, random: null);
    }

    /// <summary>The forward pass of a training step: as <see cref="Predict"/>, but dropout drops, and activations are kept for <see cref="Backward"/>.</summary>
    /// <param name="input">Batch × <see cref="InputSize"/>.</param>
    /// <param name="workspace">One of this network's, made for training.</param>
    /// <returns>Batch × <see cref="OutputSize"/>, in the workspace: valid until its next pass.</returns>
    /// <exception cref="ArgumentException">The input's width, its number of rows, or the workspace does not fit.</exception>
    public ReadOnlyTensorView<T> Forward(ReadOnlyTensorView<T> input, Workspace<T> workspace)
    {
        CheckPass(input, workspace);
        SplitMix64 random = workspace.Random
            ?? throw new ArgumentException("The workspace is for inference: use CreateTrainingWorkspace.", nameof(workspace));
        workspace.CanGoBack = false;
        ReadOnlyTensorView<T> output = RunForward(input, workspace, random);
        workspace.CanGoBack = true;
        return output;
    }

    /// <summary>
    /// The backward pass: fills <see cref="Gradients"/> with ∂L/∂parameters, and <see cref="Workspace{T}.GradInput"/> with ∂L/∂input if the
    /// workspace was made for it.
    /// </summary>
    /// <remarks>The chain rule, layer by layer from the last to the first; each layer's own derivation stands with its function.</remarks>
    /// <param name="input">The input of the latest <see cref="Forward"/>, unchanged.</param>
    /// <param name="gradOutput">∂L/∂output, batch × <see cref="OutputSize"/>; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="accumulate">Whether to add to the gradients instead of overwriting them.</param>
    /// <exception cref="ArgumentException">A shape or the workspace does not fit.</exception>
    /// <exception cref="InvalidOperationException">The workspace's latest pass was not a forward pass.</exception>
    public void Backward(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, bool accumulate = false)
    {
        CheckBackward(input, gradOutput, workspace);
        RunBackward(input, gradOutput, workspace, accumulate, update: null);
    }

    /// <summary>The same with an optimiser's step in it: parameters change as soon as nothing needs their old values, and their gradients need not be written.</summary>
    /// <remarks>The caller has called <see cref="CheckBackwardAndStep"/>.</remarks>
    internal void BackwardAndUpdate(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, ParameterUpdate<T> update) =>
        RunBackward(input, gradOutput, workspace, accumulate: false, update);

    /// <summary>Throws where <see cref="Backward"/> does, and if an operand lies among the parameters, which would change while it is read.</summary>
    internal void CheckBackwardAndStep(scoped in ReadOnlyTensorView<T> input, scoped in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace)
    {
        CheckBackward(input, gradOutput, workspace);
        Overlap.CheckApart(input, parameters.View, nameof(input), nameof(Parameters));
        Overlap.CheckApart(gradOutput, parameters.View, nameof(gradOutput), nameof(Parameters));
    }

    /// <summary>Throws where <see cref="Backward"/> does.</summary>
    internal void CheckBackward(scoped in ReadOnlyTensorView<T> input, scoped in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace)
    {
        CheckWorkspace(workspace);
        if (!workspace.CanGoBack)
        {
            throw new InvalidOperationException("Backward follows Forward on the same workspace.");
        }

        Shape.Check(input, workspace.Batch, InputSize);
        Shape.Check(gradOutput, workspace.Batch, OutputSize);
        workspace.CheckApart(input);
        workspace.CheckGradOutput(gradOutput);
        Overlap.CheckApart(input, gradients.View, nameof(input), nameof(Gradients));
        Overlap.CheckApart(gradOutput, gradients.View, nameof(gradOutput), nameof(Gradients));
    }

    /// <summary>One line for each layer, with its output width and parameters, and a line of totals.</summary>
    public string Summary() => string.Join(Environment.NewLine, Steps
        .Select((step, i) => $"{i,3}  {step.Layer.Name,-16} {Buffers[step.Input].Features,6} → {Buffers[step.Output].Features,-6} {step.Parameters.Sum(slot => slot.Length),10:N0} parameters")
        .Append($"     {"total",-16} {InputSize,6} → {OutputSize,-6} {ParameterCount,10:N0} parameters"));

    private static ReadOnlyTensorView<T> RunForward(scoped in ReadOnlyTensorView<T> input, Workspace<T> workspace, SplitMix64? random)
    {
        workspace.Batch = input.Rows;
        Operation<T>[] operations = workspace.Operations;
        for (int i = 0; i < operations.Length; i++)
        {
            long start = workspace.Profiler?.Start() ?? 0;
            operations[i].Forward(input, input.Rows, workspace.Threads, random);
            workspace.Profiler?.Stop(start, operations[i], i, operations.Length, isBackward: false, input.Rows);
        }

        return workspace.Value(operations.Length);
    }

    private void RunBackward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, bool accumulate, ParameterUpdate<T>? update)
    {
        int batch = workspace.Batch;
        Operation<T>[] operations = workspace.Operations;
        int last = workspace.HasGradInput ? 0 : FirstTrainedGroup;

        // With an update the parameters are no longer those of the forward pass, even if the pass does not come to its end.
        workspace.CanGoBack = update is null;
        for (int i = operations.Length - 1; i >= last; i--)
        {
            long start = workspace.Profiler?.Start() ?? 0;
            operations[i].Backward(input, gradOutput, batch, workspace.Threads, accumulate, update);
            workspace.Profiler?.Stop(start, operations[i], i, operations.Length, isBackward: true, batch);
        }
    }

    private void CheckPass(scoped in ReadOnlyTensorView<T> input, Workspace<T> workspace)
    {
        CheckWorkspace(workspace);
        if (input.Columns != InputSize)
        {
            throw new ArgumentException($"The input has {input.Columns} columns; the network takes {InputSize}.", nameof(input));
        }

        if (input.Rows > workspace.Capacity)
        {
            throw new ArgumentException($"The input has {input.Rows} rows; the workspace has room for {workspace.Capacity}.", nameof(input));
        }

        workspace.CheckApart(input);
    }

    private void CheckWorkspace(Workspace<T> workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (workspace.Network != this)
        {
            throw new ArgumentException("The workspace belongs to another network.", nameof(workspace));
        }
    }

    private Step<T> StepOf(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Steps.Length);
        return Steps[layer];
    }
}
