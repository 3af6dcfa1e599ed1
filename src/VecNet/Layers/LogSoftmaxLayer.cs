using System.Numerics;

namespace VecNet;

/// <summary>The logarithm of softmax over the features as a layer; the mathematics is in <see cref="LogSoftmax"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LogSoftmax<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "log_softmax";

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => LogSoftmax.Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            LogSoftmax.Backward(pass.Output, pass.GradOutput, pass.GradInput);
        }
    }
}
