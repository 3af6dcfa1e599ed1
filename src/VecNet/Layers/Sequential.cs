using System.Numerics;

namespace VecNet;

/// <summary>
/// Layers one after another as a single layer: a branch of <see cref="Parallel{T}"/>, or a block that occurs more than once.
/// </summary>
/// <remarks>
/// Parameters are named by the layer inside, e.g. <c>0.weight</c>. A network computes the same bits as if the layers were its own.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sequential<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;

    /// <summary>The given layers, from the input on.</summary>
    /// <param name="layers">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Sequential(params IEnumerable<ILayer<T>> layers) => this.layers = InnerLayers.Checked(layers);

    /// <inheritdoc/>
    public string Name => "sequential";

    /// <summary>The layers inside, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Chain(layers, input);
    }
}
