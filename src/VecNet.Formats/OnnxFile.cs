using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace VecNet.Formats;

/// <summary>Exports models to ONNX, for ONNX Runtime and other programs.</summary>
/// <remarks>
/// Files have operator set 13, the first with the same softmax, and IR version 7, which every runtime since 2021 reads. The graph's input
/// <c>input</c> is batch × inputs, and its output <c>output</c> is batch × outputs; the batch size is dynamic. The standardization comes
/// before the network as Sub and Div in double precision, and then <c>input</c> has doubles, too, whatever the precision of the network: in
/// single precision, a time of 1,700,000,050 seconds would be rounded to 1,700,000,000 before the graph could subtract the mean. A
/// standardized target is transformed back after the network by Mul and Add in double precision, and then <c>output</c> has doubles.
/// Dropout does nothing in inference and is omitted; batch normalization uses its running statistics. In the metadata of the file,
/// <c>features</c> and <c>classes</c> are the names as JSON arrays of strings, and <c>target</c> is the name of the target. The encoding of
/// texts and categories is not part of the graph, whose input is the encoded features. If a layer reads sequences, such as
/// <see cref="SelfAttention{T}"/>, the rows of the input are one sequence, of any length; if it is pooled, <c>output</c> has one row.
/// Recurrent layers are LSTM, GRU and RNN operators, and convolutions are Conv, which runtimes have in single precision only, whatever the
/// precision of the network, and to which a sequence must have a row.
/// <para>
/// In ONNX Runtime, an exported activation is as accurate as the library's: its relative error is at most 4e-15 in double precision and
/// 1e-6 in single precision, and it has the same values for infinities and NaN. GELU in double precision has a relative error of up to
/// 1e-12 far below 0, as in the library. An index that an embedding does not accept (a negative one, a fraction, one beyond the table, NaN)
/// causes an error of its Gather node.
/// </para>
/// </remarks>
public static class OnnxFile
{
    private const int OperatorSet = 13;
    private const int FileVersion = 7;

    /// <summary>Numbers below this are at most the last digit of the largest double.</summary>
    private const double NearTheEnd = 1e290;

    /// <summary>The largest number of bytes of a Protocol Buffers message.</summary>
    private const long MostBytes = int.MaxValue;

    /// <summary>Writes a model atomically.</summary>
    /// <param name="model">The model; its standardization of features and targets becomes part of the graph.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="probabilities">Whether a softmax follows the last layer, for a network that was trained without one.</param>
    /// <exception cref="NotSupportedException">A layer has no equivalent in ONNX, or the file would be larger than the format allows;
    /// nothing has been written.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file remains unchanged.</exception>
    public static void Write<T>(Model<T> model, string path, bool probabilities = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProtobufMessage file = Model(model, probabilities);
        AtomicFile.Write(path, stream => Write(file, stream));
    }

    /// <summary>Writes a model to a stream, which need not be seekable and is left open.</summary>
    /// <param name="model">The model; its standardization of features and targets becomes part of the graph.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="probabilities">Whether a softmax follows the last layer, for a network that was trained without one.</param>
    /// <exception cref="NotSupportedException">A layer has no equivalent in ONNX, or the file would be larger than the format allows;
    /// nothing has been written.</exception>
    public static void Write<T>(Model<T> model, Stream stream, bool probabilities = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(Model(model, probabilities), stream);
    }

    private static void Write(ProtobufMessage file, Stream stream)
    {
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        file.WriteTo(output);
    }

    private static ProtobufMessage Model<T>(Model<T> model, bool probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        long bytes = (long)model.Network.ParameterCount * (typeof(T) == typeof(float) ? 4 : 8);
        if (bytes > MostBytes - (1 << 20))
        {
            throw new NotSupportedException($"The parameters have {bytes:N0} bytes; the limit of an ONNX file is {MostBytes:N0}.");
        }

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

        RowSet rows = network.Plan.Buffers[network.Plan.Output].Rows;
        string dimension = rows.Kind == RowKind.Sequence ? "sequences" : rows.Lengths != 0 ? "windows" : OnnxGraph<T>.Batch;
        return graph.Complete(value, network.InputSize, network.OutputSize, dimension);
    }

    /// <summary>(x − mean) / deviation, as <see cref="Standardization{T}"/> computes it.</summary>
    private static string Standardize<T>(OnnxGraph<T> graph, string value, Standardization<T> standardization)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The difference of two numbers near the ends of the range would overflow, unless both are halved, which is exact there.
        double[] factors = Factors(standardization);
        value = factors.Contains(0.5) ? graph.Node("Mul", value, graph.Vector("factors", factors)) : value;
        value = graph.Node("Sub", value, graph.Vector("means", Times(standardization.Means, factors)));
        return graph.Node("Div", value, graph.Vector("deviations", Times(standardization.Deviations, factors)));
    }

    /// <summary>deviation · x + mean.</summary>
    private static string Restore<T>(OnnxGraph<T> graph, string value, Standardization<T> standardization)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The product may be twice as large as the sum, and overflow.
        double[] factors = Factors(standardization);
        value = graph.Node("Mul", value, graph.Vector("target_deviations", Times(standardization.Deviations, factors)));
        value = graph.Node("Add", value, graph.Vector("target_means", Times(standardization.Means, factors)));
        return factors.Contains(0.5) ? graph.Node("Div", value, graph.Vector("target_factors", factors)) : value;
    }

    /// <summary>The factors of the columns: one half if their numbers are near the ends of the range, and 1 otherwise.</summary>
    private static double[] Factors<T>(Standardization<T> standardization)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. standardization.Means.Zip(standardization.Deviations,
            (mean, deviation) => Math.Abs(mean) > NearTheEnd && deviation > 1 ? 0.5 : 1)];

    private static double[] Times(IReadOnlyList<double> values, double[] factors) =>
        [.. values.Zip(factors, (value, factor) => value * factor)];

    private static void AddMetadata(ProtobufMessage file, string key, string? value)
    {
        if (value is not null)
        {
            file.Add(14, new ProtobufMessage().Add(1, key).Add(2, value));
        }
    }

    /// <summary>A JSON array of names, which may have any characters.</summary>
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
