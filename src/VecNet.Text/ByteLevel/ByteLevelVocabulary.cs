using System.Buffers.Binary;

namespace VecNet.Text;

/// <summary>What a <see cref="ByteLevelTokenizer"/> looks up: bytes, pairs that are merged, whole words and added tokens.</summary>
internal sealed class ByteLevelVocabulary
{
    /// <summary>The number of bytes of the longest word that is found without merging.</summary>
    internal const int MostWhole = 15;

    internal readonly bool AddsPrefixSpace;

    /// <summary>The tokens as the vocabulary writes them; an empty one is an identifier without a token.</summary>
    internal readonly string[] Tokens;

    /// <summary>The identifiers of the bytes.</summary>
    internal readonly int[] ByteIds = new int[256];

    internal readonly int? First, Last;

    /// <summary>The tokens that a text may contain: those that are searched for first, and those that are searched for between.</summary>
    internal readonly AddedTokenSearch Added, AddedBetween;

    private readonly Dictionary<int, AddedToken> addedById = [];
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<ulong, Merge> merges;

    /// <summary>The words that are merged into one token, by their bytes and, as the last byte of the key, their number.</summary>
    private readonly PieceHash wholeWords;

    /// <param name="options">The options.</param>
    /// <param name="tokens">The tokens; null is an identifier without a token.</param>
    /// <param name="pairs">The pairs that are merged, the first ones first.</param>
    /// <param name="added">The tokens that a text may contain; null for the special tokens of the options.</param>
    /// <param name="place">Describes the place of a pair for messages.</param>
    /// <exception cref="InvalidDataException">A token occurs twice or is missing.</exception>
    internal ByteLevelVocabulary(
        ByteLevelOptions options,
        IReadOnlyList<string?> tokens,
        IReadOnlyList<(string Left, string Right)> pairs,
        IReadOnlyList<AddedToken>? added,
        Func<int, string> place)
    {
        AddsPrefixSpace = options.AddsPrefixSpace;
        Tokens = [.. tokens.Select(token => token ?? "")];
        ids = new(Tokens.Length);
        for (int id = 0; id < Tokens.Length; id++)
        {
            if (Tokens[id].Length > 0 && !ids.TryAdd(Tokens[id], id))
            {
                throw new InvalidDataException($"The token \"{Tokens[id]}\" occurs twice, as {ids[Tokens[id]]} and {id}.");
            }
        }

        for (int value = 0; value < ByteIds.Length; value++)
        {
            string letter = ByteLetters.Of(value).ToString();
            ByteIds[value] = Find(letter) ?? throw new InvalidDataException(
                $"The vocabulary has no token \"{letter}\", which stands for the byte {value}: it is not one of bytes, as GPT-2's is.");
        }

        merges = new(pairs.Count);
        for (int rank = 0; rank < pairs.Count; rank++)
        {
            (string left, string right) = pairs[rank];
            merges[KeyOf(IdOf(left, rank, place), IdOf(right, rank, place))] = new(rank, IdOf(left + right, rank, place));
        }

        First = Required(options.FirstToken, "the beginning of a text");
        Last = Required(options.LastToken, "the end of a text");
        AddedToken[] allAdded = [.. added ?? SpecialOf(options)];
        foreach (AddedToken token in allAdded)
        {
            addedById.TryAdd(token.Id, token);
        }

        Added = new(allAdded.Where(token => !token.IsNormalized));
        AddedBetween = new(allAdded.Where(token => token.IsNormalized));
        wholeWords = FindWholeWords();
    }

    /// <summary>Finds the identifier of a token.</summary>
    internal int? Find(ReadOnlySpan<char> token) =>
        ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out int id) ? id : null;

    /// <summary>The token that has been added to the vocabulary as an identifier; null if it is none of them.</summary>
    internal AddedToken? AddedOf(int id) => addedById.GetValueOrDefault(id);

    /// <summary>Finds what becomes of two tokens side by side.</summary>
    internal bool TryMerge(int left, int right, out Merge merge) => merges.TryGetValue(KeyOf(left, right), out merge);

    /// <summary>Finds the token that a word of up to <see cref="MostWhole"/> bytes is merged into.</summary>
    /// <param name="word">The word, and room for 16 bytes in all, which is overwritten.</param>
    /// <param name="length">The length of the word.</param>
    /// <returns>The identifier, or −1.</returns>
    internal int FindWhole(Span<byte> word, int length)
    {
        (ulong low, ulong high) = KeyOf(word, length);
        return wholeWords.Find(low, high);
    }

    private static (ulong Low, ulong High) KeyOf(Span<byte> word, int length)
    {
        word[length..MostWhole].Clear();
        word[MostWhole] = (byte)length;
        return (BinaryPrimitives.ReadUInt64LittleEndian(word), BinaryPrimitives.ReadUInt64LittleEndian(word[8..]));
    }

    private static ulong KeyOf(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int IdOf(string token, int rank, Func<int, string> place) => Find(token) ?? throw new InvalidDataException(
        $"The pair in {place(rank)} needs the token \"{token}\", which the vocabulary does not have.");

    private int? Required(string? token, string purpose) => token is null ? null : Find(token) ?? throw new InvalidDataException(
        $"The vocabulary of {Tokens.Length} tokens has no token \"{token}\", which stands for {purpose}.");

    private IEnumerable<AddedToken> SpecialOf(ByteLevelOptions options) => options.AllSpecial
        .Where(token => Find(token) is not null).Select(token => new AddedToken(token, Find(token)!.Value, isSpecial: true));

    /// <summary>Merges the bytes of each short token: most become this token again.</summary>
    private PieceHash FindWholeWords()
    {
        List<PieceHash.Entry> entries = new(Tokens.Length);
        Span<byte> word = stackalloc byte[MostWhole + 1];
        Span<int> links = stackalloc int[PairMerging.LinksFor(MostWhole)];
        Span<ulong> queue = stackalloc ulong[PairMerging.QueueFor(MostWhole)];
        for (int id = 0; id < Tokens.Length; id++)
        {
            byte[] bytes = Tokens[id].Length is > 0 and <= MostWhole && Tokens[id].All(letter => ByteLetters.ByteOf(letter) >= 0)
                ? ByteLetters.BytesOf(Tokens[id])
                : [];
            if (bytes.Length > 0)
            {
                var merging = new PairMerging(this, links, queue);
                merging.Run(bytes);
                if (merging.EndOf(0) == bytes.Length && merging.IdAt(0) == id)
                {
                    bytes.CopyTo(word);
                    (ulong low, ulong high) = KeyOf(word, bytes.Length);
                    entries.Add(new(low, high, id));
                }
            }
        }

        return new(entries, out _);
    }

    /// <summary>What becomes of a pair.</summary>
    /// <param name="rank">Its place among all pairs: of two the lower one is merged first.</param>
    /// <param name="id">The token.</param>
    internal readonly struct Merge(int rank, int id)
    {
        internal readonly int Rank = rank;
        internal readonly int Id = id;
    }
}
