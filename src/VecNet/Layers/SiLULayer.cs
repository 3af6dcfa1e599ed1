using System.Numerics;

namespace VecNet;

/// <summary>The sigmoid linear unit (Swish) as a layer; the mathematics is in <see cref="SiLU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SiLU<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "silu";

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => SiLU.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            SiLU.Backward(pass.Input, pass.GradOutput, pass.GradInput);
        }
    }
}
