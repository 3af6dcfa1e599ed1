using System.Numerics;

namespace VecNet;

/// <summary>Makes one row of the tokens of each sequence, for a result by sequence such as its class.</summary>
/// <remarks>
/// The mathematics is in <see cref="SequencePooling"/>.
/// <code>
/// var pooling = new SequencePooling&lt;float&gt;(PoolingMode.Mean);
/// var network = new NeuralNetwork&lt;float&gt;(
///     64, [new SelfAttention&lt;float&gt;(heads: 4), pooling, new FullyConnectedLayer&lt;float&gt;(2)]);
/// ReadOnlyTensorView&lt;float&gt; perSequence = network.Predict(tokens, new SequenceOffsets([0, 12, 20]), workspace);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SequencePooling<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer.</summary>
    /// <param name="mode">How the rows of a sequence become one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode is unknown.</exception>
    public SequencePooling(PoolingMode mode)
    {
        SequencePooling.CheckMode(mode);
        Mode = mode;
    }

    /// <inheritdoc/>
    public string Name => "sequence_pooling";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("mode", Mode.ToString().ToLowerInvariant())];

    /// <summary>How the rows of a sequence become one.</summary>
    public PoolingMode Mode { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows of the input are not tokens, since they have been pooled before.</exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.CheckTokens();
        declaration.OutputRows = RowKind.Sequence;
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => SequencePooling.Forward(pass.Input, pass.Sequences, pass.Output, Mode);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            SequencePooling.Backward(pass.Input, pass.Sequences, pass.Output, pass.GradOutput, pass.GradInput, Mode);
        }
    }
}
