using System.Numerics;

namespace VecNet;

/// <summary>The Gaussian error linear unit as a layer; the mathematics is in <see cref="Gelu"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Gelu<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "gelu";

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Gelu.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Gelu.Backward(pass.Input, pass.GradOutput, pass.GradInput);
        }
    }
}
