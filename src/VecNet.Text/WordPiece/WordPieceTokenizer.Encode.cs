using System.Buffers;
using System.Runtime.CompilerServices;

namespace VecNet.Text;

/// <content>Texts to tokens.</content>
public sealed partial class WordPieceTokenizer
{
    /// <summary>The number of characters of a word whose buffer is on the stack.</summary>
    private const int MostOnStack = 128;

    /// <summary>The number of tokens that a text without a word has.</summary>
    private const int FewestTokens = 2;

    /// <summary>Converts a text to tokens, the first and the last of which are <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The largest number of tokens, at least 2. A longer text is cut, but not its last token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is less than 2.</exception>
    [SkipLocalsInit]
    public int[] Encode(ReadOnlySpan<char> text, int maxLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, FewestTokens);
        Span<int> few = stackalloc int[256];
        few = few[..Math.Min(few.Length, maxLength)];
        if (TryEncode(text, few, out int count) || few.Length == maxLength)
        {
            return few[..count].ToArray();
        }

        int[] ids = new int[Math.Min(CountTokens(text), maxLength)];
        Encode(text, ids);
        return ids;
    }

    /// <summary>Converts a text to tokens, the first and the last of which are <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">
    /// Receives the tokens; it has room for at least 2. If a text has more tokens than there is room for, it is cut, but not its last
    /// token.
    /// </param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="ArgumentException">There is no room for 2 tokens.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        TryEncode(text, ids, out int count);
        return count;
    }

    /// <summary>Converts a text to tokens, and finds the part of the text that each of them is made from.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">
    /// Receives the tokens; it has room for at least 2. If a text has more tokens than there is room for, it is cut, but not its last
    /// token.
    /// </param>
    /// <param name="ranges">
    /// Receives a range of the text for each token, from the beginning of its first character to the end of its last; empty ranges at the
    /// beginning and the end of the text for the first and the last token. At least as long as <paramref name="ids"/>.
    /// </param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="ArgumentException">There is no room for 2 tokens, or for fewer ranges than tokens.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges)
    {
        if (ranges.Length < ids.Length)
        {
            throw new ArgumentException($"There is room for {ranges.Length} ranges, but for {ids.Length} tokens.", nameof(ranges));
        }

        TryEncode(text, ids, ranges, out int count);
        return count;
    }

    /// <summary>Converts a text to tokens, the first and the last of which are <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the tokens; it has room for at least 2.</param>
    /// <param name="count">The number of tokens.</param>
    /// <returns>Whether there was room for all tokens; if not, the text has been cut, but not its last token.</returns>
    /// <exception cref="ArgumentException">There is no room for 2 tokens.</exception>
    public bool TryEncode(ReadOnlySpan<char> text, Span<int> ids, out int count) => TryEncode(text, ids, [], out count);

    /// <summary>Counts the tokens of a text, with the first and the last.</summary>
    /// <param name="text">The text.</param>
    public int CountTokens(ReadOnlySpan<char> text) => Run(text, [], [], int.MaxValue - FewestTokens) + 1;

    private bool TryEncode(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, out int count)
    {
        if (ids.Length < FewestTokens)
        {
            throw new ArgumentException(
                $"There is room for {ids.Length} tokens, but each text has {FewestTokens}, the first and the last.", nameof(ids));
        }

        int last = ids.Length - 1, found = Run(text, ids[..last], ranges, last);
        count = Math.Min(found, last);
        ids[count] = SeparatorId;
        if (!ranges.IsEmpty)
        {
            ranges[count] = text.Length..text.Length;
        }

        count++;
        return found <= last;
    }

    /// <summary>Finds the tokens of a text without the last.</summary>
    /// <returns>Their number, or a number above <paramref name="most"/>.</returns>
    [SkipLocalsInit]
    private int Run(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, int most)
    {
        int room = WordPieceEncoding.RoomOf(Options.MaxCharactersPerWord), places = ranges.IsEmpty ? 0 : 2 * room;
        byte[]? rented = null;
        int[]? rentedPlaces = null;
        if (Options.MaxCharactersPerWord > MostOnStack)
        {
            rented = ArrayPool<byte>.Shared.Rent(room);
            rentedPlaces = ArrayPool<int>.Shared.Rent(places);
        }

        var encoding = new WordPieceEncoding(
            vocabulary, text, ids, ranges, most,
            rented is null ? stackalloc byte[room] : rented,
            rentedPlaces is null ? stackalloc int[places] : rentedPlaces.AsSpan(0, places));
        encoding.AddToken(ClassificationId, 0, 0);
        encoding.AddText();
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
            ArrayPool<int>.Shared.Return(rentedPlaces!);
        }

        return encoding.Count;
    }
}
