using System.Numerics;
using System.Text;
using System.Text.Json;

namespace VecNet;

/// <summary>The JSON text in a model file's metadata: architecture, preprocessing and names.</summary>
internal static class ModelDescription
{
    private const int Version = 1;

    /// <summary>A small file can name more layers than anybody wants to allocate.</summary>
    private const int MaxLayers = 10_000;

    internal static string Write<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteNumber("inputs", model.Network.InputSize);
            json.WriteStartArray("layers");
            foreach (ILayer<T> layer in model.Network.Layers)
            {
                WriteLayer(json, layer);
            }

            json.WriteEndArray();
            if (model.Standardization is { } standardization)
            {
                WriteNumbers(json, "means", standardization.Means);
                WriteNumbers(json, "deviations", standardization.Deviations);
            }

            PreprocessingDescription.Write(json, model.Table, model.Text);
            WriteNames(json, "features", model.FeatureNames);
            WriteNames(json, "classes", model.ClassNames);
            if (model.TargetName is { } target)
            {
                json.WriteString("target", target);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A model of the described architecture, its parameters not yet set.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="fileElements">The elements that the file holds: a network that asks for more is refused before it is made.</param>
    /// <exception cref="InvalidDataException">The text does not describe a model.</exception>
    internal static Model<T> Read<T>(string text, long fileElements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            if (version != Version)
            {
                throw new InvalidDataException($"the model has version {version}; this program reads version {Version}.");
            }

            int count = root.GetProperty("layers").GetArrayLength();
            if (count > MaxLayers)
            {
                throw new InvalidDataException($"the model has {count} layers; at most {MaxLayers} are read.");
            }

            ILayer<T>[] layers = [.. root.GetProperty("layers").EnumerateArray().Select(ReadLayer<T>)];
            int inputs = root.GetProperty("inputs").GetInt32();
            CheckSize(inputs, layers, fileElements);
            var network = new NeuralNetwork<T>(inputs, layers);
            Standardization<T>? standardization = root.TryGetProperty("means", out JsonElement means)
                ? new([.. means.EnumerateArray().Select(mean => mean.GetDouble())], [.. root.GetProperty("deviations").EnumerateArray().Select(deviation => deviation.GetDouble())])
                : null;
            return new Model<T>(
                network,
                standardization,
                ReadNames(root, "features"),
                ReadNames(root, "classes"),
                root.TryGetProperty("target", out JsonElement target) ? target.GetString() : null,
                PreprocessingDescription.ReadTable(root),
                PreprocessingDescription.ReadText(root));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"the description of the model is damaged: {error.Message}", error);
        }
    }

    private static void CheckSize<T>(long width, ILayer<T>[] layers, long fileElements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Int128 needed = 0;
        foreach (FullyConnectedLayer<T> layer in layers.OfType<FullyConnectedLayer<T>>())
        {
            needed += ((Int128)width + 1) * layer.OutputFeatures;
            width = layer.OutputFeatures;
        }

        if (needed > fileElements)
        {
            throw new InvalidDataException($"the described network has {needed} parameters; the file holds {fileElements} elements.");
        }
    }

    private static void WriteLayer<T>(Utf8JsonWriter json, ILayer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        json.WriteStartObject();
        json.WriteString("name", layer.Name);
        switch (layer)
        {
            case FullyConnectedLayer<T> connected:
                json.WriteNumber("outputs", connected.OutputFeatures);
                break;
            case Dropout<T> dropout:
                json.WriteNumber("probability", dropout.Probability);
                break;
            case ReLU<T> or Sigmoid<T> or Tanh<T> or Softmax<T>:
                break;
            default:
                throw new NotSupportedException(
                    $"A model file cannot describe the layer '{layer.Name}' ({layer.GetType().Name}): only VecNet's own layers can be made again from a file.");
        }

        json.WriteEndObject();
    }

    private static ILayer<T> ReadLayer<T>(JsonElement layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => layer.GetProperty("name").GetString() switch
        {
            "fully_connected" => new FullyConnectedLayer<T>(layer.GetProperty("outputs").GetInt32()),
            "dropout" => new Dropout<T>(layer.GetProperty("probability").GetDouble()),
            "relu" => new ReLU<T>(),
            "sigmoid" => new Sigmoid<T>(),
            "tanh" => new Tanh<T>(),
            "softmax" => new Softmax<T>(),
            string name => throw new InvalidDataException($"the model has a layer '{name}' that this program does not know."),
            null => throw new InvalidDataException("a layer of the model has no name."),
        };

    private static void WriteNumbers(Utf8JsonWriter json, string key, IEnumerable<double> numbers)
    {
        json.WriteStartArray(key);
        foreach (double number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return;
        }

        json.WriteStartArray(key);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static string[]? ReadNames(JsonElement root, string key) =>
        root.TryGetProperty(key, out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString() ?? throw new InvalidDataException($"a name among the {key} is missing."))] : null;
}
