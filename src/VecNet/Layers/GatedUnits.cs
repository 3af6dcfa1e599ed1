using System.Numerics;

namespace VecNet;

/// <summary>The part of a <see cref="GatedFeedForward{T}"/> between its products: <see cref="GatedLinearUnit"/>.</summary>
internal sealed class GatedUnits<T>(GateFunction gate) : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "gated_units";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("gate", gate.ToString().ToLowerInvariant())];

    /// <inheritdoc/>
    public IReadOnlyList<double> Kinks => GatedLinearUnit.GetLayer<T>(gate)?.Kinks ?? [];

    /// <summary>The function of the gate.</summary>
    internal GateFunction Gate => gate;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration) => declaration.OutputFeatures = declaration.InputFeatures / 2;

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => GatedLinearUnit.Forward(pass.Input, pass.Output, gate);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            GatedLinearUnit.Backward(pass.Input, pass.GradOutput, pass.GradInput, gate);
        }
    }
}
