using System.Text;

namespace VecNet.Text;

/// <summary>The letters that vocabularies write bytes with, so that every token can be printed: a space is written as <c>Ġ</c>.</summary>
/// <remarks>
/// The bytes of printable characters of Latin-1 are these characters; the other 68 bytes, in their order, are the characters from U+0100
/// on.
/// </remarks>
internal static class ByteLetters
{
    private const int FirstOther = 0x100, Others = 68;

    private static readonly char[] Letters = new char[256];
    private static readonly short[] Bytes = new short[FirstOther + Others];

    static ByteLetters()
    {
        Bytes.AsSpan().Fill(-1);
        for (int value = 0, others = 0; value < Letters.Length; value++)
        {
            bool isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xFF and not 0xAD);
            Letters[value] = (char)(isPrintable ? value : FirstOther + others++);
            Bytes[Letters[value]] = (short)value;
        }
    }

    /// <summary>The letter of a byte.</summary>
    internal static char Of(int value) => Letters[value];

    /// <summary>The byte of a letter, or −1.</summary>
    internal static int ByteOf(char letter) => letter < Bytes.Length ? Bytes[letter] : -1;

    /// <summary>The bytes that a token stands for: those of its letters or, if it has other characters, its UTF-8.</summary>
    internal static byte[] BytesOf(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            int value = ByteOf(token[i]);
            if (value < 0)
            {
                return Encoding.UTF8.GetBytes(token);
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }
}
