namespace VecNet.Text;

/// <summary>How a <see cref="ByteLevelTokenizer"/> reads texts, and which tokens are special.</summary>
/// <remarks>
/// The defaults are those of GPT-2. <see cref="ByteLevelTokenizer.Load(string, ByteLevelOptions?)"/> reads the options from the files of a
/// model.
/// <code>
/// var withEnds = new ByteLevelOptions { FirstToken = "&lt;s&gt;", LastToken = "&lt;/s&gt;", SpecialTokens = ["&lt;pad&gt;"] };
/// ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load("roberta-base", withEnds);
/// </code>
/// </remarks>
public sealed record ByteLevelOptions
{
    /// <summary>One list for all, so that options that are not set are equal.</summary>
    private static readonly IReadOnlyList<string> SpecialOfGpt2 = ["<|endoftext|>"];

    /// <summary>Whether a text that does not begin with a space is read as if it did, so that its first word is like any other.</summary>
    public bool AddsPrefixSpace { get; init; }

    /// <summary>The first token of each text; null for none.</summary>
    public string? FirstToken { get; init; }

    /// <summary>The last token of each text; null for none.</summary>
    public string? LastToken { get; init; }

    /// <summary>
    /// Tokens that become their own wherever they are written in a text, as do the first and the last; a vocabulary need not have them.
    /// </summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = SpecialOfGpt2;

    /// <summary>The tokens that become their own wherever they are written in a text.</summary>
    internal IEnumerable<string> AllSpecial => new[] { FirstToken, LastToken }.Concat(SpecialTokens).OfType<string>().Distinct();

    /// <exception cref="ArgumentException">A token is null or empty.</exception>
    internal void Check()
    {
        if (FirstToken is "" || LastToken is "" || SpecialTokens is null || SpecialTokens.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A token must not be empty.", "options");
        }
    }
}
