using System.Text.Json;

namespace VecNet.Text;

/// <summary>
/// What the files of sentence-transformers say beside the encoder: pooling, layers behind it, normalization and the longest text.
/// </summary>
internal sealed class SentenceModules(
    PoolingMode pooling,
    bool normalizes,
    int? maxTokens,
    bool lowersTexts = false,
    string transformer = "",
    IReadOnlyList<DenseFiles>? dense = null)
{
    internal readonly PoolingMode Pooling = pooling;

    /// <summary>The layers behind pooling.</summary>
    internal readonly IReadOnlyList<DenseFiles> Dense = dense ?? [];

    /// <summary>Whether vectors are divided by their lengths.</summary>
    internal readonly bool Normalizes = normalizes;

    /// <summary>The most tokens of a text; null if the files do not say it.</summary>
    internal readonly int? MaxTokens = maxTokens;

    /// <summary>Whether texts become lower case before they are tokenized.</summary>
    internal readonly bool LowersTexts = lowersTexts;

    /// <summary>The folder of the encoder, relative to that of the model.</summary>
    internal readonly string Transformer = transformer;

    /// <summary>Reads the files of a folder; without them, vectors are means over the tokens.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or asks for something that is not supported.</exception>
    /// <exception cref="FileNotFoundException">A file that another one names is missing.</exception>
    internal static SentenceModules Read(string folder)
    {
        if (JsonFile.ReadIfExists(Path.Combine(folder, "modules.json")) is not { } json)
        {
            (int? most, bool lowers) = TextsOf(folder);
            return new(PoolingMode.Mean, normalizes: false, most, lowers);
        }

        (string? transformer, PoolingMode? pooling, bool normalizes) = (null, null, false);
        List<DenseFiles> dense = [];
        foreach (JsonElement module in json.Items)
        {
            string type = TextOf(module, "type") ?? throw json.Error("a module has no 'type'.");
            string path = TextOf(module, "path") is { Length: > 0 } name ? json.Inside(name.TrimEnd('/')) : "";
            switch (type[(type.LastIndexOf('.') + 1)..])
            {
                case "Transformer" when transformer is null: transformer = path; break;
                case "Pooling" when pooling is null:
                    pooling = PoolingOf(JsonFile.Read(Path.Combine(folder, path, "config.json"))); break;
                case "Dense" when pooling is not null && !normalizes: dense.Add(DenseFiles.Read(Path.Combine(folder, path))); break;
                case "Normalize": normalizes = true; break;
                default:
                    throw json.Error(
                        $"the module '{type}' is not supported here; supported are one Transformer, one Pooling, Dense and Normalize, in "
                        + "this order.");
            }
        }

        if (transformer is null || pooling is null)
        {
            throw json.Error($"there is no module {(transformer is null ? "Transformer" : "Pooling")}.");
        }

        (int? maxTokens, bool lowersTexts) = TextsOf(Path.Combine(folder, transformer));
        return new(pooling.Value, normalizes, maxTokens, lowersTexts, transformer, dense);
    }

    private static (int? MaxTokens, bool LowersTexts) TextsOf(string folder)
    {
        if (JsonFile.ReadIfExists(Path.Combine(folder, "sentence_bert_config.json")) is not { } json)
        {
            return (null, false);
        }

        return json.OptionalNumber("max_seq_length") is not 1 and var most
            ? (most, json.IsTrue("do_lower_case"))
            : throw json.Error("'max_seq_length' is 1; a text has 2 tokens or more, the first and the last.");
    }

    private static PoolingMode PoolingOf(JsonFile json)
    {
        const string Beginning = "pooling_mode_";
        string[] modes = [.. json.TrueNames
            .Where(name => name.StartsWith(Beginning, StringComparison.Ordinal)).Select(name => name[Beginning.Length..])];
        modes = json.OptionalText("pooling_mode") is { } mode ? [mode] : modes;
        return modes switch
        {
            ["mean_tokens" or "mean"] => PoolingMode.Mean,
            ["cls_token" or "cls"] => PoolingMode.First,
            ["max_tokens" or "max"] => PoolingMode.Max,
            ["lasttoken"] => PoolingMode.Last,
            [] => throw json.Error("no pooling mode is chosen."),
            [var other] => throw json.Error($"the pooling mode '{other}' is not supported; supported are mean, cls, max and lasttoken."),
            _ => throw json.Error($"there are several pooling modes, {string.Join(", ", modes)}; one is supported."),
        };
    }

    private static string? TextOf(JsonElement module, string name) =>
        module.ValueKind == JsonValueKind.Object && module.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
