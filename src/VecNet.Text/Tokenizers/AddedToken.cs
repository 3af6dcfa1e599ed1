namespace VecNet.Text;

/// <summary>A token that is found in a text as a whole, before the text is divided into words.</summary>
/// <param name="text">How it is written.</param>
/// <param name="id">Its identifier.</param>
/// <param name="isSpecial">Whether it is no part of a text that tokens stand for.</param>
/// <param name="isWord">Whether words are also made from it.</param>
internal sealed class AddedToken(string text, int id, bool isSpecial, bool isWord = true)
{
    internal readonly string Text = text;
    internal readonly int Id = id;
    internal readonly bool IsSpecial = isSpecial;
    internal readonly bool IsWord = isWord;

    /// <summary>Whether it is searched for in the normalized text.</summary>
    internal bool IsNormalized { get; init; }

    /// <summary>Whether a letter, a digit or another character of words before or after it rules it out.</summary>
    internal bool IsSingleWord { get; init; }

    /// <summary>Whether white space before it belongs to it.</summary>
    internal bool StripsLeft { get; init; }

    /// <summary>Whether white space after it belongs to it.</summary>
    internal bool StripsRight { get; init; }
}
