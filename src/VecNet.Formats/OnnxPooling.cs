using System.Numerics;

namespace VecNet.Formats;

/// <summary>Pooling of indices and windows, for one sequence: the rows of the graph's input.</summary>
/// <remarks>
/// Windows are shifted copies of the padded rows: the operators MaxPool and AveragePool of ONNX Runtime have single precision only, or no
/// dilation.
/// </remarks>
internal sealed class OnnxPooling<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes a layer that pools windows.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">The name of the input.</param>
    /// <param name="rows">The name of the number of rows of the input, as a vector.</param>
    /// <returns>The name of the output.</returns>
    internal string Write(Pool1d<T> layer, string x, string rows)
    {
        string starts = rows;
        if (layer.Padding == Conv1dPadding.Valid)
        {
            string lost = graph.WholeNumbers($"{Extent(layer)} rows lost", Extent(layer));
            starts = graph.Node("Max", graph.Node("Sub", rows, lost), graph.WholeNumbers("first row", 0));
        }

        string shape = graph.Node("Concat", [rows, graph.WholeNumbers("one", 1)], new OnnxAttribute("axis", 0));
        string ones = graph.Node("Expand", graph.Number(1), shape);
        string count = graph.Node("Sum", Windows(layer, ones, starts, 0));
        bool isMean = layer.Mode == PoolingMode.Mean;
        string pooled = isMean
            ? graph.Node("Sum", Windows(layer, x, starts, 0))
            : graph.Node("Max", Windows(layer, x, starts, double.NegativeInfinity));
        return isMean
            ? graph.Node("Div", pooled, graph.Node("Max", count, graph.Number(1)))
            : graph.Node("Where", graph.Node("Equal", count, graph.Number(0)), graph.Number(0), pooled);
    }

    /// <summary>Writes a bag of vectors.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="at">The parameters of the layer.</param>
    /// <param name="indices">The name of the indices, which are integers.</param>
    /// <returns>The name of the output.</returns>
    internal string Write(EmbeddingBag<T> layer, NodeTensors<T> at, string indices)
    {
        string vectors = graph.Node("Gather", graph.Matrix(at.GetName("weight"), at.Parameter("weight")), indices);
        string count = graph.FromWholeNumbers(graph.Node("Size", indices));
        if (layer.PaddingIndex is { } padding)
        {
            string isPadding = graph.Node("Equal", indices, graph.WholeNumber($"index {padding}", padding));
            string ofVectors = graph.Node("Unsqueeze", isPadding, graph.WholeNumbers("last axis", -1));
            vectors = graph.Node("Where", ofVectors, graph.Number(0), vectors);
            count = Sum(graph.Node("Where", isPadding, graph.Number(0), graph.Number(1)));
        }

        string sum = graph.Node("Unsqueeze", Sum(vectors), graph.WholeNumbers("axis of rows", 0));
        return layer.Mode == PoolingMode.Sum ? sum : graph.Node("Div", sum, graph.Node("Max", count, graph.Number(1)));
    }

    /// <summary>The rows that are added before and after a sequence, for windows of a number of rows, less one.</summary>
    internal static (int Before, int After) Padding(Conv1dPadding padding, int extent) => padding switch
    {
        Conv1dPadding.Same => (extent / 2, extent - (extent / 2)),
        Conv1dPadding.Causal => (extent, 0),
        _ => (0, 0),
    };

    private string Sum(string x) => graph.Node(
        "ReduceSum", [x, graph.WholeNumbers("axes of indices", 0, 1)], new OnnxAttribute("keepdims", 0));

    /// <summary>
    /// The rows that each tap reads, or the padding where it reads none, from the number of rows at which a window may begin.
    /// </summary>
    private string[] Windows(Pool1d<T> layer, string x, string starts, double padding)
    {
        (int before, int after) = Padding(layer.Padding, Extent(layer));
        string padded = graph.Node(
            "Pad", x, graph.WholeNumbers($"{before} rows before, {after} after", before, 0, after, 0),
            graph.Number(padding));
        return [.. Enumerable.Range(0, layer.KernelSize).Select(tap =>
        {
            string first = graph.WholeNumbers($"row {tap * layer.Dilation}", tap * layer.Dilation);
            string step = graph.WholeNumbers($"stride {layer.Stride}", layer.Stride);
            return graph.Node("Slice", padded, first, graph.Node("Add", first, starts), graph.WholeNumbers("axis of rows", 0), step);
        })];
    }

    private static int Extent(Pool1d<T> layer) => layer.Dilation * (layer.KernelSize - 1);
}
