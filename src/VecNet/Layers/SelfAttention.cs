using System.Numerics;

namespace VecNet;

/// <summary>
/// Multi-head self-attention: every token of a sequence reads all tokens of the sequence, or, if causal, itself and those before it.
/// </summary>
/// <remarks>
/// <para>
/// q | k | v = x·W + b in one product (<c>in_proj</c>), then <see cref="ScaledDotProductAttention"/> for each head, then a product over all
/// heads (<c>out_proj</c>). Width and rows stay. It is PyTorch's <c>MultiheadAttention</c> with <c>batch_first</c> and without padding:
/// <c>in_proj.weight</c> is its <c>in_proj_weight</c>.
/// </para>
/// <code>
/// var network = new NeuralNetwork&lt;float&gt;(64, [new Residual&lt;float&gt;(new SelfAttention&lt;float&gt;(heads: 4))]);
/// ReadOnlyTensorView&lt;float&gt; output = network.Predict(tokens, new SequenceOffsets([0, 12, 20]), workspace);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SelfAttention<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AttentionHeads<T> heads;
    private readonly RotaryPart<T>? rotation;

    /// <summary>Creates the layer.</summary>
    /// <param name="heads">The number of heads, which divides the width.</param>
    /// <param name="causal">Whether a token reads only itself and the tokens before it.</param>
    /// <param name="alibi">
    /// Whether the score of two tokens decreases linearly with their distance (ALiBi), for a power of two of heads.
    /// </param>
    /// <param name="rotary">
    /// Rotary positions: the options of <see cref="RotaryEmbedding"/>, which is applied to queries and keys; null for none. The number of
    /// heads is that of the layer, and positions begin with 0: only distances matter.
    /// </param>
    /// <param name="dropout">The probability of dropping a weight of the attention in training.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of heads is not positive, or, with linear biases, not a power of two; an option of rotary positions is out of range; or
    /// the probability is not in [0, 1).
    /// </exception>
    public SelfAttention(int heads, bool causal = false, bool alibi = false, RotaryOptions? rotary = null, double dropout = 0)
    {
        this.heads = new(heads, causal, alibi, dropout);
        rotation = rotary is null ? null : new(heads, rotary);
        Rotary = rotary;
    }

    /// <inheritdoc/>
    public string Name => "self_attention";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        rotation is null ? heads.Options : [.. heads.Options, .. rotation.Options];

    /// <summary>The number of heads.</summary>
    public int Heads => heads.Heads;

    /// <summary>Whether a token reads only itself and the tokens before it.</summary>
    public bool IsCausal => heads.IsCausal;

    /// <summary>Whether the score of two tokens decreases linearly with their distance.</summary>
    public bool HasLinearBiases => heads.HasLinearBiases;

    /// <summary>The options of rotary positions; null for none.</summary>
    public RotaryOptions? Rotary { get; }

    /// <summary>The probability of dropping a weight of the attention in training.</summary>
    public double Dropout => heads.Dropout;

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var projection = new FullyConnectedLayer<T>(checked(3 * input.Features));
        NetworkValue<T> projected = builder.Apply(projection, input, "in_proj");
        projected = rotation is null ? projected : builder.Apply(rotation, projected, "rotary");
        return builder.Apply(new FullyConnectedLayer<T>(input.Features), builder.Apply(heads, projected, "heads"), "out_proj");
    }
}
