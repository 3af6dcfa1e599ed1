using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// A layer in a disguise through which no plan sees: it is computed on its own, by its own passes, and what goes into it is stored.
/// </summary>
internal sealed class Apart<T>(ILayer<T> layer) : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public string Name => layer.Name;

    public void Configure(LayerDeclaration declaration) => layer.Configure(declaration);

    public void Initialize(SlotViews<T> parameters, SplitMix64 random) => layer.Initialize(parameters, random);

    public void InitializeState(SlotViews<T> state) => layer.InitializeState(state);

    public void Forward(in ForwardPass<T> pass) => layer.Forward(pass);

    public void Backward(in BackwardPass<T> pass) => layer.Backward(pass);
}
