using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace VecNet.Formats;

/// <summary>Writes models as ONNX, for ONNX Runtime and whatever else reads that format.</summary>
/// <remarks>
/// Operator set 13, file version (IR) 7: the first with softmax as it is here, and what every runtime since 2021 reads. The graph's input
/// <c>input</c> is batch × inputs, its output <c>output</c> batch × outputs; the batch is free. The standardization stands before the network as
/// Sub and Div in double precision, and then <c>input</c> is of doubles, too, whatever the network's precision: a time of 1,700,000,050
/// seconds would be 1,700,000,000 in single precision before the graph could subtract anything. A standardized target is taken back to its
/// units after the network as Mul and Add in double precision, and then <c>output</c> is of doubles. Dropout does nothing in inference and
/// is left out, and batch normalization uses its running
/// statistics. In the file's metadata <c>features</c> and <c>classes</c> are the names as JSON arrays of strings, and <c>target</c> is
/// the target's name as it is. What makes features of words and categories is no part of the graph: its input are the features.
/// <para>
/// In ONNX Runtime an exported activation has the digits of the library's own: in double precision to 4e-15 of its value, in single
/// precision to 1e-6, and infinities and NaN become what they become there. GELU in double precision has an error of up to 1e-12 of its
/// value far below 0, where the library has it, too. An index that an embedding refuses (a negative one, a fraction, one beyond the
/// table, NaN) ends the run with an error of its Gather node.
/// </para>
/// </remarks>
public static class OnnxFile
{
    private const int OperatorSet = 13;
    private const int FileVersion = 7;

    /// <summary>A number of less than this is no more than the last digit of the largest double.</summary>
    private const double NearTheEnd = 1e290;

    /// <summary>What Protocol Buffers can hold in one message.</summary>
    private const long MostBytes = int.MaxValue;

    /// <summary>Writes a model as a whole or not at all.</summary>
    /// <param name="model">What standardizes its features and its targets becomes a part of the graph.</param>
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
        AddMetadata(file, "features", model.FeatureNames is { } features ? ToJson(features) : null);
        AddMetadata(file, "classes", model.ClassNames is { } classes ? ToJson(classes) : null);
        AddMetadata(file, "target", model.TargetName);
        return file;
    }

    private static ProtobufMessage Graph<T>(Model<T> model, bool probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var graph = new OnnxGraph<T>();
        var layers = new OnnxLayers<T>(graph);
        string value = OnnxGraph<T>.Input;
        if (model.Standardization is { } features)
        {
            graph.HasDoubleInput = true;
            value = graph.ToElement(Standardize(graph, value, features));
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

        value = probabilities ? layers.Softmax(value) : value;
        if (model.TargetStandardization is { } targets)
        {
            graph.HasDoubleOutput = true;
            value = Restore(graph, graph.ToDouble(value), targets);
        }

        return graph.Complete(value, network.InputSize, network.OutputSize);
    }

    /// <summary>(x − mean) / deviation, as <see cref="Standardization{T}"/> computes it.</summary>
    private static string Standardize<T>(OnnxGraph<T> graph, string value, Standardization<T> figures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Two numbers near the ends of the range: halved, which is exact there, their difference is one.
        double[] factors = Factors(figures);
        value = factors.Contains(0.5) ? graph.Node("Mul", value, graph.Vector("factors", factors)) : value;
        value = graph.Node("Sub", value, graph.Vector("means", Times(figures.Means, factors)));
        return graph.Node("Div", value, graph.Vector("deviations", Times(figures.Deviations, factors)));
    }

    /// <summary>deviation · x + mean.</summary>
    private static string Restore<T>(OnnxGraph<T> graph, string value, Standardization<T> figures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The product alone may be twice as large as the sum.
        double[] factors = Factors(figures);
        value = graph.Node("Mul", value, graph.Vector("target_deviations", Times(figures.Deviations, factors)));
        value = graph.Node("Add", value, graph.Vector("target_means", Times(figures.Means, factors)));
        return factors.Contains(0.5) ? graph.Node("Div", value, graph.Vector("target_factors", factors)) : value;
    }

    /// <summary>One half for the columns whose numbers are near the ends of the range, and 1 for all others.</summary>
    private static double[] Factors<T>(Standardization<T> figures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. figures.Means.Zip(figures.Deviations, (mean, deviation) => Math.Abs(mean) > NearTheEnd && deviation > 1 ? 0.5 : 1)];

    private static double[] Times(IReadOnlyList<double> figures, double[] factors) => [.. figures.Zip(factors, (figure, factor) => figure * factor)];

    private static void AddMetadata(ProtobufMessage file, string key, string? value)
    {
        if (value is not null)
        {
            file.Add(14, new ProtobufMessage().Add(1, key).Add(2, value));
        }
    }

    /// <summary>A list of texts that may hold any character.</summary>
    private static string ToJson(IReadOnlyList<string> names)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (string name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
