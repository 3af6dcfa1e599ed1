using System.Text;

namespace VecNet.Text;

/// <summary>What a <see cref="WordPieceTokenizer"/> looks up: pieces of words, special tokens, and what becomes of characters.</summary>
internal sealed class WordPieceVocabulary
{
    internal readonly WordPieceOptions Options;
    internal readonly TokenTexts Tokens;
    internal readonly CharacterTable Characters;

    /// <summary>Words and beginnings of words, and what continues words, without its prefix.</summary>
    internal readonly PieceTable Words, Continuations;

    /// <summary>The identifiers of the ASCII characters that are words of their own.</summary>
    internal readonly int[] AsciiIds = new int[128];
    internal readonly int Unknown, Classification, Separator;
    internal readonly int? Padding, Mask;

    /// <summary>The tokens that a text may contain: those that are searched for in the text, and those in the normalized text.</summary>
    internal readonly AddedTokenSearch Added, AddedToNormalized;

    /// <summary>The memory of texts that are normalized for a search.</summary>
    internal readonly Pool<NormalizedText> NormalizedTexts = new();
    private readonly Dictionary<string, int> addedIds = new(StringComparer.Ordinal);
    private readonly HashSet<int> specialIds = [];

    /// <param name="options">The options.</param>
    /// <param name="tokens">The vocabulary.</param>
    /// <param name="place">Describes the place of a token for messages.</param>
    /// <param name="added">
    /// The tokens that a text may contain; null for the special tokens of the options.
    /// </param>
    /// <exception cref="InvalidDataException">A token is not valid, occurs twice or is missing.</exception>
    internal WordPieceVocabulary(
        WordPieceOptions options, TokenTexts tokens, Func<int, string> place, IReadOnlyList<AddedToken>? added = null)
    {
        (Options, Tokens) = (options, tokens);
        Characters = CharacterTable.Get(
            options.RemoveControlCharacters,
            options.Lowercase,
            options.StripAccents ?? options.Lowercase,
            options.SeparateChineseCharacters);
        (Words, Continuations) = FillTables(place, [.. (added ?? []).Where(token => !token.IsWord).Select(token => token.Id)]);
        AddedToken[] allAdded = [.. added ?? FindSpecial()];
        foreach (AddedToken token in allAdded)
        {
            addedIds.TryAdd(token.Text, token.Id);
            if (token.IsSpecial)
            {
                specialIds.Add(token.Id);
            }
        }

        Added = new(allAdded.Where(token => !token.IsNormalized));
        AddedToNormalized = new(allAdded.Where(token => token.IsNormalized), Normalize);
        Unknown = Required(options.UnknownToken, "words that it cannot spell");
        Classification = Required(options.ClassificationToken, "the beginning of a text");
        Separator = Required(options.SeparatorToken, "the end of a text");
        Padding = Find(options.PaddingToken);
        Mask = Find(options.MaskToken);
        for (int character = 0; character < AsciiIds.Length; character++)
        {
            int id = Words.Find((ulong)character);
            AsciiIds[character] = id < 0 ? Unknown : id;
        }
    }

    /// <summary>Finds the identifier of a token.</summary>
    internal int? Find(ReadOnlySpan<char> token)
    {
        if (addedIds.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out int addedId))
        {
            return addedId;
        }

        // Keys are filled up with U+0000, which no token has.
        if (token.IsEmpty || token.Contains('\0'))
        {
            return null;
        }

        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(token.Length) + PieceTable.KeyBytes];
        int length = Encoding.UTF8.GetBytes(token, bytes), start = 0;
        bool continues = token.Length > Options.ContinuationPrefix.Length
            && token.StartsWith(Options.ContinuationPrefix, StringComparison.Ordinal);
        if (continues)
        {
            start = Encoding.UTF8.GetByteCount(Options.ContinuationPrefix);
        }

        int found = length - start;
        int id = (continues ? Continuations : Words).FindLongest(bytes.AsSpan(start), ref found);
        return id >= 0 && found == length - start ? id : null;
    }

    /// <summary>Whether a token is left out of the texts of tokens.</summary>
    internal bool IsSpecial(int id) => specialIds.Contains(id);

    private string Normalize(string text)
    {
        var normalized = new NormalizedText();
        normalized.Set(text, this, offset: 0, needsPlaces: false);
        return normalized.Text.ToString();
    }

    private (PieceTable Words, PieceTable Continuations) FillTables(Func<int, string> place, HashSet<int> noWords)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(Options.ContinuationPrefix);
        List<(ReadOnlyMemory<byte>, int)> words = new(Tokens.Count), continuations = [];
        for (int id = 0; id < Tokens.Count; id++)
        {
            ReadOnlyMemory<byte> token = Tokens.MemoryOf(id);
            if (token.Span.Contains((byte)0))
            {
                throw new InvalidDataException($"The token in {place(id)} has the character U+0000: this is no vocabulary.");
            }

            bool continues = token.Span.StartsWith(prefix) && token.Length > prefix.Length;
            if (!token.IsEmpty && !noWords.Contains(id))
            {
                (continues ? continuations : words).Add((continues ? token[prefix.Length..] : token, id));
            }
        }

        PieceTable wordTable = new(words, out (int, int)? sameWord), rest = new(continuations, out (int, int)? sameContinuation);
        return (sameWord ?? sameContinuation) is var (first, second)
            ? throw new InvalidDataException(
                $"The token \"{Tokens.TextOf(first)}\" occurs twice, in {place(first)} and {place(second)}.")
            : (wordTable, rest);
    }

    /// <summary>The special tokens that the vocabulary has.</summary>
    private AddedToken[] FindSpecial()
    {
        string[] names =
            [Options.UnknownToken, Options.ClassificationToken, Options.SeparatorToken, Options.PaddingToken, Options.MaskToken];
        return [.. names.Distinct().Select(name => new AddedToken(name, Find(name) ?? -1, true)).Where(token => token.Id >= 0)];
    }

    private int Required(string token, string purpose) => Find(token) ?? throw new InvalidDataException(
        $"The vocabulary of {Tokens.Count} tokens has no token \"{token}\", which stands for {purpose}.");
}
