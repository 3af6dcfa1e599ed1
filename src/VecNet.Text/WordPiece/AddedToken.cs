namespace VecNet.Text;

/// <summary>A token that is found in a text before the text is normalized.</summary>
/// <param name="text">How it is written.</param>
/// <param name="id">Its identifier.</param>
/// <param name="isSpecial">Whether it is no part of a text that tokens stand for.</param>
/// <param name="isWord">Whether words are also made from it.</param>
internal readonly struct AddedToken(string text, int id, bool isSpecial, bool isWord = true)
{
    internal readonly string Text = text;
    internal readonly int Id = id;
    internal readonly bool IsSpecial = isSpecial;
    internal readonly bool IsWord = isWord;
}
