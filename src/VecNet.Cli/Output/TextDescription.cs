namespace VecNet.Cli;

/// <summary>Describes the features of texts.</summary>
internal static class TextDescription
{
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
