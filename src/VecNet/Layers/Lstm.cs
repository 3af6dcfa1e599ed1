using System.Numerics;

namespace VecNet;

/// <summary>Long short-term memory: recurrent layers with a cell state that gates write, keep and read.</summary>
/// <remarks>
/// The formulas are those of <see cref="RecurrentCell.Lstm"/>, and of PyTorch's <c>LSTM</c>. Output and parameters are described at
/// <see cref="RecurrentLayer{T}"/>.
/// <code>
/// var layer = new Lstm&lt;float&gt;(hiddenSize: 64);
/// var network = new NeuralNetwork&lt;float&gt;(
///     16, [layer, new SequencePooling&lt;float&gt;(PoolingMode.Last), new FullyConnectedLayer&lt;float&gt;(2)]);
/// ReadOnlyTensorView&lt;float&gt; perSequence = network.Predict(rows, new SequenceOffsets([0, 12, 20]), workspace);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Lstm<T> : RecurrentLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer.</summary>
    /// <param name="hiddenSize">The width of the state of each direction.</param>
    /// <param name="layers">The number of layers; each reads the output of the one before.</param>
    /// <param name="bidirectional">Whether each layer also reads sequences from the last row to the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public Lstm(int hiddenSize, int layers = 1, bool bidirectional = false)
        : base(RecurrentCell.Lstm, hiddenSize, layers, bidirectional)
    {
    }
}
