using System.Buffers;
using System.Text;

namespace VecNet;

/// <summary>
/// Converts texts to sequences of integers, the numbers of their tokens, and back: the input of an <see cref="Embedding{T}"/>.
/// </summary>
/// <remarks>
/// A <see cref="CharacterTokenizer"/> has a token for each character, a <see cref="BytePairTokenizer"/> for frequent parts of words. Both
/// are learned from texts, and <see cref="Model{T}.Tokenizer"/> saves them with the model. Any number of threads may use one tokenizer.
/// <code>
/// Tokenizer tokenizer = BytePairTokenizer.Learn([text], vocabularySize: 1024);
/// int[] ids = tokenizer.Encode("To be or not to be");
/// string same = tokenizer.Decode(ids);
/// </code>
/// </remarks>
public abstract class Tokenizer
{
    private readonly byte[] bytes;
    private readonly int[] offsets;

    /// <param name="tokens">The UTF-8 bytes of each token.</param>
    private protected Tokenizer(IReadOnlyList<byte[]> tokens)
    {
        offsets = new int[tokens.Count + 1];
        for (int i = 0; i < tokens.Count; i++)
        {
            offsets[i + 1] = checked(offsets[i] + tokens[i].Length);
        }

        bytes = new byte[offsets[^1]];
        for (int i = 0; i < tokens.Count; i++)
        {
            tokens[i].CopyTo(bytes, offsets[i]);
        }
    }

    /// <summary>The number of tokens; they are numbered from 0 on.</summary>
    public int VocabularySize => offsets.Length - 1;

    /// <summary>Converts a text to the numbers of its tokens.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, List{int})"/>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        List<int> ids = [];
        Encode(text, ids);
        return [.. ids];
    }

    /// <summary>Appends the numbers of a text's tokens to a list.</summary>
    /// <exception cref="ArgumentException">
    /// The text is not valid Unicode, or has a character that the tokenizer does not know; the message names its position.
    /// </exception>
    public abstract void Encode(ReadOnlySpan<char> text, List<int> ids);

    /// <summary>Gets the UTF-8 bytes of a token; they may be a part of a character.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlySpan<byte> GetBytes(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)VocabularySize, nameof(id));
        return bytes.AsSpan(offsets[id]..offsets[id + 1]);
    }

    /// <summary>Converts tokens to the bytes that they stand for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public byte[] DecodeBytes(ReadOnlySpan<int> ids)
    {
        List<byte> result = [];
        foreach (int id in ids)
        {
            result.AddRange(GetBytes(id));
        }

        return [.. result];
    }

    /// <summary>Converts tokens to a text; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString(DecodeBytes(ids));

    /// <summary>Throws unless a text is valid Unicode.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parameter">The parameter for the exception.</param>
    /// <param name="name">The text in the message.</param>
    private protected static void CheckUnicode(ReadOnlySpan<char> text, string parameter, string name = "The text")
    {
        for (int i = 0, length; i < text.Length; i += length)
        {
            if (Rune.DecodeFromUtf16(text[i..], out _, out length) != OperationStatus.Done)
            {
                throw new ArgumentException(
                    $"{name} is not valid Unicode: half of a surrogate pair is missing at position {i}.", parameter);
            }
        }
    }

    /// <summary>Throws unless a text to learn from is not null and valid Unicode.</summary>
    private protected static void CheckText(string text, int number)
    {
        ArgumentNullException.ThrowIfNull(text, "texts");
        CheckUnicode(text, "texts", $"Text {number}");
    }
}
