using System.Text.Json;

namespace VecNet;

/// <summary>The part of a model's description that defines how a table's row or a text is converted to features.</summary>
internal static class PreprocessingDescription
{
    private const string WordsAndSymbols = "words and symbols";

    internal static void Write(Utf8JsonWriter json, TableFeatures? table, TextHashing? text, TextVectorizer? vectorizer)
    {
        if (vectorizer is not null)
        {
            Write(json, vectorizer.Options);
        }

        if (text is not null)
        {
            json.WriteStartObject("text");
            json.WriteNumber("features", text.Features);
            json.WriteNumber("shortest_gram", text.ShortestGram);
            json.WriteNumber("longest_gram", text.LongestGram);
            WriteSource(json, text.Tokens, text.Column);
            json.WriteEndObject();
        }

        if (table is null)
        {
            return;
        }

        json.WriteStartArray("columns");
        foreach (FeatureColumn column in table.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            if (column.MissingNumber is { } number)
            {
                json.WriteNumber("missing", number);
            }

            if (column.Categories is { } categories)
            {
                json.WriteStartArray("categories");
                foreach (string category in categories)
                {
                    json.WriteStringValue(category);
                }

                json.WriteEndArray();
                json.WriteString("unknown", column.Unknown == UnknownCategory.Zeros ? "zeros" : "refuse");
                if (column.MissingCategory is { } missing)
                {
                    json.WriteString("missing", missing);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the table's columns of a description, if it has any.</summary>
    /// <remarks>An invalid description throws an exception that <see cref="ModelDescription"/> reports as damaged.</remarks>
    internal static TableFeatures? ReadTable(JsonElement root) => root.TryGetProperty("columns", out JsonElement columns)
        ? new([.. columns.EnumerateArray().Select(ReadColumn)])
        : null;

    /// <summary>Reads the hashing of a description, if it has one.</summary>
    internal static TextHashing? ReadText(JsonElement root) => root.TryGetProperty("text", out JsonElement text)
        ? new(
            text.GetProperty("features").GetInt32(),
            text.GetProperty("shortest_gram").GetInt32(),
            text.GetProperty("longest_gram").GetInt32(),
            text.TryGetProperty("column", out JsonElement column) ? Text(column) : null,
            ReadTokens(text))
        : null;

    /// <summary>Reads the vectorizer of a description, if it has one; its vocabulary is in the file.</summary>
    internal static TextVectorizer? ReadVectorizer(JsonElement root, SafetensorsFile file) =>
        root.TryGetProperty("vectorizer", out JsonElement options)
            ? VocabularyTensors.Read(
                new()
                {
                    WordNgrams = options.GetProperty("word_ngrams").GetInt32(),
                    ShortestGram = options.GetProperty("shortest_gram").GetInt32(),
                    LongestGram = options.GetProperty("longest_gram").GetInt32(),
                    FewestTexts = options.GetProperty("fewest_texts").GetInt32(),
                    MostFeatures = options.GetProperty("most_features").GetInt32(),
                    Tokens = ReadTokens(options),
                    Column = options.TryGetProperty("column", out JsonElement column) ? Text(column) : null,
                },
                file)
            : null;

    /// <summary>A model without an entry was saved when words were the only tokens.</summary>
    private static TextTokens ReadTokens(JsonElement text) => !text.TryGetProperty("tokens", out JsonElement tokens) ? TextTokens.Words
        : tokens.GetString() == WordsAndSymbols ? TextTokens.WordsAndSymbols
        : throw new InvalidDataException($"the text has the unknown tokens '{tokens}'.");

    private static void Write(Utf8JsonWriter json, TextVectorizerOptions options)
    {
        json.WriteStartObject("vectorizer");
        json.WriteNumber("word_ngrams", options.WordNgrams);
        json.WriteNumber("shortest_gram", options.ShortestGram);
        json.WriteNumber("longest_gram", options.LongestGram);
        json.WriteNumber("fewest_texts", options.FewestTexts);
        json.WriteNumber("most_features", options.MostFeatures);
        WriteSource(json, options.Tokens, options.Column);
        json.WriteEndObject();
    }

    /// <summary>Writes the tokens and the column of texts, unless they are the defaults.</summary>
    private static void WriteSource(Utf8JsonWriter json, TextTokens tokens, string? column)
    {
        if (tokens != TextTokens.Words)
        {
            json.WriteString("tokens", WordsAndSymbols);
        }

        if (column is not null)
        {
            json.WriteString("column", column);
        }
    }

    private static FeatureColumn ReadColumn(JsonElement column)
    {
        string name = Text(column.GetProperty("name"));
        bool hasMissing = column.TryGetProperty("missing", out JsonElement missing);
        if (!column.TryGetProperty("categories", out JsonElement categories))
        {
            return FeatureColumn.Number(name, hasMissing ? missing.GetDouble() : null);
        }

        UnknownCategory unknown = column.GetProperty("unknown").GetString() switch
        {
            "zeros" => UnknownCategory.Zeros,
            "refuse" => UnknownCategory.Refuse,
            string other => throw new InvalidDataException($"column '{name}' has the unknown rule '{other}' for unknown categories."),
            null => throw new InvalidDataException($"column '{name}' has no rule for unknown categories."),
        };
        return FeatureColumn.Category(name, [.. categories.EnumerateArray().Select(Text)], hasMissing ? Text(missing) : null, unknown);
    }

    private static string Text(JsonElement element) =>
        element.GetString() ?? throw new InvalidDataException("a name among the columns is missing.");
}
