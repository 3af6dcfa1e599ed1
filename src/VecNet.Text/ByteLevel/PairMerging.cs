namespace VecNet.Text;

/// <summary>
/// Byte-pair encoding of one word: of all pairs of tokens side by side the first of the list is merged, until none is left.
/// </summary>
/// <remarks>
/// Pairs are in a priority queue, a binary heap of their ranks and places, so that a word of n bytes takes a time of n·log n. A pair in
/// the queue whose tokens have been merged with others is passed over.
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016.
/// </remarks>
internal ref struct PairMerging
{
    private readonly ByteLevelVocabulary vocabulary;
    private readonly Span<int> ids, nexts, previous;
    private readonly Span<ulong> queue;
    private int waiting, length;

    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="links">Room for <see cref="LinksFor"/> integers.</param>
    /// <param name="queue">Room for <see cref="QueueFor"/> integers.</param>
    internal PairMerging(ByteLevelVocabulary vocabulary, Span<int> links, Span<ulong> queue)
    {
        this.vocabulary = vocabulary;
        this.queue = queue;
        int most = links.Length / 3;
        ids = links[..most];
        nexts = links.Slice(most, most);
        previous = links.Slice(2 * most, most);
    }

    /// <summary>The room that a word needs.</summary>
    internal static int LinksFor(int bytes) => 3 * bytes;

    /// <summary>The room that a word needs: bytes have pairs, and a merge takes one and makes up to two.</summary>
    internal static int QueueFor(int bytes) => 2 * bytes;

    /// <summary>The token that begins with a byte.</summary>
    internal readonly int IdAt(int first) => ids[first];

    /// <summary>The end of the token that begins with a byte.</summary>
    internal readonly int EndOf(int first) => nexts[first];

    /// <summary>Finds the tokens of a word.</summary>
    internal void Run(ReadOnlySpan<byte> word)
    {
        (waiting, length) = (0, word.Length);
        for (int i = 0; i < word.Length; i++)
        {
            (ids[i], nexts[i], previous[i]) = (vocabulary.ByteIds[word[i]], i + 1, i - 1);
        }

        for (int i = 0; i + 1 < word.Length; i++)
        {
            Add(i);
        }

        while (waiting > 0)
        {
            ulong pair = Take();
            int left = (int)(uint)pair, right = nexts[left];
            if (ids[left] < 0 || right == length || !vocabulary.TryMerge(ids[left], ids[right], out ByteLevelVocabulary.Merge merge)
                || merge.Rank != (int)(pair >> 32))
            {
                continue;
            }

            int after = nexts[right];
            (ids[left], ids[right], nexts[left]) = (merge.Id, -1, after);
            if (after < length)
            {
                previous[after] = left;
                Add(left);
            }

            if (previous[left] >= 0)
            {
                Add(previous[left]);
            }
        }
    }

    /// <summary>Adds the pair that begins with a token, if it can be merged.</summary>
    private void Add(int left)
    {
        if (!vocabulary.TryMerge(ids[left], ids[nexts[left]], out ByteLevelVocabulary.Merge merge))
        {
            return;
        }

        ulong pair = ((ulong)merge.Rank << 32) | (uint)left;
        int place = waiting++;
        for (int parent; place > 0 && queue[parent = (place - 1) / 2] > pair; place = parent)
        {
            queue[place] = queue[parent];
        }

        queue[place] = pair;
    }

    /// <summary>Takes the pair of the lowest rank, and of these the first.</summary>
    private ulong Take()
    {
        ulong first = queue[0], last = queue[--waiting];
        int place = 0;
        for (int child; (child = (2 * place) + 1) < waiting; place = child)
        {
            child += child + 1 < waiting && queue[child + 1] < queue[child] ? 1 : 0;
            if (queue[child] >= last)
            {
                break;
            }

            queue[place] = queue[child];
        }

        queue[place] = last;
        return first;
    }
}
