using System.Buffers;
using System.Text;

namespace VecNet.Text;

/// <summary>One call of a <see cref="ByteLevelTokenizer"/>: the tokens so far, and memory for a word.</summary>
internal ref struct ByteLevelEncoding
{
    /// <summary>The number of bytes of a word whose memory is that of the caller.</summary>
    internal const int MostOnStack = 96;

    /// <summary>The number of characters of the longest word: up to three bytes for each of them, and three links for each byte.</summary>
    internal const int MaxWordLength = 238_000_000;

    private readonly ByteLevelVocabulary vocabulary;
    private readonly ReadOnlySpan<char> text;
    private readonly Span<int> ids;
    private readonly Span<Range> ranges;
    private readonly int most;
    private readonly Span<byte> bytes;
    private readonly Span<int> links;
    private readonly Span<ulong> queue;

    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the first tokens.</param>
    /// <param name="ranges">Receives the range of the text of each of these tokens, or is empty.</param>
    /// <param name="most">The number of tokens after which nothing more needs to be known.</param>
    /// <param name="bytes">Room for <see cref="MostOnStack"/> bytes.</param>
    /// <param name="links">Room for merging as many.</param>
    /// <param name="queue">Room for merging as many.</param>
    internal ByteLevelEncoding(
        ByteLevelVocabulary vocabulary, ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, int most, Span<byte> bytes,
        Span<int> links, Span<ulong> queue)
    {
        this.vocabulary = vocabulary;
        this.text = text;
        this.ids = ids;
        this.ranges = ranges;
        this.most = most;
        this.bytes = bytes;
        this.links = links;
        this.queue = queue;
    }

    /// <summary>The number of tokens, also of those that there is no room for.</summary>
    internal int Count { get; private set; }

    private readonly bool IsFull => Count > most;

    /// <summary>Adds the tokens of the text.</summary>
    internal void AddText() => AddText(vocabulary.Added, 0, text.Length);

    /// <summary>Checks that there can be memory for a word.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    internal static void CheckWord(int start, int end)
    {
        if (end - start > MaxWordLength)
        {
            throw new ArgumentException(
                $"The text has a word of {end - start} characters, from position {start} on; it may have up to {MaxWordLength}.", "text");
        }
    }

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

    /// <summary>Adds the tokens of a part of the text, and those that are written in it.</summary>
    private void AddText(AddedTokenSearch added, int start, int end)
    {
        ReadOnlySpan<char> part = text[start..end];
        for (int place = 0, covered = 0; !IsFull;)
        {
            AddedTokenSearch.Match match = added.Find(part, place, covered);
            if (covered < match.Start && added == vocabulary.Added && !vocabulary.AddedBetween.IsEmpty)
            {
                AddText(vocabulary.AddedBetween, start + covered, start + match.Start);
            }
            else if (covered < match.Start)
            {
                AddWords(start + covered, start + match.Start);
            }

            if (match.Token is null)
            {
                return;
            }

            AddToken(match.Token.Id, start + match.Start, start + match.End);
            (place, covered) = (match.Next, match.End);
        }
    }

    /// <summary>Adds the tokens of a part of the text that has no added token.</summary>
    private void AddWords(int place, int end)
    {
        bool followsSpace = vocabulary.AddsPrefixSpace && text[place] != ' ';
        while (place < end && !IsFull)
        {
            int length = WordEnds.Find(text[place..end], followsSpace);
            AddWord(place, place + length, followsSpace);
            place += length;
            followsSpace = false;
        }
    }

    private void AddWord(int start, int end, bool followsSpace)
    {
        CheckWord(start, end);
        int room = (3 * (end - start)) + 1;
        if (room <= MostOnStack)
        {
            AddWord(start, end, followsSpace, bytes, links, queue);
            return;
        }

        room = Encoding.UTF8.GetByteCount(text[start..end]) + ByteLevelVocabulary.MostWhole + 1;
        byte[] rentedBytes = ArrayPool<byte>.Shared.Rent(room);
        int[] rentedLinks = ArrayPool<int>.Shared.Rent(PairMerging.LinksFor(room));
        ulong[] rentedQueue = ArrayPool<ulong>.Shared.Rent(PairMerging.QueueFor(room));
        AddWord(start, end, followsSpace, rentedBytes, rentedLinks, rentedQueue);
        ArrayPool<byte>.Shared.Return(rentedBytes);
        ArrayPool<int>.Shared.Return(rentedLinks);
        ArrayPool<ulong>.Shared.Return(rentedQueue);
    }

    private void AddWord(
        int start, int end, bool followsSpace, Span<byte> wordBytes, Span<int> wordLinks, Span<ulong> wordQueue)
    {
        int length = 0;
        if (followsSpace)
        {
            wordBytes[length++] = (byte)' ';
        }

        length += Encoding.UTF8.GetBytes(text[start..end], wordBytes[length..]);
        if (length <= ByteLevelVocabulary.MostWhole && vocabulary.FindWhole(wordBytes, length) is >= 0 and var id)
        {
            AddToken(id, start, end);
            return;
        }

        var merging = new PairMerging(vocabulary, wordLinks, wordQueue);
        merging.Run(wordBytes[..length]);

        // The character at the place has so many bytes of the word before it.
        int place = start, before = followsSpace ? 1 : 0;
        for (int first = 0, next; first < length && !IsFull; first = next)
        {
            next = merging.EndOf(first);
            if (ranges.IsEmpty)
            {
                AddToken(merging.IdAt(first), 0, 0);
                continue;
            }

            while (place < end && before + Size(place, out int width) is var behind && behind <= first)
            {
                (place, before) = (place + width, behind);
            }

            int last = place, covered = before;
            while (last < end && covered < next)
            {
                covered += Size(last, out int units);
                last += units;
            }

            AddToken(merging.IdAt(first), place, last);
        }
    }

    /// <summary>The number of bytes of a character; half of a surrogate pair is written as U+FFFD.</summary>
    private readonly int Size(int place, out int units)
    {
        _ = Rune.DecodeFromUtf16(text[place..], out Rune rune, out units);
        return rune.Utf8SequenceLength;
    }
}
