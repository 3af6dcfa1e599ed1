using System.Text.Json;

namespace VecNet.Text;

/// <summary>Reads a <see cref="WordPieceTokenizer"/> from <c>tokenizer.json</c>, as Hugging Face's <c>tokenizers</c> writes it.</summary>
/// <remarks>
/// Everything that decides about tokens must be what BERT has; what is not is refused by its name. Truncation and padding, which belong to
/// batches, are not read.
/// </remarks>
internal sealed class TokenizerJson(JsonElement root)
{
    /// <summary>Reads JSON by a function of its root.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    internal static TResult Parse<TResult>(ReadOnlyMemory<byte> content, Func<JsonElement, TResult> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            return read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"It is not valid JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // What an element throws whose bytes are not UTF-8, or that escapes half of a surrogate pair.
            throw new InvalidDataException("It has a string that is not valid Unicode.", error);
        }
    }

    /// <param name="options">The options; null for those of the files.</param>
    /// <param name="settings">The settings of the directory, which come before those of the file.</param>
    internal WordPieceVocabulary Read(WordPieceOptions? options, TokenizerSettings? settings)
    {
        JsonElement model = Object(root, "model");
        string type = TypeOf(model) ?? (model.TryGetProperty("merges", out _) ? "BPE" : "WordPiece");
        if (type != "WordPiece")
        {
            throw new InvalidDataException($"Its model is {type}, not WordPiece.");
        }

        WordPieceOptions chosen = options ?? ReadOptions(model);
        if (settings is not null)
        {
            chosen = settings.ApplyTo(chosen);
        }

        List<string?> tokens = ReadVocabulary(model);
        List<AddedToken> added = ReadAdded(tokens);
        return new(chosen, TokenTexts.Create(tokens), id => $"the vocabulary as {id}", added);
    }

    private WordPieceOptions ReadOptions(JsonElement model)
    {
        JsonElement normalizer = Object(root, "normalizer");
        Expect(normalizer, "normalizer", "BertNormalizer");
        Expect(Object(root, "pre_tokenizer"), "pre_tokenizer", "BertPreTokenizer");
        (string first, string last) = ReadTemplate(Object(root, "post_processor"));
        int most = model.TryGetProperty("max_input_chars_per_word", out JsonElement number)
            ? number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value) && value is > 0 and <= 10_000
                ? value
                : throw new InvalidDataException($"max_input_chars_per_word is {number.GetRawText()}; it must be from 1 to 10000.")
            : 100;
        return new()
        {
            Lowercase = Flag(normalizer, "lowercase") ?? true,
            StripAccents = Flag(normalizer, "strip_accents"),
            SeparateChineseCharacters = Flag(normalizer, "handle_chinese_chars") ?? true,
            RemoveControlCharacters = Flag(normalizer, "clean_text") ?? true,
            MaxCharactersPerWord = most,
            ContinuationPrefix = NotEmpty(model, "continuing_subword_prefix") ?? "##",
            UnknownToken = NotEmpty(model, "unk_token") ?? "[UNK]",
            ClassificationToken = first,
            SeparatorToken = last,
        };
    }

    /// <summary>The first and the last token of a single text.</summary>
    private static (string First, string Last) ReadTemplate(JsonElement processor)
    {
        string? type = TypeOf(processor);
        if (type is "BertProcessing" or "RobertaProcessing")
        {
            return (First(processor, "cls"), First(processor, "sep"));
        }

        Expect(processor, "post_processor", "TemplateProcessing");
        List<string> parts = [];
        if (processor.TryGetProperty("single", out JsonElement single) && single.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement part in single.EnumerateArray())
            {
                parts.Add(
                    part.ValueKind != JsonValueKind.Object ? ""
                    : part.TryGetProperty("SpecialToken", out JsonElement token) ? Text(token, "id") ?? ""
                    : part.TryGetProperty("Sequence", out _) ? "" : "?");
            }
        }

        return parts is [{ Length: > 0 } first, "", { Length: > 0 } last]
            ? (first, last)
            : throw new InvalidDataException("Its post_processor does not put one token before and one token after a text.");

        static string First(JsonElement processor, string name) =>
            processor.TryGetProperty(name, out JsonElement pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
                && pair[0].ValueKind == JsonValueKind.String
                ? pair[0].GetString()!
                : throw new InvalidDataException($"{name} of its post_processor is not a token with its number.");
    }

    /// <summary>The tokens in the order of their numbers; null for numbers that no token has.</summary>
    private static List<string?> ReadVocabulary(JsonElement model)
    {
        JsonElement vocabulary = Object(model, "vocab");
        List<(string Text, int Id)> entries = [];
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            entries.Add((entry.Name, IdOf(entry.Value, $"The token \"{entry.Name}\"")));
        }

        List<string?> tokens = [];
        foreach ((string text, int id) in entries)
        {
            Set(tokens, text, id, entries.Count);
        }

        return tokens.Count > 0 ? tokens : throw new InvalidDataException("The vocabulary is empty.");
    }

    /// <summary>The tokens that are found in a text before it is normalized; those that are new join the others.</summary>
    private List<AddedToken> ReadAdded(List<string?> tokens)
    {
        List<AddedToken> added = [];
        if (!root.TryGetProperty("added_tokens", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            return added;
        }

        foreach (JsonElement token in list.EnumerateArray())
        {
            string text = Text(token, "content") is { Length: > 0 } content
                ? content
                : throw new InvalidDataException($"An entry of added_tokens has no content: {token.GetRawText()}.");
            int id = IdOf(token.TryGetProperty("id", out JsonElement number) ? number : default, $"The added token \"{text}\"");
            if (Flag(token, "normalized") ?? true)
            {
                throw new InvalidDataException(
                    $"The added token \"{text}\" is searched for in normalized texts (normalized), which is not supported.");
            }

            if (Flag(token, "single_word") ?? false)
            {
                throw new InvalidDataException(
                    $"The added token \"{text}\" is searched for between words (single_word), which is not supported.");
            }

            bool isWord = id < tokens.Count && tokens[id] == text;
            if (!isWord)
            {
                Set(tokens, text, id, tokens.Count + list.GetArrayLength());
            }

            added.Add(new(text, id, Flag(token, "special") ?? false, isWord));
        }

        return added;
    }

    private static void Set(List<string?> tokens, string text, int id, int count)
    {
        // Numbers may be left out, but not so many that a damaged file takes all memory.
        if (id >= (4L * count) + 1024)
        {
            throw new InvalidDataException($"The token \"{text}\" has the number {id}, but there are only {count} tokens.");
        }

        while (tokens.Count <= id)
        {
            tokens.Add(null);
        }

        if (tokens[id] is { } other)
        {
            throw new InvalidDataException($"The tokens \"{other}\" and \"{text}\" have the same number, {id}.");
        }

        tokens[id] = text;
    }

    private static int IdOf(JsonElement value, string subject) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id) && id >= 0
            ? id
            : throw new InvalidDataException($"{subject} has no number from 0 on.");

    private static JsonElement Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw new InvalidDataException($"It has no {name}: this is no tokenizer.json of a WordPiece model.");

    private static void Expect(JsonElement value, string name, string expected)
    {
        if (TypeOf(value) != expected)
        {
            throw new InvalidDataException($"Its {name} is {TypeOf(value) ?? "of no known type"}, not {expected}.");
        }
    }

    private static string? TypeOf(JsonElement value) => Text(value, "type");

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string? NotEmpty(JsonElement parent, string name) =>
        Text(parent, name) is not "" and var text ? text : throw new InvalidDataException($"{name} of its model is empty.");

    private static bool? Flag(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;
}
