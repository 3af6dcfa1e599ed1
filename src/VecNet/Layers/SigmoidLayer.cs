using System.Numerics;

namespace VecNet;

/// <summary>The logistic function as a layer; the mathematics is in <see cref="Sigmoid"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sigmoid<T> : IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "sigmoid";

    Activation<T> IActivationLayer<T>.Activation => Activation<T, Sigmoid.Function<T>, Sigmoid.Derivative<T>>.Instance;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Sigmoid.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Sigmoid.Backward(pass.Output, pass.GradOutput, pass.GradInput);
        }
    }
}
