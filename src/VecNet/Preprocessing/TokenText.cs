using System.Text;

namespace VecNet;

/// <summary>Converts tokens to text one after another: a token that ends inside a character gives the text before it.</summary>
internal sealed class TokenText(Tokenizer tokenizer)
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text that is complete with the next token; it may be empty.</summary>
    internal string Append(int token) => Convert(tokenizer.GetBytes(token), flush: false);

    /// <summary>U+FFFD if the last character is not complete; otherwise empty.</summary>
    internal string Finish() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[decoder.GetCharCount(bytes, flush)];
        return new(characters, 0, decoder.GetChars(bytes, characters, flush));
    }
}
