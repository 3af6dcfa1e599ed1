using System.Numerics;

namespace VecNet;

/// <summary>Layers one after another as a single layer: a branch of <see cref="Parallel{T}"/>, or a block that occurs more than once.</summary>
/// <remarks>
/// Parameters are named by the layer inside, e.g. <c>0.weight</c>. Inside, activations are passes of their own: only those
/// that stand in the network itself join the fully connected layer before them.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sequential<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;

    /// <summary>The given layers, from the input on.</summary>
    /// <param name="layers">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Sequential(params IEnumerable<ILayer<T>> layers) => this.layers = LayerChain.Checked(layers);

    /// <inheritdoc/>
    public string Name => "sequential";

    /// <summary>The layers inside, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration) => declaration.OutputFeatures = LayerChain.Configure(declaration, layers);

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => LayerChain.Forward(pass, layers.Length, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => LayerChain.Backward(pass, layers.Length, pass.Output);
}
