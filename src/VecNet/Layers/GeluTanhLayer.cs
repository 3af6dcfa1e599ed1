using System.Numerics;

namespace VecNet;

/// <summary>The Gaussian error linear unit in its approximation by tanh as a layer; the mathematics is in <see cref="GeluTanh"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class GeluTanh<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "gelu_tanh";

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => GeluTanh.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            GeluTanh.Backward(pass.Input, pass.GradOutput, pass.GradInput);
        }
    }
}
