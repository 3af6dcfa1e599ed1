using System.Runtime.InteropServices;
using Google.Protobuf;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>
/// The ONNX file of a <see cref="TinyEncoder"/> as PyTorch exports it, as far as its weights can be found in it: matrices are transposed
/// and have made-up names, and nodes are only those that name them.
/// </summary>
internal static class TinyOnnx
{
    private const int Float = 1;

    /// <summary>Writes the file.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="hasScale">Whether the graph has the number that scores are divided by.</param>
    /// <param name="epsilon">The number that is added to variances; null for a graph without it.</param>
    /// <param name="elementType">The element type of the matrices.</param>
    internal static byte[] Write(TinyEncoder encoder, bool hasScale = true, float? epsilon = 1e-12f, int elementType = Float)
    {
        var graph = new ProtobufMessage();
        int number = 100;
        foreach ((string name, (int[] shape, float[] values)) in encoder.Tensors)
        {
            bool isMatrix = shape.Length == 2 && !name.StartsWith("embeddings.", StringComparison.Ordinal);
            string stored = isMatrix ? $"onnx::MatMul_{number++}" : name;
            float[] data = isMatrix ? Transposed(values, shape[0], shape[1]) : values;
            graph.Add(5, Tensor(stored, isMatrix ? [shape[1], shape[0]] : shape, data, isMatrix ? elementType : Float));
            if (isMatrix)
            {
                string bias = name.Replace(".weight", ".bias");
                graph.Add(1, Node("MatMul", ["x", stored], [$"{stored}_y"]));

                // The bias is the first input or the second.
                graph.Add(1, Node("Add", number % 2 == 0 ? [bias, $"{stored}_y"] : [$"{stored}_y", bias], [$"{stored}_z"]));
            }
        }

        graph.Add(1, Node("Erf", ["x"], ["erf"]));
        if (epsilon is { } added)
        {
            graph.Add(1, Constant("epsilon", added));
            graph.Add(1, Node("ReduceMean", ["x"], ["mean"])).Add(1, Node("Add", ["mean", "epsilon"], ["v"]));
        }

        if (hasScale)
        {
            graph.Add(1, Constant("root", MathF.Sqrt(encoder.Width / encoder.Heads)));
            graph.Add(1, Node("MatMul", ["q", "k"], ["scores"])).Add(1, Node("Div", ["scores", "root"], ["scaled"]));
        }

        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            new ProtobufMessage().Add(1, 7).Add(2, "pytorch").Add(7, graph).WriteTo(output);
        }

        return stream.ToArray();
    }

    private static ProtobufMessage Node(string operation, string[] inputs, string[] outputs)
    {
        var node = new ProtobufMessage();
        Array.ForEach(inputs, input => node.Add(1, input));
        Array.ForEach(outputs, output => node.Add(2, output));
        return node.Add(3, $"/{operation}").Add(4, operation);
    }

    private static ProtobufMessage Constant(string output, float value) => new ProtobufMessage()
        .Add(2, output).Add(4, "Constant").Add(5, new ProtobufMessage().Add(1, "value").Add(5, Tensor("", [], [value], Float)).Add(20, 4));

    private static ProtobufMessage Tensor(string name, int[] shape, float[] values, int type)
    {
        var tensor = new ProtobufMessage();
        Array.ForEach(shape, length => tensor.Add(1, length));
        return tensor.Add(2, type).Add(8, name).Add(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    private static float[] Transposed(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[((i % rows) * columns) + (i / rows)])];
}
