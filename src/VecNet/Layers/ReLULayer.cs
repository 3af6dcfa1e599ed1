using System.Numerics;

namespace VecNet;

/// <summary>The rectified linear unit as a layer; the mathematics is in <see cref="ReLU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ReLU<T> : IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "relu";

    Activation<T> IActivationLayer<T>.Activation => Activation<T, ReLU.Function<T>, ReLU.Derivative<T>>.Instance;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => ReLU.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            ReLU.Backward(pass.Output, pass.GradOutput, pass.GradInput);
        }
    }
}
