namespace VecNet;

/// <summary>What of a text <see cref="TextHashing"/> counts.</summary>
public enum TextTokens
{
    /// <summary>Words and their n-grams alone. Models saved before there was a choice are of this kind.</summary>
    Words,

    /// <summary>Words and their n-grams, and symbols: punctuation, emoji and all else that is visible.</summary>
    WordsAndSymbols,
}
