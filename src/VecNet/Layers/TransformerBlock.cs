using System.Numerics;

namespace VecNet;

/// <summary>
/// A block of a transformer: self-attention and a feed-forward network on each token, both with a residual connection and layer
/// normalization.
/// </summary>
/// <remarks>
/// <para>
/// If normalization comes first, as in GPT-2: a = x + attention(norm₁(x)), y = a + f(norm₂(a)). If it comes last, as in BERT:
/// a = norm₁(x + attention(x)), y = norm₂(a + f(a)). In both, f(z) = GELU(z·W₁ + b₁)·W₂ + b₂. Width and rows stay.
/// </para>
/// <para>
/// It is PyTorch's <c>TransformerEncoderLayer</c>, and has its names: <c>self_attn</c>, <c>linear1</c>, <c>linear2</c>,
/// <c>norm1</c> and <c>norm2</c>.
/// </para>
/// <code>
/// var block = new TransformerBlock&lt;float&gt;(heads: 4, hiddenFeatures: 256, causal: true);
/// var network = new NeuralNetwork&lt;float&gt;(64, [block, block, new LayerNorm&lt;float&gt;()]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TransformerBlock<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SelfAttention<T> attention;

    /// <summary>Creates the block.</summary>
    /// <param name="heads">The number of heads of the attention, which divides the width.</param>
    /// <param name="hiddenFeatures">The width of the hidden layer of the feed-forward network; often four times the width.</param>
    /// <param name="normalizesFirst">Whether normalization comes before attention and feed-forward network, and not after them.</param>
    /// <param name="causal">Whether a token reads only itself and the tokens before it.</param>
    /// <param name="alibi">
    /// Whether the score of two tokens decreases linearly with their distance (ALiBi), for a power of two of heads.
    /// </param>
    /// <param name="approximatesGelu">Whether GELU is computed by its approximation with tanh, as in GPT-2.</param>
    /// <param name="epsilon">ε of the normalizations; 0 or more.</param>
    /// <param name="rotary">Rotary positions, as for <see cref="SelfAttention{T}"/>; null for none.</param>
    /// <param name="dropout">
    /// The probability of dropping, in training, a weight of the attention, an element of the hidden layer, or an element that is added to
    /// a residual connection.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not positive, ε is negative or not finite, an option of rotary positions is out of range, the probability is not in
    /// [0, 1), or, with linear biases, the number of heads is not a power of two.
    /// </exception>
    public TransformerBlock(
        int heads,
        int hiddenFeatures,
        bool normalizesFirst = true,
        bool causal = false,
        bool alibi = false,
        bool approximatesGelu = false,
        double epsilon = LayerNorm.DefaultEpsilon,
        RotaryOptions? rotary = null,
        double dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenFeatures);
        LayerNorm.CheckEpsilon(epsilon);
        attention = new(heads, causal, alibi, rotary, dropout);
        HiddenFeatures = hiddenFeatures;
        NormalizesFirst = normalizesFirst;
        ApproximatesGelu = approximatesGelu;
        Epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "transformer_block";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        .. attention.Options,
        new("hidden", HiddenFeatures),
        new("normalizes_first", NormalizesFirst),
        new("approximates_gelu", ApproximatesGelu),
        new("epsilon", Epsilon),
    ];

    /// <summary>The number of heads.</summary>
    public int Heads => attention.Heads;

    /// <summary>Whether a token reads only itself and the tokens before it.</summary>
    public bool IsCausal => attention.IsCausal;

    /// <summary>Whether the score of two tokens decreases linearly with their distance.</summary>
    public bool HasLinearBiases => attention.HasLinearBiases;

    /// <summary>The options of rotary positions; null for none.</summary>
    public RotaryOptions? Rotary => attention.Rotary;

    /// <summary>The probability of dropping an element in training.</summary>
    public double Dropout => attention.Dropout;

    /// <summary>The width of the hidden layer of the feed-forward network.</summary>
    public int HiddenFeatures { get; }

    /// <summary>Whether normalization comes before attention and feed-forward network, and not after them.</summary>
    public bool NormalizesFirst { get; }

    /// <summary>Whether GELU is computed by its approximation with tanh.</summary>
    public bool ApproximatesGelu { get; }

    /// <summary>ε of the normalizations.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (NormalizesFirst)
        {
            NetworkValue<T> attended = builder.Add(input, Attend(builder, Normalize(builder, input, "norm1")));
            return builder.Add(attended, FeedForward(builder, Normalize(builder, attended, "norm2")));
        }

        NetworkValue<T> normalized = Normalize(builder, builder.Add(input, Attend(builder, input)), "norm1");
        return Normalize(builder, builder.Add(normalized, FeedForward(builder, normalized)), "norm2");
    }

    private NetworkValue<T> Normalize(NetworkBuilder<T> builder, NetworkValue<T> input, string name) =>
        builder.Apply(new LayerNorm<T>(Epsilon), input, name);

    private NetworkValue<T> FeedForward(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ILayer<T> gelu = ApproximatesGelu ? new GELUTanh<T>() : new GELU<T>();
        NetworkValue<T> hidden = builder.Apply(new FullyConnectedLayer<T>(HiddenFeatures), input, "linear1");
        NetworkValue<T> active = Drop(builder, builder.Apply(gelu, hidden, "activation"), "dropout");
        return Drop(builder, builder.Apply(new FullyConnectedLayer<T>(input.Features), active, "linear2"), "dropout2");
    }

    private NetworkValue<T> Attend(NetworkBuilder<T> builder, NetworkValue<T> input) =>
        Drop(builder, builder.Apply(attention, input, "self_attn"), "dropout1");

    private NetworkValue<T> Drop(NetworkBuilder<T> builder, NetworkValue<T> value, string name) =>
        Dropout > 0 ? builder.Apply(new Dropout<T>(Dropout), value, name) : value;
}
