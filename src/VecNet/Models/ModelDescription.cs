using System.Numerics;
using System.Text;
using System.Text.Json;

namespace VecNet;

/// <summary>The JSON text in a model file's metadata: architecture, preprocessing and names.</summary>
internal static class ModelDescription
{
    /// <summary>The version of files that every release can read.</summary>
    private const int Version = 1;

    /// <summary>
    /// The version of models that programs for the first version would misread: those whose outputs need
    /// <see cref="Model{T}.TargetStandardization"/>, and those that count symbols of texts.
    /// </summary>
    private const int LaterVersion = 2;

    /// <summary>The version of models with a vocabulary for texts, which programs for earlier versions cannot use.</summary>
    private const int VocabularyVersion = 3;

    /// <summary>The version of models with a tokenizer, which programs for earlier versions would not find.</summary>
    private const int TokenizerVersion = 4;

    /// <summary>The maximum depth of the JSON: two levels for each nested layer, and those around them.</summary>
    private const int MaxDepth = 8 + (2 * LayerDescription.MaxDepth);

    internal static string Write<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            bool isLater = model.TargetStandardization is not null || model.Text is { Tokens: not TextTokens.Words };
            json.WriteNumber(
                "version",
                model.Tokenizer is not null ? TokenizerVersion
                    : model.Vectorizer is not null ? VocabularyVersion
                    : isLater ? LaterVersion
                    : Version);
            json.WriteNumber("inputs", model.Network.InputSize);
            LayerDescription.WriteAll(json, "layers", model.Network.Layers);
            WriteStandardization(json, "", model.Standardization);
            WriteStandardization(json, "target_", model.TargetStandardization);

            PreprocessingDescription.Write(json, model.Table, model.Text, model.Vectorizer);
            TokenizerDescription.Write(json, model.Tokenizer);
            if (model is { Tokenizer: not null, MaxTokens: { } most })
            {
                json.WriteNumber("max_tokens", most);
            }

            if (model is { Text: null, Vectorizer: null, TextColumn: { } column })
            {
                json.WriteString("text_column", column);
            }

            WriteNames(json, "features", model.FeatureNames);
            WriteNames(json, "classes", model.ClassNames);
            if (model.TargetName is { } target)
            {
                json.WriteString("target", target);
            }

            if (model.HasNumericClasses)
            {
                json.WriteBoolean("numeric_classes", true);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Creates a model of the described architecture, whose parameters are not yet set.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="file">The file, which may have a vocabulary. A description of a network with more elements than the file has is
    /// rejected before the network is created.</param>
    /// <exception cref="InvalidDataException">The text does not describe a model.</exception>
    internal static Model<T> Read<T>(string text, SafetensorsFile file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            using JsonDocument document =
                JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            if (version is < Version or > TokenizerVersion)
            {
                throw new InvalidDataException(
                    $"the model has version {version}; this program reads versions {Version} to {TokenizerVersion}.");
            }

            int count = 0;
            ILayer<T>[] layers = LayerDescription.ReadAll<T>(root.GetProperty("layers"), ref count);
            int inputs = root.GetProperty("inputs").GetInt32();
            LayerDescription.CheckSize(
                inputs, layers, file.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (count, length) => count * length)));
            var network = new NeuralNetwork<T>(inputs, layers);
            return new Model<T>(
                network,
                ReadStandardization<T>(root, ""),
                ReadNames(root, "features"),
                ReadNames(root, "classes"),
                root.TryGetProperty("target", out JsonElement target) ? target.GetString() : null,
                PreprocessingDescription.ReadTable(root),
                PreprocessingDescription.ReadText(root),
                PreprocessingDescription.ReadVectorizer(root, file))
            {
                TargetStandardization = ReadStandardization<T>(root, "target_"),
                Tokenizer = TokenizerDescription.Read(root),
                MaxTokens = root.TryGetProperty("max_tokens", out JsonElement most) ? most.GetInt32() : null,
                TextColumn = root.TryGetProperty("text_column", out JsonElement column) ? column.GetString() : null,
                HasNumericClasses = root.TryGetProperty("numeric_classes", out JsonElement numeric) && numeric.GetBoolean(),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"the description of the model is damaged: {error.Message}", error);
        }
    }

    /// <summary>Doubles are written with enough digits to restore the same bits.</summary>
    private static void WriteStandardization<T>(Utf8JsonWriter json, string prefix, Standardization<T>? standardization)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (standardization is not null)
        {
            WriteNumbers(json, $"{prefix}means", standardization.Means);
            WriteNumbers(json, $"{prefix}deviations", standardization.Deviations);
        }
    }

    private static Standardization<T>? ReadStandardization<T>(JsonElement root, string prefix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => root.TryGetProperty($"{prefix}means", out JsonElement means)
        ? new(ReadNumbers(means), ReadNumbers(root.GetProperty($"{prefix}deviations")))
        : null;

    private static double[] ReadNumbers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetDouble())];

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
        root.TryGetProperty(key, out JsonElement names)
            ? [.. names.EnumerateArray().Select(name =>
                name.GetString() ?? throw new InvalidDataException($"a name among the {key} is missing."))]
            : null;
}
