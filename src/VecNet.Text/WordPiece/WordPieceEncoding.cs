using System.Numerics;

namespace VecNet.Text;

/// <summary>One call of a <see cref="WordPieceTokenizer"/>: the word that is being read, and the tokens so far.</summary>
/// <remarks>
/// Words of ASCII letters and digits are found in a <see cref="AsciiBlock"/>, whose bytes are their keys. Every other word is normalized
/// character by character into a buffer.
/// </remarks>
internal ref partial struct WordPieceEncoding
{
    private readonly WordPieceVocabulary vocabulary;
    private ReadOnlySpan<char> text;
    private readonly Span<int> ids;
    private readonly Span<Range> ranges;
    private readonly int most;
    private readonly int maxCharacters;

    /// <summary>The UTF-8 of the word, and where in the text the character of each byte is (if ranges are asked for).</summary>
    private readonly Span<byte> bytes;
    private readonly Span<int> starts, ends;

    /// <summary>The bytes of an <see cref="AsciiBlock"/>.</summary>
    private readonly Span<byte> blockBytes;

    /// <summary>The word: its bytes, its characters, the place in the text, and the byte that reordering does not pass.</summary>
    private int length, characters, wordStart, wordEnd, barrier;

    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the first tokens.</param>
    /// <param name="ranges">Receives the range of the text of each of these tokens, or is empty.</param>
    /// <param name="most">The number of tokens after which nothing more needs to be known.</param>
    /// <param name="bytes">Room for a word: <see cref="RoomOf"/> bytes.</param>
    /// <param name="places">Twice as many integers, or none without ranges.</param>
    internal WordPieceEncoding(
        WordPieceVocabulary vocabulary, ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, int most, Span<byte> bytes,
        Span<int> places)
    {
        this.vocabulary = vocabulary;
        this.text = text;
        this.ids = ids;
        this.ranges = ranges;
        this.most = most;
        this.bytes = bytes[AsciiBlock.Room..];
        blockBytes = bytes[..AsciiBlock.Room];
        starts = places[..(places.Length / 2)];
        ends = places[(places.Length / 2)..];
        maxCharacters = vocabulary.Options.MaxCharactersPerWord;
    }

    /// <summary>The number of tokens, also of those that there is no room for.</summary>
    internal int Count { get; private set; }

    private readonly bool IsFull => Count > most;

    /// <summary>The bytes that the longest word takes, and what is read after a piece.</summary>
    internal static int RoomOf(int characters) => AsciiBlock.Room + (4 * characters) + PieceTable.KeyBytes;

    /// <summary>Adds the tokens of the text.</summary>
    internal void AddText() => AddText(vocabulary.Added, isNormalized: vocabulary.AddedToNormalized.IsEmpty);

    /// <summary>Adds a token that was found in a part of the text.</summary>
    internal void AddToken(int id, int start, int end)
    {
        if (Count < ids.Length)
        {
            ids[Count] = id;
            if (!ranges.IsEmpty)
            {
                ranges[Count] = start..end;
            }
        }

        Count++;
    }

    /// <summary>Adds the tokens of the text, and those that are written in it.</summary>
    /// <param name="added">The tokens that may be written in it.</param>
    /// <param name="isNormalized">Whether no others may be.</param>
    private void AddText(AddedTokenSearch added, bool isNormalized)
    {
        for (int place = 0, covered = 0; !IsFull;)
        {
            AddedTokenSearch.Match match = added.Find(text, place, covered);
            if (covered < match.Start && isNormalized)
            {
                AddPart(covered, match.Start);
            }
            else if (covered < match.Start)
            {
                AddNormalized(covered, match.Start);
            }

            if (match.Token is null)
            {
                return;
            }

            AddToken(match.Token.Id, match.Start, match.End);
            (place, covered) = (match.Next, match.End);
        }
    }

    /// <summary>Adds the tokens of a part of the text in whose normal form other tokens may be written.</summary>
    private void AddNormalized(int start, int end)
    {
        NormalizedText normalized = vocabulary.NormalizedTexts.Take() ?? new();
        normalized.Set(text[start..end], vocabulary, start, needsPlaces: !ranges.IsEmpty);
        ReadOnlySpan<char> original = text;
        int before = Count;
        text = normalized.Text;

        // Normalizing once more what has been normalized changes nothing.
        AddText(vocabulary.AddedToNormalized, isNormalized: true);
        text = original;
        for (int i = before; i < Count && i < ids.Length && !ranges.IsEmpty; i++)
        {
            ranges[i] = normalized.PlaceOf(ranges[i].Start.Value, ranges[i].End.Value);
        }

        vocabulary.NormalizedTexts.Return(normalized);
    }

    /// <summary>Adds the tokens of a part of the text that has no special token.</summary>
    private void AddPart(int place, int end)
    {
        bool lowers = vocabulary.Options.Lowercase;
        while (place < end && !IsFull)
        {
            AsciiBlock block = AsciiBlock.Read(text[place..end], lowers, blockBytes);
            place = AddBlock(block, place, end);
        }
    }

    /// <summary>Adds the tokens of a block of characters.</summary>
    /// <returns>The place after it, or where a word begins that does not end in it.</returns>
    private int AddBlock(AsciiBlock block, int start, int end)
    {
        int offset = 0;
        while (!IsFull)
        {
            ulong tokens = block.Tokens >> offset << offset;
            if (tokens == 0)
            {
                return Math.Min(start + AsciiBlock.Length, end);
            }

            offset = BitOperations.TrailingZeroCount(tokens);
            int place = start + offset;
            int letters = BitOperations.TrailingZeroCount(~(block.Letters >> offset));
            int next = offset + letters;
            if (letters == 0 && (block.Punctuation >> offset & 1) != 0)
            {
                AddToken(vocabulary.AsciiIds[text[place]], place, place + 1);
                offset++;
            }
            else if (letters is > 0 and <= PieceTable.KeyBytes && next < AsciiBlock.Length && (block.Other >> next & 1) == 0)
            {
                AddPieces(blockBytes[offset..], place, letters);
                offset = next;
            }
            else if (next == AsciiBlock.Length && offset > 0)
            {
                return place;
            }
            else
            {
                offset = AddWord(place, end) - start;
            }

            if (offset >= AsciiBlock.Length)
            {
                return start + offset;
            }
        }

        return start + offset;
    }

    /// <summary>Adds the pieces of a word of up to 16 ASCII characters, the longest first, or the unknown token.</summary>
    /// <param name="word">Its bytes, and what follows.</param>
    /// <param name="start">Where it begins in the text.</param>
    /// <param name="letters">The number of its characters.</param>
    private void AddPieces(ReadOnlySpan<byte> word, int start, int letters)
    {
        int before = Count;
        PieceTable table = vocabulary.Words;
        for (int place = 0, found; place < letters; place += found)
        {
            found = letters - place;
            int id = table.FindLongestShort(word[place..], ref found);
            if (id < 0 || letters > maxCharacters)
            {
                Count = before;
                AddToken(vocabulary.Unknown, start, start + letters);
                return;
            }

            AddToken(id, start + place, start + place + found);
            table = vocabulary.Continuations;
        }
    }

    /// <summary>Adds the pieces of the word in the buffer, the longest first, or the unknown token.</summary>
    private void AddPieces()
    {
        int before = Count;
        PieceTable table = vocabulary.Words;
        for (int start = 0, found; start < length; start += found)
        {
            found = length - start;
            int id = characters > maxCharacters ? -1 : table.FindLongest(bytes[start..], ref found);
            if (id < 0)
            {
                Count = before;
                AddToken(vocabulary.Unknown, wordStart, wordEnd);
                return;
            }

            (int first, int last) = starts.IsEmpty ? default : PlaceOf(start, start + found);
            AddToken(id, first, last);
            table = vocabulary.Continuations;
        }
    }

    /// <summary>The part of the text that some bytes of the word come from; reordered characters need not come in its order.</summary>
    private readonly (int Start, int End) PlaceOf(int first, int end)
    {
        (int start, int last) = (starts[first], ends[first]);
        for (int i = first + 1; i < end; i++)
        {
            start = Math.Min(start, starts[i]);
            last = Math.Max(last, ends[i]);
        }

        return (start, last);
    }
}
