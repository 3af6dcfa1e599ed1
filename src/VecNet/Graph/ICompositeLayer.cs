using System.Numerics;

namespace VecNet;

/// <summary>A layer that consists of other layers: it computes nothing itself, but says how they are connected.</summary>
/// <remarks>
/// A network calls <see cref="Expand"/> once when it is built, and the layers inside become a part of its plan: their parameters lie in
/// the network's buffers under the path of the layer, e.g. <c>3.0.weight</c>, and they are fused, profiled, saved and exported like
/// those of the network itself. Composite layers may contain one another.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ICompositeLayer<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string ComputesNothing = "A composite layer computes nothing itself: a network expands it.";

    /// <summary>Connects the layers inside.</summary>
    /// <param name="builder">Takes the layers, in the order of the forward pass.</param>
    /// <param name="input">What the composite layer is applied to.</param>
    /// <returns>Its output: what one of the builder's methods returned, or the input.</returns>
    NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input);

    /// <summary>Not called: a composite layer has no parameters of its own.</summary>
    void ILayer<T>.Configure(LayerDeclaration declaration) => throw new NotSupportedException(ComputesNothing);

    /// <summary>Not called: the layers inside have passes.</summary>
    void ILayer<T>.Forward(in ForwardPass<T> pass) => throw new NotSupportedException(ComputesNothing);

    /// <summary>Not called: the layers inside have passes.</summary>
    void ILayer<T>.Backward(in BackwardPass<T> pass) => throw new NotSupportedException(ComputesNothing);
}
