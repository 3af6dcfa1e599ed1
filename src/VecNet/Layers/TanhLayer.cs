using System.Numerics;

namespace VecNet;

/// <summary>The hyperbolic tangent as a layer; the mathematics is in <see cref="Tanh"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Tanh<T> : IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "tanh";

    Activation<T> IActivationLayer<T>.Activation => Activation<T, Tanh.Function<T>, Tanh.Derivative<T>>.Instance;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Tanh.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Tanh.Backward(pass.Output, pass.GradOutput, pass.GradInput);
        }
    }
}
