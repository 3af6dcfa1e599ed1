using System.Numerics;

namespace VecNet;

/// <summary>A residual connection: y = x + f(x), where f are the layers inside, one after another.</summary>
/// <remarks>
/// <para>
/// The layers learn what is missing, and gradients have a way around them. Source: He, Zhang, Ren, Sun, "Deep Residual Learning", 2016.
/// </para>
/// <para>
/// Backward: x reaches the loss in two ways, and the chain rule adds them. Through the sum, ∂y/∂x is the identity, so that ∂L/∂y
/// arrives as it is; through the layers, ∂L/∂f = ∂L/∂y, which they carry back to x and to their parameters, each by its own derivation:
/// ∂L/∂x = ∂L/∂y + (∂f/∂x)ᵀ·∂L/∂y.
/// </para>
/// <para>Parameters are named by the layer inside, e.g. <c>0.weight</c>.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Residual<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;

    /// <summary>A connection around the given layers.</summary>
    /// <param name="layers">f, at least one; the last one's output is as wide as the first one's input.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Residual(params IEnumerable<ILayer<T>> layers) => this.layers = InnerLayers.Checked(layers);

    /// <inheritdoc/>
    public string Name => "residual";

    /// <summary>The layers inside, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The layers inside change the width.</exception>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        NetworkValue<T> result = builder.Chain(layers, input);
        return result.Features == input.Features ? builder.Add(input, result) : throw new ArgumentException(
            $"Layer {builder.Path}: the layers of a residual connection must keep the width: its input has {input.Features} features, "
            + $"their output {result.Features}.",
            nameof(input));
    }
}
