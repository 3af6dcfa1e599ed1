using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace VecNet.Text;

/// <summary>BERT's tokenizer: divides texts into words, and words into the longest pieces that a vocabulary has.</summary>
/// <remarks>
/// <para>
/// The tokens are the same as those of Hugging Face's <c>tokenizers</c>, for every text, whether or not the platform has Unicode data
/// (<c>InvariantGlobalization</c>). Special tokens that are written in a text, such as <c>[MASK]</c>, become their own tokens. A lone
/// surrogate is read as U+FFFD, which is removed like control characters. Time is linear in the length of the text, and no call but those
/// that return arrays or strings allocates memory. Any number of threads may use one tokenizer.
/// </para>
/// <para>
/// It is no <see cref="Tokenizer"/>: the tokens of those are the bytes of the text, which can be generated and joined, and they are saved
/// with a model.
/// </para>
/// <para>
/// Source: Devlin, Chang, Lee, Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019.
/// </para>
/// <code>
/// WordPieceTokenizer tokenizer = WordPieceTokenizer.Load("all-MiniLM-L6-v2");
/// int[] ids = tokenizer.Encode("To be or not to be");
/// string text = tokenizer.Decode(ids);
/// </code>
/// </remarks>
public sealed class WordPieceTokenizer : PretrainedTokenizer
{
    /// <summary>The number of characters of a word whose buffer is on the stack.</summary>
    private const int MostOnStack = 128;

    private readonly WordPieceVocabulary vocabulary;

    /// <summary>Creates a tokenizer from its tokens, in the order of their identifiers.</summary>
    /// <param name="tokens">The tokens. An empty one is an identifier without a token.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A token occurs twice, has the character U+0000 or is not valid Unicode; the unknown token, the first or the last token of a text is
    /// missing; or an option is not valid.
    /// </exception>
    public WordPieceTokenizer(IReadOnlyList<string> tokens, WordPieceOptions? options = null)
        : this(VocabularyFile.Create(tokens, options ?? new()))
    {
    }

    private WordPieceTokenizer(WordPieceVocabulary vocabulary) => this.vocabulary = vocabulary;

    /// <summary>The options.</summary>
    public WordPieceOptions Options => vocabulary.Options;

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Tokens.Count;

    /// <summary>The identifier of words that the vocabulary cannot spell.</summary>
    public int UnknownId => vocabulary.Unknown;

    /// <summary>The identifier of the first token of each text.</summary>
    public int ClassificationId => vocabulary.Classification;

    /// <summary>The identifier of the last token of each text.</summary>
    public int SeparatorId => vocabulary.Separator;

    /// <summary>The identifier of the token that fills batches up; null if the vocabulary has none.</summary>
    public int? PaddingId => vocabulary.Padding;

    /// <summary>The identifier of the token that hides words in training; null if the vocabulary has none.</summary>
    public int? MaskId => vocabulary.Mask;

    private protected override int? FirstId => vocabulary.Classification;

    private protected override int? LastId => vocabulary.Separator;

    /// <summary>Reads a tokenizer from the directory of a model, from <c>tokenizer.json</c> or from <c>vocab.txt</c>.</summary>
    /// <param name="path">
    /// A directory with <c>tokenizer.json</c> or <c>vocab.txt</c>, and perhaps with <c>tokenizer_config.json</c>, whose values come first;
    /// or one of the two files, which is read once, front to back.
    /// </param>
    /// <param name="options">The options; null for those of the files, and for the defaults where these have none.</param>
    /// <exception cref="InvalidDataException">
    /// A file is malformed, or describes another tokenizer than this; the message begins with its path.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static WordPieceTokenizer Load(string path, WordPieceOptions? options = null) => new(VocabularyFile.Load(path, options));

    /// <summary>Reads a tokenizer from the content of <c>tokenizer.json</c>, which begins with a brace, or of <c>vocab.txt</c>.</summary>
    /// <param name="stream">The content, which is read to its end; lines of <c>vocab.txt</c> end with LF or CR LF.</param>
    /// <param name="options">The options; null for those of <c>tokenizer.json</c>, or for the defaults.</param>
    /// <exception cref="InvalidDataException">The content is malformed, or describes another tokenizer than this.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static WordPieceTokenizer Load(Stream stream, WordPieceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(VocabularyFile.Read(stream, options, null));
    }

    /// <summary>Converts tokens to a text: words in the form that the vocabulary has, separated by spaces.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <remarks>There is no space before a token that is a period, a comma, a question mark or an exclamation mark.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var result = new StringBuilder();
        bool isFirst = true;
        foreach (int id in ids)
        {
            string token = GetToken(id);
            if (skipSpecialTokens && vocabulary.IsSpecial(id))
            {
                continue;
            }

            bool continues = token.StartsWith(Options.ContinuationPrefix, StringComparison.Ordinal);
            if (!isFirst && !continues && token is not ("." or "," or "?" or "!"))
            {
                result.Append(' ');
            }

            result.Append(token.AsSpan(!isFirst && continues ? Options.ContinuationPrefix.Length : 0));
            isFirst = false;
        }

        return result.ToString();
    }

    /// <summary>Gets a token as the vocabulary has it, for example <c>##ing</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public override string GetToken(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)VocabularySize, nameof(id));
        return vocabulary.Tokens.TextOf(id);
    }

    /// <summary>Finds the identifier of a token, for example of <c>##ing</c>; null if the vocabulary does not have it.</summary>
    public override int? FindToken(ReadOnlySpan<char> token) => vocabulary.Find(token);

    [SkipLocalsInit]
    private protected override int Run(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, int most)
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
