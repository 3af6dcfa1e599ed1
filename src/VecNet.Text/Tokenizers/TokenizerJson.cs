using System.Text.Json;

namespace VecNet.Text;

/// <summary>What <c>tokenizer.json</c> has for every kind of tokenizer, as Hugging Face's <c>tokenizers</c> writes it.</summary>
/// <remarks>
/// Everything that decides about tokens must be as the tokenizer has it; what is not is refused by its name. Truncation and padding, which
/// belong to batches, are not read.
/// </remarks>
internal abstract class TokenizerJson(JsonElement root)
{
    /// <summary>The content of the file.</summary>
    protected readonly JsonElement Root = root;

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

    /// <summary>The kind of model; old files do not name it, but have merges or not.</summary>
    /// <exception cref="InvalidDataException">There is no model.</exception>
    internal static string ModelOf(JsonElement root)
    {
        JsonElement model = Object(root, "model");
        return TypeOf(model) ?? (model.TryGetProperty("merges", out _) ? "BPE" : "WordPiece");
    }

    /// <summary>The tokens in the order of their numbers; null for numbers that no token has.</summary>
    /// <exception cref="InvalidDataException">It is no object of tokens with their numbers.</exception>
    internal static List<string?> ReadTokens(JsonElement vocabulary)
    {
        if (vocabulary.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("The vocabulary is not an object of tokens with their numbers.");
        }

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

    /// <summary>The first and the last token of a single text.</summary>
    /// <remarks>null is no token.</remarks>
    protected static (string? First, string? Last) ReadTemplate(JsonElement processor)
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

        return parts switch
        {
            [{ Length: > 0 } first, "", { Length: > 0 } last] => (first, last),
            [{ Length: > 0 } first, ""] => (first, null),
            ["", { Length: > 0 } last] => (null, last),
            [""] => (null, null),
            _ => throw new InvalidDataException("Its post_processor does not put one token before and one token after a text."),
        };

        static string First(JsonElement processor, string name) =>
            processor.TryGetProperty(name, out JsonElement pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
                && pair[0].ValueKind == JsonValueKind.String
                ? pair[0].GetString()!
                : throw new InvalidDataException($"{name} of its post_processor is not a token with its number.");
    }

    /// <summary>The tokens that are found in a text as a whole; those that are new join the others.</summary>
    protected List<AddedToken> ReadAdded(List<string?> tokens)
    {
        List<AddedToken> added = [];
        if (!Root.TryGetProperty("added_tokens", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            return added;
        }

        Dictionary<string, int> numbers = NumbersOf(tokens);
        foreach (JsonElement token in list.EnumerateArray())
        {
            string text = Text(token, "content") is { Length: > 0 } content
                ? content
                : throw new InvalidDataException($"An entry of added_tokens has no content: {token.GetRawText()}.");
            int id = IdOf(token.TryGetProperty("id", out JsonElement number) ? number : default, $"The added token \"{text}\"");
            added.Add(Add(tokens, numbers, text, id, token, list.GetArrayLength()));
        }

        return added;
    }

    /// <summary>The numbers of the tokens.</summary>
    internal static Dictionary<string, int> NumbersOf(List<string?> tokens)
    {
        Dictionary<string, int> numbers = new(tokens.Count, StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is { } text)
            {
                numbers.TryAdd(text, id);
            }
        }

        return numbers;
    }

    /// <summary>Makes a token that is found in a text as a whole; if it is new, it joins the others.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="text">The token.</param>
    /// <param name="id">Its number, unless the vocabulary has another one.</param>
    /// <param name="entry">How it is searched for.</param>
    /// <param name="count">The number of tokens that may be new.</param>
    /// <param name="isSpecial">Whether it is special if the entry does not say it.</param>
    /// <param name="stripsLeft">Whether white space before it belongs to it if the entry does not say it.</param>
    internal static AddedToken Add(
        List<string?> tokens, Dictionary<string, int> numbers, string text, int id, JsonElement entry, int count, bool isSpecial = false,
        bool stripsLeft = false)
    {
        bool isWord = numbers.TryGetValue(text, out int known);
        if (isWord)
        {
            // The number in the vocabulary counts.
            id = id < tokens.Count && tokens[id] == text ? id : known;
        }
        else
        {
            Set(tokens, text, id, tokens.Count + count);
            numbers.Add(text, id);
        }

        return new(text, id, Flag(entry, "special") ?? isSpecial, isWord)
        {
            IsNormalized = Flag(entry, "normalized") ?? !isSpecial,
            IsSingleWord = Flag(entry, "single_word") ?? false,
            StripsLeft = Flag(entry, "lstrip") ?? stripsLeft,
            StripsRight = Flag(entry, "rstrip") ?? false,
        };
    }

    /// <summary>Adds special tokens that the vocabulary has, and that are not there.</summary>
    internal static void AddSpecial(List<AddedToken> added, IEnumerable<string> special, Dictionary<string, int> numbers)
    {
        HashSet<string> known = [.. added.Select(token => token.Text)];
        foreach (string token in special)
        {
            if (numbers.TryGetValue(token, out int id) && !known.Contains(token))
            {
                added.Add(new(token, id, isSpecial: true));
            }
        }
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

    protected static JsonElement Object(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Object
            ? value
            : throw new InvalidDataException($"It has no {name}: this is no tokenizer.json of a model that is supported.");

    protected static void Expect(JsonElement value, string name, string expected)
    {
        if (TypeOf(value) != expected)
        {
            throw new InvalidDataException($"Its {name} is {TypeOf(value) ?? "of no known type"}, not {expected}.");
        }
    }

    protected static string? TypeOf(JsonElement value) => Text(value, "type");

    protected static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    protected static string? NotEmpty(JsonElement parent, string name) =>
        Text(parent, name) is not "" and var text ? text : throw new InvalidDataException($"{name} of its model is empty.");

    protected static bool? Flag(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;
}
