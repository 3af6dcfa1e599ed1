using System.Numerics;

namespace VecNet;

/// <summary>A feed-forward network whose hidden layer is gated, as in Llama: y = (a ∘ f(b))·W + c with a | b = x·V + d.</summary>
/// <remarks>
/// a and b are one product (<c>in_proj</c>); W and c belong to <c>out_proj</c>. The mathematics of the gate is in
/// <see cref="GatedLinearUnit"/>. The width stays.
/// <code>
/// var swiGlu = new GatedFeedForward&lt;float&gt;(hiddenFeatures: 256, GateFunction.SiLU);
/// var network = new NeuralNetwork&lt;float&gt;(64, [new Residual&lt;float&gt;(new RmsNorm&lt;float&gt;(), swiGlu)]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class GatedFeedForward<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GatedUnits<T> units;

    /// <summary>Creates the layer.</summary>
    /// <param name="hiddenFeatures">The width of a, and of b.</param>
    /// <param name="gate">f.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, or the function is unknown.</exception>
    public GatedFeedForward(int hiddenFeatures, GateFunction gate = GateFunction.SiLU)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenFeatures);
        GatedLinearUnit.CheckGate(gate);
        HiddenFeatures = hiddenFeatures;
        units = new(gate);
    }

    /// <inheritdoc/>
    public string Name => "gated_feed_forward";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("hidden", HiddenFeatures), .. units.Options];

    /// <summary>The width of the hidden layer.</summary>
    public int HiddenFeatures { get; }

    /// <summary>The function of the gate.</summary>
    public GateFunction Gate => units.Gate;

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        NetworkValue<T> halves = builder.Apply(new FullyConnectedLayer<T>(checked(2 * HiddenFeatures)), input, "in_proj");
        return builder.Apply(new FullyConnectedLayer<T>(input.Features), builder.Apply(units, halves, "gate"), "out_proj");
    }
}
