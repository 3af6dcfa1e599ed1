using System.Runtime.CompilerServices;
using System.Text;

namespace VecNet.Text;

/// <summary>The tokenizer of GPT-2 and RoBERTa: byte-pair encoding of the UTF-8 of words (byte-level BPE).</summary>
/// <remarks>
/// <para>
/// Every text has tokens, and <see cref="Decode"/> gives it back. Half of a surrogate pair is read as U+FFFD. A space belongs to the word
/// after it; vocabularies write it as <c>Ġ</c>. Time grows with n·log n for a text of n characters, and no call but those that return
/// arrays or strings allocates memory. Any number of threads may use one tokenizer.
/// </para>
/// <para>
/// <see cref="BytePairTokenizer"/> is another tokenizer of this kind, which is learned from texts and saved with a model.
/// </para>
/// <para>
/// Source: Radford, Wu, Child, Luan, Amodei, Sutskever, "Language Models are Unsupervised Multitask Learners", 2019.
/// </para>
/// <code>
/// ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load("gpt2");
/// int[] ids = tokenizer.Encode("To be or not to be");
/// string text = tokenizer.Decode(ids);
/// </code>
/// </remarks>
public sealed class ByteLevelTokenizer : PretrainedTokenizer
{
    private readonly ByteLevelVocabulary vocabulary;

    /// <summary>Creates a tokenizer from its tokens and the pairs of them that are merged.</summary>
    /// <param name="tokens">
    /// The tokens in the order of their identifiers, in the letters that vocabularies write bytes with; those of all 256 bytes are among
    /// them. An empty one is an identifier without a token.
    /// </param>
    /// <param name="merges">The pairs, the first ones first.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A token occurs twice; that of a byte, of a pair, or the first or the last one of a text is missing; or an option is not valid.
    /// </exception>
    public ByteLevelTokenizer(
        IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> merges, ByteLevelOptions? options = null)
        : this(ByteLevelFiles.Create(tokens, merges, options ?? new()))
    {
    }

    internal ByteLevelTokenizer(ByteLevelVocabulary vocabulary) => this.vocabulary = vocabulary;

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Tokens.Length;

    private protected override int? FirstId => vocabulary.First;

    private protected override int? LastId => vocabulary.Last;

    /// <summary>Reads a tokenizer from the directory of a model, or from <c>tokenizer.json</c>.</summary>
    /// <param name="path">
    /// A directory with <c>tokenizer.json</c>, or with <c>vocab.json</c> and <c>merges.txt</c>; or the file <c>tokenizer.json</c>.
    /// </param>
    /// <param name="options">
    /// The options; null for those of <c>tokenizer.json</c>, or, beside the other two files, of <c>tokenizer_config.json</c>,
    /// <c>special_tokens_map.json</c> and <c>added_tokens.json</c>, with the defaults of GPT-2 or of RoBERTa.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// A file is malformed, or describes another tokenizer than this; the message begins with its path.
    /// </exception>
    /// <exception cref="IOException">A file is missing, or cannot be read.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static ByteLevelTokenizer Load(string path, ByteLevelOptions? options = null) => new(ByteLevelFiles.Load(path, options));

    /// <summary>Reads a tokenizer from the content of <c>tokenizer.json</c>.</summary>
    /// <param name="stream">The content, which is read to its end.</param>
    /// <param name="options">The options; null for those of the file.</param>
    /// <exception cref="InvalidDataException">The content is malformed, or describes another tokenizer than this.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static ByteLevelTokenizer Load(Stream stream, ByteLevelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(ByteLevelFiles.Read(stream, options));
    }

    /// <summary>Converts tokens to a text. Bytes that are not UTF-8, as half of a character, become U+FFFD.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var bytes = new MemoryStream();
        foreach (int id in ids)
        {
            string token = GetToken(id);
            AddedToken? added = vocabulary.AddedOf(id);
            if (added is null)
            {
                bytes.Write(ByteLetters.BytesOf(token));
            }
            else if (!added.IsSpecial || !skipSpecialTokens)
            {
                bytes.Write(Encoding.UTF8.GetBytes(added.Text));
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Gets a token as the vocabulary writes it, for example <c>Ġthe</c> for a space and the word <c>the</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public override string GetToken(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)VocabularySize, nameof(id));
        return vocabulary.Tokens[id];
    }

    /// <summary>Finds the identifier of a token, for example of <c>Ġthe</c>; null if the vocabulary does not have it.</summary>
    public override int? FindToken(ReadOnlySpan<char> token) => vocabulary.Find(token);

    [SkipLocalsInit]
    private protected override int Run(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, int most)
    {
        var encoding = new ByteLevelEncoding(
            vocabulary, text, ids, ranges, most,
            stackalloc byte[ByteLevelEncoding.MostOnStack],
            stackalloc int[PairMerging.LinksFor(ByteLevelEncoding.MostOnStack)],
            stackalloc ulong[PairMerging.QueueFor(ByteLevelEncoding.MostOnStack)]);
        if (FirstId is { } first)
        {
            encoding.AddToken(first, 0, 0);
        }

        encoding.AddText();
        return encoding.Count;
    }
}
