using System.Numerics;

namespace VecNet;

/// <summary>A layer that consists of other layers: it computes nothing itself, but defines how they are connected.</summary>
/// <remarks>
/// A network calls <see cref="Expand"/> once when it is built, and the inner layers become part of its plan: their parameters are in the
/// network's buffers under the path of the layer, such as <c>3.0.weight</c>, and they are fused, profiled, saved and exported like those of
/// the network itself. Composite layers may be nested.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ICompositeLayer<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string ComputesNothing = "A composite layer computes nothing itself: a network expands it.";

    /// <summary>Connects the inner layers.</summary>
    /// <param name="builder">The builder, to which layers are added in the order of the forward pass.</param>
    /// <param name="input">The input of the composite layer.</param>
    /// <returns>The output: a value that one of the builder's methods returned, or the input.</returns>
    NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input);

    /// <summary>Not called: a composite layer does not have parameters itself.</summary>
    void ILayer<T>.Configure(LayerDeclaration declaration) => throw new NotSupportedException(ComputesNothing);

    /// <summary>Not called: the layers inside have passes.</summary>
    void ILayer<T>.Forward(in ForwardPass<T> pass) => throw new NotSupportedException(ComputesNothing);

    /// <summary>Not called: the layers inside have passes.</summary>
    void ILayer<T>.Backward(in BackwardPass<T> pass) => throw new NotSupportedException(ComputesNothing);
}
