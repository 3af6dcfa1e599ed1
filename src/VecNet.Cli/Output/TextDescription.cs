namespace VecNet.Cli;

/// <summary>Describes the features of texts.</summary>
internal static class TextDescription
{
    /// <summary>The tokens of a sequence, such as <c>4096 byte-pair tokens, the first 256 of each text</c>.</summary>
    internal static string Of(Tokenizer tokenizer, int? maxTokens)
    {
        string limit = maxTokens is null ? "" : $", the first {maxTokens} of each text";
        return $"{tokenizer.VocabularySize} {(tokenizer is CharacterTokenizer ? "characters" : "byte-pair tokens")}{limit}";
    }

    /// <summary>The tokens, such as <c>words, pairs of words and symbols</c>.</summary>
    internal static string Of(TextVectorizerOptions options)
    {
        List<string> tokens = ["words"];
        if (options.WordNgrams > 1)
        {
            tokens.Add("pairs of words");
        }

        if (options.LongestGram >= options.ShortestGram)
        {
            tokens.Add($"n-grams of {options.ShortestGram} to {options.LongestGram} characters");
        }

        if (options.Tokens == TextTokens.WordsAndSymbols)
        {
            tokens.Add("symbols");
        }

        return tokens.Count == 1 ? tokens[0] : $"{string.Join(", ", tokens.SkipLast(1))} and {tokens[^1]}";
    }
}
