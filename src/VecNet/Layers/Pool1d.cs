using System.Numerics;

namespace VecNet;

/// <summary>The maximum or the mean of each column over windows of rows: a row of the output for each window.</summary>
/// <remarks>
/// The mathematics is in <see cref="Pool1d"/>. With stride 1, the output has a row for each input row; strides and the padding
/// <see cref="Conv1dPadding.Valid"/> make sequences shorter, as those of <see cref="Conv1d{T}"/> do.
/// <code>
/// var windows = new Pool1d&lt;float&gt;(kernelSize: 3, PoolingMode.Max, stride: 2);
/// var network = new NeuralNetwork&lt;float&gt;(64, [new Conv1d&lt;float&gt;(32, kernelSize: 3), windows, new Gru&lt;float&gt;(16)]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Pool1d<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Conv1dOptions options;

    /// <summary>Creates the layer.</summary>
    /// <param name="kernelSize">The number of rows of a window.</param>
    /// <param name="mode"><see cref="PoolingMode.Max"/> or <see cref="PoolingMode.Mean"/>.</param>
    /// <param name="padding">Where a window lies: the rows around a sequence, which are not part of a window.</param>
    /// <param name="dilation">The distance between the rows of a window.</param>
    /// <param name="stride">The distance between the windows of neighboring output rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not positive, the mode is neither maximum nor mean, or the padding is unknown.
    /// </exception>
    public Pool1d(int kernelSize, PoolingMode mode, Conv1dPadding padding = Conv1dPadding.Same, int dilation = 1, int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernelSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        Pool1d.CheckMode(mode);
        Conv1dOptions.CheckPadding(padding, nameof(padding));
        options = new() { KernelSize = kernelSize, Padding = padding, Stride = stride, Dilation = dilation };
        options.Check();
        Mode = mode;
    }

    /// <inheritdoc/>
    public string Name => "pool1d";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        new("kernel_size", KernelSize), new("mode", Mode.ToString().ToLowerInvariant()),
        new("padding", Padding.ToString().ToLowerInvariant()), new("stride", Stride), new("dilation", Dilation),
    ];

    /// <summary>The number of rows of a window.</summary>
    public int KernelSize => options.KernelSize;

    /// <summary>How the rows of a window become one.</summary>
    public PoolingMode Mode { get; }

    /// <summary>Where a window lies.</summary>
    public Conv1dPadding Padding => options.Padding;

    /// <summary>The distance between the windows of neighboring output rows.</summary>
    public int Stride => options.Stride;

    /// <summary>The distance between the rows of a window.</summary>
    public int Dilation => options.Dilation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows of the input are not tokens, since they have been pooled before.</exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.CheckTokens();
        declaration.ReadsSequences = true;
        declaration.Windows = options;
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Pool1d.Forward(pass.Input, pass.Sequences, pass.Output, options, Mode);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Pool1d.Backward(pass.Input, pass.Sequences, pass.Output, pass.GradOutput, pass.GradInput, options, Mode);
        }
    }
}
