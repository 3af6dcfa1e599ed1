using System.Numerics;

namespace VecNet;

/// <summary>Convolution over the rows of each sequence: a row of the output for each window of rows.</summary>
/// <remarks>
/// <para>
/// The mathematics is in <see cref="Conv1d"/>. The parameters are <c>weight</c> and <c>bias</c>, in files with PyTorch's names and
/// shapes; both start from a uniform distribution in ±1/√(input channels / groups · kernel size), as in PyTorch.
/// </para>
/// <para>
/// With stride 1, the output has a row for each input row; with stride s, a sequence of n rows has ⌈n/s⌉ rows. The padding
/// <see cref="Conv1dPadding.Valid"/> also makes sequences shorter: one that is shorter than a window then has no row. Later layers read the
/// shorter sequences; <see cref="Workspace{T}.OutputSequences"/> has their offsets in the output of the network. Values can be added or
/// concatenated if their sequences have been shortened alike, in whatever order.
/// </para>
/// <code>
/// var network = new NeuralNetwork&lt;float&gt;(
///     64,
///     [
///         new Conv1d&lt;float&gt;(128, kernelSize: 3), new ReLU&lt;float&gt;(),
///         new SequencePooling&lt;float&gt;(PoolingMode.Max), new FullyConnectedLayer&lt;float&gt;(2),
///     ]);
/// ReadOnlyTensorView&lt;float&gt; perSequence = network.Predict(rows, new SequenceOffsets([0, 12, 20]), workspace);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Conv1d<T> : ILayer<T>, IProductLayer
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Conv1dOptions options;

    /// <summary>Creates the layer.</summary>
    /// <param name="outputFeatures">The number of output channels.</param>
    /// <param name="kernelSize">The number of input rows that an output row is computed from.</param>
    /// <param name="padding">The zeros around each sequence.</param>
    /// <param name="dilation">The distance between the input rows of a window.</param>
    /// <param name="groups">
    /// The number of groups of channels that do not see each other; the number of input channels for a depthwise convolution.
    /// </param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="stride">The distance between the windows of neighboring output rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the padding is unknown.</exception>
    /// <exception cref="ArgumentException">The output channels cannot be divided among the groups.</exception>
    public Conv1d(
        int outputFeatures,
        int kernelSize,
        Conv1dPadding padding = Conv1dPadding.Same,
        int dilation = 1,
        int groups = 1,
        bool bias = true,
        int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernelSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        Conv1dOptions.CheckPadding(padding, nameof(padding));
        Conv1d.CheckChannels(groups, outputFeatures, groups, nameof(groups));
        options = new() { KernelSize = kernelSize, Padding = padding, Stride = stride, Dilation = dilation, Groups = groups };
        options.Check();
        OutputFeatures = outputFeatures;
        HasBias = bias;
    }

    /// <inheritdoc/>
    public string Name => "conv1d";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        new("outputs", OutputFeatures), new("kernel_size", KernelSize), new("padding", Padding.ToString().ToLowerInvariant()),
        new("stride", Stride), new("dilation", Dilation), new("groups", Groups), new("bias", HasBias),
    ];

    /// <summary>The number of output channels.</summary>
    public int OutputFeatures { get; }

    /// <summary>The number of input rows that an output row is computed from.</summary>
    public int KernelSize => options.KernelSize;

    /// <summary>The zeros around each sequence.</summary>
    public Conv1dPadding Padding => options.Padding;

    /// <summary>The distance between the windows of neighboring output rows.</summary>
    public int Stride => options.Stride;

    /// <summary>The distance between the input rows of a window.</summary>
    public int Dilation => options.Dilation;

    /// <summary>The number of groups of channels that do not see each other.</summary>
    public int Groups => options.Groups;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The input channels cannot be divided among the groups, or the rows of the input are not tokens, since they have been pooled before.
    /// </exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.CheckTokens();
        Conv1d.CheckChannels(declaration.InputFeatures, OutputFeatures, Groups, nameof(declaration));
        declaration.AddTransposed("weight", checked(declaration.InputFeatures / Groups * KernelSize), OutputFeatures, KernelSize);
        if (HasBias)
        {
            declaration.AddParameter("bias", 1, OutputFeatures);
        }

        declaration.OutputFeatures = OutputFeatures;
        declaration.ReadsSequences = true;
        declaration.Windows = options;
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
        double bound = 1 / Math.Sqrt(parameters[0].Rows);
        for (int i = 0; i < parameters.Count; i++)
        {
            WeightInitializationExtensions.Fill(parameters[i], isNormal: false, bound, random);
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Conv1d.Forward(
        pass.Input, pass.Sequences, pass.Parameter(0), HasBias ? pass.Parameter(1) : default, pass.Output, options, pass.Threads);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => Conv1d.Backward(
        pass.Input,
        pass.Sequences,
        pass.Parameter(0),
        pass.GradOutput,
        pass.GradInput,
        pass.Gradient(0),
        HasBias ? pass.Gradient(1) : default,
        options,
        pass.Accumulates,
        pass.Threads);

    /// <summary>For each row of the output, a product with each tap's weights; in the backward pass twice as many.</summary>
    long IProductLayer.CountFlops(long rows, int inputFeatures, SequenceOffsets sequences, bool isBackward) =>
        (isBackward ? 4L : 2) * Conv1d.CountRows(sequences, options) * KernelSize * (inputFeatures / Groups) * OutputFeatures;
}
