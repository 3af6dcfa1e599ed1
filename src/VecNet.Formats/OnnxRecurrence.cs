using System.Numerics;

namespace VecNet.Formats;

/// <summary>
/// Recurrent layers as the operators LSTM, GRU and RNN, for one sequence of any length: the rows of the graph's input.
/// </summary>
/// <remarks>ONNX Runtime has these operators in single precision only, which is therefore their precision in every file.</remarks>
internal sealed class OnnxRecurrence<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes one direction of one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="at">The parameters of the layer.</param>
    /// <param name="x">The name of the input.</param>
    /// <returns>The name of the output.</returns>
    internal string Write(RecurrentDirection<T> layer, NodeTensors<T> at, string x)
    {
        // Input, output, forget and cell gate instead of input, forget, cell and output gate; update, reset and new gate instead of reset,
        // update and new gate.
        (string name, int[] order) = layer.Cell switch
        {
            RecurrentCell.Lstm => ("LSTM", (int[])[0, 3, 1, 2]),
            RecurrentCell.Gru => ("GRU", [1, 0, 2]),
            _ => ("RNN", [0]),
        };
        int width = order.Length * layer.HiddenSize;
        ReadOnlyTensorView<T> weights = at.Parameter("weight_ih");
        string inputWeights = graph.Floats(
            at.GetName("weight_ih"), [1, width, weights.Rows], Rearranged(weights, order, layer.HiddenSize));
        string hiddenWeights = graph.Floats(
            at.GetName("weight_hh"), [1, width, layer.HiddenSize], Rearranged(at.Parameter("weight_hh"), order, layer.HiddenSize));
        string biases = graph.Floats(
            at.GetName("biases"),
            [1, 2 * width],
            [
                .. Rearranged(at.Parameter("bias_ih"), order, layer.HiddenSize),
                .. Rearranged(at.Parameter("bias_hh"), order, layer.HiddenSize),
            ]);
        List<OnnxAttribute> attributes =
            [new("hidden_size", layer.HiddenSize), new("direction", layer.IsReverse ? "reverse" : "forward")];
        if (layer.Cell == RecurrentCell.Gru)
        {
            attributes.Add(new("linear_before_reset", 1));
        }

        // From rows × features to steps × sequences × features, and back from steps × directions × sequences × units.
        string steps = graph.Node("Unsqueeze", graph.ToSingle(x), graph.WholeNumbers("axis of sequences", 1));
        string states = graph.Node(name, [steps, inputWeights, hiddenWeights, biases], [.. attributes]);
        string rows = graph.Node("Squeeze", states, graph.WholeNumbers("axes of directions and sequences", 1, 2));
        return graph.FromSingle(rows);
    }

    /// <summary>The transposed matrix, gates × units in another order × rows.</summary>
    private static float[] Rearranged(ReadOnlyTensorView<T> matrix, int[] order, int hiddenSize)
    {
        float[] values = new float[matrix.Length];
        int place = 0;
        foreach (int gate in order)
        {
            for (int unit = 0; unit < hiddenSize; unit++)
            {
                for (int row = 0; row < matrix.Rows; row++)
                {
                    values[place++] = float.CreateTruncating(matrix[row, (gate * hiddenSize) + unit]);
                }
            }
        }

        return values;
    }
}
