using System.Numerics;
using System.Text;
using System.Text.Json;

namespace VecNet;

/// <summary>The JSON text in a model file's metadata: architecture, preprocessing and names.</summary>
internal static class ModelDescription
{
    private const int Version = 1;

    /// <summary>Of models that programs which know the first version alone would read otherwise: those that count symbols of texts.</summary>
    private const int LaterVersion = 2;

    /// <summary>Of the JSON: two levels for each layer inside another, and those around them.</summary>
    private const int MaxDepth = 8 + (2 * LayerDescription.MaxDepth);

    internal static string Write<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", model.Text is { Tokens: not TextTokens.Words } ? LaterVersion : Version);
            json.WriteNumber("inputs", model.Network.InputSize);
            LayerDescription.WriteAll(json, "layers", model.Network.Layers);
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
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            if (version is not (Version or LaterVersion))
            {
                throw new InvalidDataException($"the model has version {version}; this program reads versions {Version} and {LaterVersion}.");
            }

            int count = 0;
            ILayer<T>[] layers = LayerDescription.ReadAll<T>(root.GetProperty("layers"), ref count);
            int inputs = root.GetProperty("inputs").GetInt32();
            LayerDescription.CheckSize(inputs, layers, fileElements);
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
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"the description of the model is damaged: {error.Message}", error);
        }
    }

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
