namespace VecNet;

/// <summary>The tokens of a text that <see cref="TextHashing"/> counts.</summary>
public enum TextTokens
{
    /// <summary>Words and their n-grams only. Models that were saved by earlier versions use these.</summary>
    Words,

    /// <summary>Words and their n-grams, and symbols: punctuation, emoji and all other visible characters.</summary>
    WordsAndSymbols,
}
