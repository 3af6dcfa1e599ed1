namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library with layers, losses and optimisers.</summary>
internal interface ILayerPeer : IPeer
{
    /// <summary>Brings everything about that is not timed: operands in the library's form, what a backward pass has from the forward pass.</summary>
    IPreparedLayer Prepare(LayerRow row, LayerOperands operands);

    /// <inheritdoc/>
    IServedRow IPeer.Prepare(string words)
    {
        LayerRow row = LayerRow.FromWords(words);
        return new ServedLayer(row, Prepare(row, new LayerOperands(row)));
    }
}

/// <summary>A pass or a step that is ready to be timed.</summary>
internal interface IPreparedLayer : IDisposable
{
    /// <summary>Computes, again and again: the loop lies here, so that what is small is measured and not the call to it.</summary>
    void Run(int calls);

    /// <summary>What the latest call gave: every result by itself.</summary>
    float[][] Results();
}
