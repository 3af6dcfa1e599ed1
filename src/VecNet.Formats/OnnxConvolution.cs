using System.Numerics;

namespace VecNet.Formats;

/// <summary>Convolutions as the operator Conv, for one sequence of one or more rows: the rows of the graph's input.</summary>
/// <remarks>
/// ONNX Runtime has this operator in single precision only, which is therefore its precision in every file, and refuses a sequence without
/// rows, or shorter than a window if there is no padding.
/// </remarks>
internal sealed class OnnxConvolution<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes the layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="at">The parameters of the layer.</param>
    /// <param name="x">The name of the input.</param>
    /// <returns>The name of the output.</returns>
    internal string Write(Conv1d<T> layer, NodeTensors<T> at, string x)
    {
        ReadOnlyTensorView<T> weights = at.Parameter("weight");
        float[] transposed = new float[weights.Length];
        for (int i = 0; i < transposed.Length; i++)
        {
            transposed[i] = float.CreateTruncating(weights[i % weights.Rows, i / weights.Rows]);
        }

        (int before, int after) = OnnxPooling<T>.Padding(layer.Padding, layer.Dilation * (layer.KernelSize - 1));
        OnnxAttribute swapped = new("perm", [1, 0]);

        // From rows × channels to 1 × channels × rows, and back.
        string channels = graph.Node(
            "Unsqueeze", graph.Node("Transpose", [graph.ToSingle(x)], swapped), graph.WholeNumbers("axis of batch", 0));
        string kernel = graph.Floats(
            at.GetName("weight"), [weights.Columns, weights.Rows / layer.KernelSize, layer.KernelSize], transposed);
        string[] inputs = layer.HasBias
            ? [channels, kernel, graph.Floats(at.GetName("bias"), [weights.Columns], Floats(at.Parameter("bias")))]
            : [channels, kernel];
        string convolved = graph.Node(
            "Conv",
            inputs,
            new("kernel_shape", [layer.KernelSize]),
            new("strides", [layer.Stride]),
            new("dilations", [layer.Dilation]),
            new("pads", [before, after]),
            new("group", layer.Groups));
        string rows = graph.Node("Transpose", [graph.Node("Squeeze", convolved, graph.WholeNumbers("axis of batch", 0))], swapped);
        return graph.FromSingle(rows);
    }

    private static float[] Floats(ReadOnlyTensorView<T> row) => [.. row.ToArray().Select(float.CreateTruncating)];
}
