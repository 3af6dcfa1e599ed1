using System.Text.Json;

namespace VecNet.Text;

/// <summary>Reads a <see cref="WordPieceTokenizer"/> from <c>tokenizer.json</c>.</summary>
internal sealed class WordPieceJson(JsonElement root) : TokenizerJson(root)
{
    /// <param name="options">The options; null for those of the files, which must be supported in any case.</param>
    /// <param name="settings">The settings of the directory, which come before those of the file.</param>
    internal WordPieceVocabulary Read(WordPieceOptions? options, TokenizerSettings? settings)
    {
        JsonElement model = Object(Root, "model");
        if (ModelOf(Root) is not "WordPiece" and var type)
        {
            throw new InvalidDataException($"Its model is {type}, not WordPiece.");
        }

        WordPieceOptions read = ReadOptions(model), chosen = options ?? read;
        if (settings is not null)
        {
            chosen = settings.ApplyTo(chosen);
        }

        List<string?> tokens = ReadTokens(Object(model, "vocab"));
        List<AddedToken> added = ReadAdded(tokens);
        return new(chosen, TokenTexts.Create(tokens), id => $"the vocabulary as {id}", added);
    }

    private WordPieceOptions ReadOptions(JsonElement model)
    {
        JsonElement normalizer = Object(Root, "normalizer");
        Expect(normalizer, "normalizer", "BertNormalizer");
        Expect(Object(Root, "pre_tokenizer"), "pre_tokenizer", "BertPreTokenizer");
        (string? first, string? last) = ReadTemplate(Object(Root, "post_processor"));
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
            ClassificationToken = first ?? throw NoTokens(),
            SeparatorToken = last ?? throw NoTokens(),
        };

        static InvalidDataException NoTokens() => new("Its post_processor does not put one token before and one token after a text.");
    }
}
