namespace VecNet.Text;

/// <summary>A fully connected layer behind pooling: y = f(x·W + b).</summary>
internal sealed class DenseLayer(PackedMatrix weights, EncoderActivation activation)
{
    /// <summary>W and b.</summary>
    internal readonly PackedMatrix Weights = weights;

    /// <summary>f.</summary>
    internal readonly EncoderActivation Activation = activation;
}
