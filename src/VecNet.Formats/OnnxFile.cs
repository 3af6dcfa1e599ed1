using System.Numerics;
using Google.Protobuf;

namespace VecNet.Formats;

/// <summary>Writes models as ONNX, for ONNX Runtime and whatever else reads that format.</summary>
/// <remarks>
/// Operator set 13, file version (IR) 7: the first with softmax as it is here, and what every runtime since 2021 reads. The graph's input
/// <c>input</c> is batch × inputs, its output <c>output</c> batch × outputs; the batch is free. The standardization stands before the network as
/// Sub and Div in double precision; dropout does nothing in inference and is left out, and batch normalisation uses its running statistics. Names of features and classes are in the file's metadata, one in a line. What makes features of words and
/// categories is no part of the graph: its input are the features.
/// </remarks>
public static class OnnxFile
{
    private const int OperatorSet = 13;
    private const int FileVersion = 7;

    /// <summary>What Protocol Buffers can hold in one message.</summary>
    private const long MostBytes = int.MaxValue;

    /// <summary>Writes a model as a whole or not at all.</summary>
    /// <param name="model">Its standardization becomes a part of the graph.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="probabilities">Whether a softmax follows the last layer, for a network that was trained without one.</param>
    /// <exception cref="NotSupportedException">A layer has no counterpart here, or the file would be larger than the format allows; nothing has been written.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before remains.</exception>
    public static void Write<T>(Model<T> model, string path, bool probabilities = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        long bytes = (long)model.Network.ParameterCount * (typeof(T) == typeof(float) ? 4 : 8);
        if (bytes > MostBytes - (1 << 20))
        {
            throw new NotSupportedException($"The parameters take {bytes} bytes; an ONNX file has room for {MostBytes}.");
        }

        ProtobufMessage file = Model(model, probabilities);
        AtomicFile.Write(path, stream =>
        {
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            file.WriteTo(output);
        });
    }

    private static ProtobufMessage Model<T>(Model<T> model, bool probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProtobufMessage file = new ProtobufMessage()
            .Add(1, FileVersion)
            .Add(2, "VecNet")
            .Add(7, Graph(model, probabilities))
            .Add(8, new ProtobufMessage().Add(1, "").Add(2, OperatorSet));
        AddMetadata(file, "features", model.FeatureNames);
        AddMetadata(file, "classes", model.ClassNames);
        AddMetadata(file, "target", model.TargetName is null ? null : [model.TargetName]);
        return file;
    }

    private static ProtobufMessage Graph<T>(Model<T> model, bool probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var graph = new OnnxGraph<T>();
        var layers = new OnnxLayers<T>(graph);
        string value = OnnxGraph<T>.Input;
        if (model.Standardization is { } standardization)
        {
            // In double precision, as Standardization computes: a mean of millions with a deviation of one leaves no digits in single precision.
            value = graph.Node("Sub", graph.ToDouble(value), graph.Vector("means", [.. standardization.Means]));
            value = graph.ToElement(graph.Node("Div", value, graph.Vector("deviations", [.. standardization.Deviations])));
        }

        NeuralNetwork<T> network = model.Network;
        var values = new Dictionary<int, string> { [0] = value };
        foreach (NetworkNode<T> node in network.Nodes)
        {
            string[] inputs = [.. node.Inputs.Select(input => values[input])];
            values[node.Output] = value = node.Kind switch
            {
                NodeKind.Sum => graph.Node("Add", inputs),
                NodeKind.Concatenation => graph.Node("Concat", inputs, new OnnxAttribute("axis", 1)),
                _ => layers.Write(node.Layer!, new(network, node), inputs[0]),
            };
        }

        return graph.Complete(probabilities ? layers.Softmax(value) : value, network.InputSize, network.OutputSize);
    }

    private static void AddMetadata(ProtobufMessage file, string key, IReadOnlyList<string>? names)
    {
        if (names is not null)
        {
            file.Add(14, new ProtobufMessage().Add(1, key).Add(2, string.Join('\n', names)));
        }
    }
}
