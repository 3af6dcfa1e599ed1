using System.Numerics;

namespace VecNet;

/// <summary>A residual connection: y = x + f(x), where f is a sequence of layers.</summary>
/// <remarks>
/// <para>
/// The layers learn the difference from the identity, and gradients can bypass them. Source: He, Zhang, Ren, Sun, "Deep Residual Learning",
/// 2016.
/// </para>
/// <para>
/// Backward: x reaches the loss on two paths, and the chain rule adds them. Through the sum, ∂y/∂x is the identity, so that ∂L/∂y arrives
/// unchanged; through the layers, ∂L/∂f = ∂L/∂y, which they propagate to x and to their parameters, each by its own derivation: ∂L/∂x =
/// ∂L/∂y + (∂f/∂x)ᵀ·∂L/∂y.
/// </para>
/// <para>The names of parameters begin with the index of the inner layer, such as <c>0.weight</c>.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Residual<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;

    /// <summary>Creates a connection around the given layers.</summary>
    /// <param name="layers">The layers of f, at least one; the output of the last must be as wide as the input of the first.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Residual(params IEnumerable<ILayer<T>> layers) => this.layers = InnerLayers.Checked(layers);

    /// <inheritdoc/>
    public string Name => "residual";

    /// <summary>The inner layers, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The inner layers change the width.</exception>
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
