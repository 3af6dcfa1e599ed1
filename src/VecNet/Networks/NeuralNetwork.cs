using System.Numerics;

namespace VecNet;

/// <summary>
/// A network: layers in order over named buffers, with three flat buffers for parameters, their gradients and untrained state.
/// </summary>
/// <remarks>
/// <para>
/// Inference (<see cref="Predict(ReadOnlyTensorView{T}, Workspace{T})"/>) only reads the network: any number of threads may share one,
/// each with its own workspace. Training (<see cref="Forward(ReadOnlyTensorView{T}, Workspace{T})"/>,
/// <see cref="Backward(ReadOnlyTensorView{T}, ReadOnlyTensorView{T}, Workspace{T}, bool)"/>, an optimizer's step) is for one thread at a
/// time.
/// </para>
/// <para>Memory is allocated when the network or a workspace is created, never in a pass.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkPlan<T> plan;
    private readonly TensorBuffer<T> parameters;
    private readonly TensorBuffer<T> gradients;
    private readonly TensorBuffer<T> state;
    private readonly Slot[] weightSlots;
    private readonly Slot[] biasSlots;
    private readonly Slot[] sparseSlots;

    /// <summary>Creates a network of fully connected layers with an activation between them, and none after the last.</summary>
    /// <param name="inputSize">The number of features of a row of the input.</param>
    /// <param name="outputSize">The number of features of a row of the output.</param>
    /// <param name="hiddenSizes">The widths of the hidden layers, from the input on; may be empty.</param>
    /// <param name="activation">The activation after each hidden layer.</param>
    /// <param name="initialization">
    /// The initialization of the weights; by default it suits the activation. Biases start at zero. The assignment that this constructor
    /// comes from has <see cref="WeightInitialization.StandardNormal"/>.
    /// </param>
    /// <param name="seed">The seed of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public NeuralNetwork(
        int inputSize,
        int outputSize,
        ReadOnlySpan<int> hiddenSizes,
        ILayer<T> activation,
        WeightInitialization initialization = WeightInitialization.ByActivation,
        ulong seed = 0)
        : this(inputSize, NetworkPlan<T>.Stack(outputSize, hiddenSizes, activation, initialization), seed)
    {
    }

    /// <summary>Creates a network of the given layers, one after another.</summary>
    /// <param name="inputSize">The number of features of a row of the input.</param>
    /// <param name="layers">The layers, at least one; an instance may occur more than once.</param>
    /// <param name="seed">The seed of the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">There is no layer, or the parameters would not fit into one buffer.</exception>
    public NeuralNetwork(int inputSize, IEnumerable<ILayer<T>> layers, ulong seed = 0)
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        plan = NetworkPlan<T>.Create(inputSize, layers);
        parameters = new TensorBuffer<T>(1, plan.ParameterLength);
        gradients = new TensorBuffer<T>(1, plan.ParameterLength);
        state = new TensorBuffer<T>(1, plan.StateLength);
        ParameterSlots = [.. plan.Nodes.SelectMany(node => node.OwnParameters)];
        sparseSlots = [.. ParameterSlots.Where(slot => slot.Touched is not null)];
        foreach (Slot slot in sparseSlots.Where(slot => !slot.IsTransposedInFiles))
        {
            slot.Touched!.Allocate();
        }

        NetworkNode<T>[] fullyConnected = [.. plan.Nodes.Where(node => node.Layer is FullyConnectedLayer<T>)];
        weightSlots = [.. fullyConnected.Select(node => WithPath(node, 0))];
        biasSlots = [.. fullyConnected.Select(node => WithPath(node, 1))];
        Initialize(seed);
    }

    /// <summary>The number of features of a row of the input.</summary>
    public int InputSize => plan.Buffers[0].Features;

    /// <summary>The number of features of a row of the output.</summary>
    public int OutputSize => plan.Buffers[plan.Output].Features;

    /// <summary>The layers that the network was created from, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => plan.Layers;

    /// <summary>
    /// The plan of a pass: all layers that compute, including those in composite layers, and the sums and concatenations of their values,
    /// in the order of the forward pass.
    /// </summary>
    public IReadOnlyList<NetworkNode<T>> Nodes => plan.Nodes;

    /// <summary>The number of parameters, without the zeros in the gaps between aligned matrices.</summary>
    public int ParameterCount => ParameterSlots.Sum(slot => slot.Length);

    /// <summary>All parameters, flat. Gaps between matrices are zero and stay so.</summary>
    public Span<T> Parameters => parameters.Span;

    /// <summary>∂L/∂parameters after a backward pass, laid out like <see cref="Parameters"/>.</summary>
    /// <remarks>
    /// For a sparse parameter, a backward pass clears only the rows that the previous one wrote. Clear rows yourself if other code wrote
    /// them, such as gradient clipping with a norm of NaN.
    /// </remarks>
    public Span<T> Gradients => gradients.Span;

    /// <summary>The state that is saved with the model but not trained, flat.</summary>
    public Span<T> State => state.Span;

    /// <summary>
    /// The weights of the fully connected layers, including those in composite layers, each inputs × outputs; named by their paths, such as
    /// <c>3.0.weight</c>.
    /// </summary>
    public SlotViews<T> Weights => new(parameters.Span, weightSlots);

    /// <summary>The biases of the fully connected layers, each 1 × outputs.</summary>
    public SlotViews<T> Biases => new(parameters.Span, biasSlots);

    /// <summary>∂L/∂W of the fully connected layers after a backward pass.</summary>
    public SlotViews<T> WeightGradients => new(gradients.Span, weightSlots);

    /// <summary>∂L/∂b of the fully connected layers after a backward pass.</summary>
    public SlotViews<T> BiasGradients => new(gradients.Span, biasSlots);

    /// <summary>Whether a step has rows to skip.</summary>
    internal bool HasSparseGradients
    {
        get
        {
            foreach (Slot slot in sparseSlots)
            {
                if (slot.Touched!.IsSparse)
                {
                    return true;
                }
            }

            return false;
        }
    }

    internal NetworkPlan<T> Plan => plan;

    /// <summary>The slot of every parameter once, in the order of the nodes.</summary>
    internal readonly Slot[] ParameterSlots;

    internal TensorBuffer<T> ParameterBuffer => parameters;

    internal TensorBuffer<T> GradientBuffer => gradients;

    /// <summary>
    /// The parameters of one layer, in the order in which it declared them; those of inner layers are named by their paths, such as
    /// <c>0.weight</c>.
    /// </summary>
    /// <param name="layer">The index of the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotViews<T> GetParameters(int layer) => new(parameters.Span, plan.GetParameters(Checked(layer)));

    /// <summary>
    /// ∂L/∂parameters of one layer after a backward pass, in the order in which it declared them; those of inner layers are named by their
    /// paths, such as <c>0.weight</c>.
    /// </summary>
    /// <param name="layer">The index of the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotViews<T> GetGradients(int layer) => new(gradients.Span, plan.GetParameters(Checked(layer)));

    /// <summary>Creates a workspace for inference of up to <paramref name="capacity"/> rows at a time.</summary>
    /// <param name="capacity">The largest batch, in rows.</param>
    /// <param name="sequences">The largest batch, in sequences; by default as many as rows.</param>
    /// <param name="outputOnDemand">
    /// Whether the output of a <see cref="VocabularyProjection{T}"/> that is the last layer is only computed for the rows of
    /// <see cref="Workspace{T}.GetOutput"/>; <c>Predict</c> then returns nothing. Other networks ignore it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A capacity is negative.</exception>
    public Workspace<T> CreateInferenceWorkspace(int capacity, int? sequences = null, bool outputOnDemand = false) =>
        new(this, capacity, sequences ?? capacity, training: false, inputGradient: false, seed: 0, outputOnDemand);

    /// <summary>Creates a workspace for training with batches of up to <paramref name="capacity"/> rows.</summary>
    /// <param name="capacity">The largest batch, in rows.</param>
    /// <param name="inputGradient">Whether the backward pass also computes ∂L/∂input.</param>
    /// <param name="seed">The seed of the dropout masks.</param>
    /// <param name="sequences">The largest batch, in sequences; by default as many as rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A capacity is negative.</exception>
    public Workspace<T> CreateTrainingWorkspace(int capacity, bool inputGradient = false, ulong seed = 0, int? sequences = null) =>
        new(this, capacity, sequences ?? capacity, training: true, inputGradient, seed);

    /// <summary>
    /// Initializes the parameters again from a seed: each layer draws its own values; gradients become zero, and state gets its initial
    /// values.
    /// </summary>
    public void Initialize(ulong seed)
    {
        Parameters.Clear();
        ClearGradients();
        State.Clear();
        SplitMix64? random = null;
        int layer = -1;
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            if (node.TopLayer != layer)
            {
                // Inner layers draw from the generator of their outermost layer, one after another.
                layer = node.TopLayer;
                random = RandomStream.OfLayer(seed, layer);
            }

            if (node.Layer is FullyConnectedLayer<T> fullyConnected)
            {
                bool entersRectifier = plan.Readers[node.Output].Any(reader => reader.Layer is ActivationLayer<T> { IsRectifier: true });
                fullyConnected.Initialize(GetParameters(node), random!, entersRectifier);
            }
            else
            {
                node.Layer?.Initialize(GetParameters(node), random!);
            }

            node.Layer?.InitializeState(GetState(node));
        }
    }

    /// <summary>
    /// Returns one line for each layer that computes, with its path, its widths and its parameters, and a line of totals.
    /// </summary>
    public string Summary()
    {
        int width = plan.Nodes.Max(node => node.Path.Length);
        return string.Join(Environment.NewLine, plan.Nodes
            .Where(node => node.Layer is not null)
            .Select(node => Line(
                node.Path,
                node.Layer!.Name,
                plan.Buffers[node.Inputs[0]].Features,
                plan.Buffers[node.Output].Features,
                node.OwnParameters.Sum(slot => slot.Length)))
            .Append(Line("", "total", InputSize, OutputSize, ParameterCount)));

        string Line(string path, string name, int inputs, int outputs, int parameters) =>
            $"{path.PadLeft(int.Max(3, width))}  {name,-16} {inputs,6} → {outputs,-6} {parameters,10:N0} parameters";
    }

    private static Slot WithPath(NetworkNode<T> node, int parameter) =>
        node.Parameters[parameter] with { Name = $"{node.Path}.{node.Parameters[parameter].Name}" };
}
