using System.Numerics;

namespace VecNet;

/// <summary>
/// Layers one after another as a single layer: a branch of <see cref="Parallel{T}"/>, or a block that occurs more than once.
/// </summary>
/// <remarks>
/// The names of parameters begin with the index of the inner layer, such as <c>0.weight</c>. A network computes the same bits as with the
/// layers themselves.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sequential<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;

    /// <summary>Creates a layer of the given layers, from the input on.</summary>
    /// <param name="layers">The layers, at least one.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Sequential(params IEnumerable<ILayer<T>> layers) => this.layers = InnerLayers.Checked(layers);

    /// <inheritdoc/>
    public string Name => "sequential";

    /// <summary>The inner layers, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Chain(layers, input);
    }
}
