using System.Text.Json;

namespace VecNet.Text;

/// <summary>What <c>tokenizer_config.json</c> says of a <see cref="WordPieceTokenizer"/>; null where it says nothing.</summary>
internal sealed class TokenizerSettings
{
    private readonly bool? lowercase, stripAccents, separateChinese;
    private readonly Dictionary<string, string> tokens = [];

    private TokenizerSettings(JsonElement root)
    {
        lowercase = Flag(root, "do_lower_case");
        stripAccents = Flag(root, "strip_accents");
        separateChinese = Flag(root, "tokenize_chinese_chars");
        foreach (string name in new[] { "unk_token", "cls_token", "sep_token", "pad_token", "mask_token" })
        {
            // A token is a string, or an object with its content and how it is searched for.
            if (root.TryGetProperty(name, out JsonElement token)
                && (token.ValueKind != JsonValueKind.Object || token.TryGetProperty("content", out token))
                && token.ValueKind == JsonValueKind.String
                && token.GetString() is { Length: > 0 } text)
            {
                tokens.Add(name, text);
            }
        }
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    internal static TokenizerSettings Read(Stream stream) => TokenizerJson.Parse(
        VocabularyFile.ReadAll(stream),
        root => root.ValueKind == JsonValueKind.Object
            ? new TokenizerSettings(root)
            : throw new InvalidDataException("It is not a JSON object."));

    /// <summary>Replaces the options that are known.</summary>
    internal WordPieceOptions ApplyTo(WordPieceOptions options) => options with
    {
        Lowercase = lowercase ?? options.Lowercase,
        StripAccents = stripAccents ?? options.StripAccents,
        SeparateChineseCharacters = separateChinese ?? options.SeparateChineseCharacters,
        UnknownToken = tokens.GetValueOrDefault("unk_token", options.UnknownToken),
        ClassificationToken = tokens.GetValueOrDefault("cls_token", options.ClassificationToken),
        SeparatorToken = tokens.GetValueOrDefault("sep_token", options.SeparatorToken),
        PaddingToken = tokens.GetValueOrDefault("pad_token", options.PaddingToken),
        MaskToken = tokens.GetValueOrDefault("mask_token", options.MaskToken),
    };

    private static bool? Flag(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new InvalidDataException($"{name} is neither true nor false, but {value.GetRawText()}.");
    }
}
