namespace VecNet.Tests;

/// <summary>A layer whose backward pass is another's, spoilt afterwards: what a gradient check must not let pass.</summary>
internal abstract class FaultyLayer(ILayer<double> inner) : ILayer<double>
{
    public string Name => inner.Name;

    public void Configure(LayerDeclaration declaration) => inner.Configure(declaration);

    public void Initialize(SlotViews<double> parameters, SplitMix64 random) => inner.Initialize(parameters, random);

    public void InitializeState(SlotViews<double> state) => inner.InitializeState(state);

    public void Forward(in ForwardPass<double> pass) => inner.Forward(pass);

    public void Backward(in BackwardPass<double> pass)
    {
        inner.Backward(pass);
        Spoil(pass);
    }

    /// <summary>Changes the right gradients for the worse.</summary>
    protected abstract void Spoil(in BackwardPass<double> pass);
}
