using System.Globalization;
using System.Text.Json;

namespace VecNet.Text;

/// <summary>What the files beside <c>vocab.json</c> and <c>merges.txt</c> say of a <see cref="ByteLevelTokenizer"/>.</summary>
/// <remarks>
/// <c>tokenizer_config.json</c> names the class of the tokenizer in Hugging Face's transformers, from which the defaults follow, and has
/// its settings; old folders have special tokens in <c>special_tokens_map.json</c>, too. Tokens that are not in the vocabulary are in
/// <c>added_tokens_decoder</c> of the settings or, in old folders, in <c>added_tokens.json</c>.
/// </remarks>
internal sealed class ByteLevelSettings
{
    private const string Settings = "tokenizer_config.json", Special = "special_tokens_map.json", Additional = "added_tokens.json";

    /// <summary>The names of special tokens, and what they are for GPT-2 and for RoBERTa if nothing else is said.</summary>
    private static readonly (string Name, string? Gpt2, string? Roberta)[] Defaults =
    [
        ("bos_token", "<|endoftext|>", "<s>"), ("eos_token", "<|endoftext|>", "</s>"), ("unk_token", "<|endoftext|>", "<unk>"),
        ("cls_token", null, "<s>"), ("sep_token", null, "</s>"), ("pad_token", null, "<pad>"), ("mask_token", null, "<mask>"),
    ];

    private readonly List<string?> tokens;
    private readonly Dictionary<string, int> numbers;
    private readonly ByteLevelOptions options;

    /// <summary>The special tokens, and what the files say of each; nothing for some.</summary>
    private readonly Dictionary<string, JsonElement> special = new(StringComparer.Ordinal);

    /// <summary>The tokens that are listed as added.</summary>
    private readonly List<AddedToken> added = [];

    /// <summary>The token that hides words, before which white space belongs to it for RoBERTa.</summary>
    private string? mask;

    /// <param name="directory">The folder of the files.</param>
    /// <param name="isRoberta">Whether the vocabulary is RoBERTa's if no class is named.</param>
    /// <param name="tokens">The vocabulary, which the tokens that are not in it join.</param>
    /// <exception cref="InvalidDataException">A file is malformed, or a setting is not supported; the message names the file.</exception>
    internal ByteLevelSettings(string directory, bool isRoberta, List<string?> tokens)
    {
        this.tokens = tokens;
        numbers = TokenizerJson.NumbersOf(tokens);
        JsonFile? settings = JsonFile.ReadIfExists(Path.Combine(directory, Settings));
        options = ReadOptions(settings, JsonFile.ReadIfExists(Path.Combine(directory, Special)), isRoberta);
        if (settings is not null && settings.TryGet("added_tokens_decoder", out JsonElement list))
        {
            ReadDecoder(settings, list);
        }
        else if (JsonFile.ReadIfExists(Path.Combine(directory, Additional)) is { } additional)
        {
            ReadAdditional(additional);
        }
    }

    /// <summary>The options of the caller or else of the files, and the tokens that a text may contain.</summary>
    internal (ByteLevelOptions Options, List<AddedToken> Added) Choose(ByteLevelOptions? chosen)
    {
        if (chosen is not null)
        {
            TokenizerJson.AddSpecial(added, chosen.AllSpecial, numbers);
            return (chosen, added);
        }

        HashSet<string> known = [.. added.Select(token => token.Text)];
        foreach ((string text, JsonElement entry) in special)
        {
            if (numbers.TryGetValue(text, out int id) && !known.Contains(text))
            {
                Add(text, id, entry, isSpecial: true, count: 0);
            }
        }

        return (options, added);
    }

    private static bool IsRoberta(JsonFile settings, string name) =>
        (name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name) switch
        {
            "GPT2Tokenizer" => false,
            "RobertaTokenizer" or "BartTokenizer" or "LongformerTokenizer" => true,
            _ => throw settings.Error(
                $"'tokenizer_class' is '{name}'; without tokenizer.json, GPT2Tokenizer, RobertaTokenizer, BartTokenizer and "
                + "LongformerTokenizer are supported."),
        };

    private ByteLevelOptions ReadOptions(JsonFile? settings, JsonFile? map, bool isRoberta)
    {
        isRoberta = settings?.OptionalText("tokenizer_class") is { } name ? IsRoberta(settings, name) : isRoberta;
        foreach (string flag in new[] { "add_bos_token", "add_eos_token" })
        {
            if (settings?.OptionalFlag(flag) == true)
            {
                throw settings.Error($"'{flag}' is true, which is not supported.");
            }
        }

        (string? first, string? last) = (null, null);
        foreach ((string kind, string? gpt2, string? roberta) in Defaults)
        {
            (string Text, JsonElement Entry)? token = TokenOf(settings, kind) ?? TokenOf(map, kind);
            if ((token?.Text ?? (isRoberta ? roberta : gpt2)) is { } text)
            {
                special.TryAdd(text, token?.Entry ?? default);
                (first, last, mask) = kind switch
                {
                    "cls_token" when isRoberta => (text, last, mask),
                    "sep_token" when isRoberta => (first, text, mask),
                    "mask_token" when isRoberta => (first, last, text),
                    _ => (first, last, mask),
                };
            }
        }

        foreach (JsonFile file in new[] { settings, map }.OfType<JsonFile>())
        {
            ReadMoreSpecial(file);
        }

        return new()
        {
            AddsPrefixSpace = settings?.OptionalFlag("add_prefix_space") ?? false, FirstToken = first, LastToken = last, SpecialTokens = [],
        };
    }

    private void ReadMoreSpecial(JsonFile file)
    {
        const string Name = "additional_special_tokens";
        if (!file.TryGet(Name, out JsonElement list))
        {
            return;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw file.Error($"'{Name}' is not a list.");
        }

        foreach (JsonElement entry in list.EnumerateArray())
        {
            (string text, JsonElement flags) = TokenOf(file, Name, entry);
            special.TryAdd(text, flags);
        }
    }

    private static (string Text, JsonElement Entry)? TokenOf(JsonFile? file, string name) =>
        file is not null && file.TryGet(name, out JsonElement value) ? TokenOf(file, name, value) : null;

    /// <summary>A token is a string, or an object with its content and how it is searched for.</summary>
    private static (string Text, JsonElement Entry) TokenOf(JsonFile file, string name, JsonElement value)
    {
        bool isObject = value.ValueKind == JsonValueKind.Object;
        JsonElement content = isObject && value.TryGetProperty("content", out JsonElement text) ? text : value;
        return content.ValueKind == JsonValueKind.String && content.GetString() is { Length: > 0 } token
            ? (token, isObject ? value : default)
            : throw file.Error($"'{name}' is {value.GetRawText()}, and not a token.");
    }

    /// <summary>Reads an object of numbers with their tokens.</summary>
    private void ReadDecoder(JsonFile settings, JsonElement list)
    {
        const string Name = "added_tokens_decoder";
        if (list.ValueKind != JsonValueKind.Object)
        {
            throw settings.Error($"'{Name}' is not an object of numbers with their tokens.");
        }

        foreach (JsonProperty entry in list.EnumerateObject())
        {
            (string text, JsonElement flags) = TokenOf(settings, Name, entry.Value);
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                throw settings.Error($"'{Name}' has the token '{text}' with '{entry.Name}', which is not a number.");
            }

            InputFile.Named(settings.Path, () => Add(text, id, flags, special.ContainsKey(text), list.EnumerateObject().Count()));
        }
    }

    /// <summary>Reads an object of tokens with their numbers.</summary>
    private void ReadAdditional(JsonFile file)
    {
        foreach (JsonProperty entry in file.Properties)
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id < 0 || entry.Name.Length == 0)
            {
                throw file.Error($"the token '{entry.Name}' has no number.");
            }

            bool isSpecial = special.TryGetValue(entry.Name, out JsonElement flags);
            InputFile.Named(file.Path, () => Add(entry.Name, id, flags, isSpecial, file.Properties.Count()));
        }
    }

    private AddedToken Add(string text, int id, JsonElement entry, bool isSpecial, int count)
    {
        AddedToken token = TokenizerJson.Add(tokens, numbers, text, id, entry, count, isSpecial, stripsLeft: text == mask);
        added.Add(token);
        return token;
    }
}
