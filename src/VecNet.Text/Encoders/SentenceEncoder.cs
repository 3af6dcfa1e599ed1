namespace VecNet.Text;

/// <summary>
/// A pretrained encoder of the family of BERT, which turns a text into a vector: texts that mean similar things get vectors with a large
/// cosine.
/// </summary>
/// <remarks>
/// <para>
/// It reads the models of sentence-transformers and of Hugging Face: BERT (MiniLM is one), DistilBERT and RoBERTa. The result of a text is
/// that of PyTorch within the rounding of single precision.
/// </para>
/// <para>
/// Any number of threads may use one encoder; the vector of a text has the same bits alone or together with others, in any order and on any
/// number of threads. Texts are encoded without padding, many tokens at a time. A warm call allocates nothing but its result.
/// </para>
/// <para>
/// The weights are in memory once: matrices in the order in which products read them, and the vectors of the vocabulary, if the model is a
/// file, in its mapped memory. Replace the file of a model that is in use by another file; do not write into it.
/// </para>
/// <para>Source: Reimers, Gurevych, "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks", 2019.</para>
/// <code>
/// SentenceEncoder encoder = SentenceEncoder.Load("all-MiniLM-L6-v2");
/// float[] vector = encoder.Encode("How is the weather today?");
/// </code>
/// </remarks>
public sealed partial class SentenceEncoder
{
    private readonly EncoderModel model;
    private readonly Pool<EncodingBatch> batches = new();
    private readonly Pool<EncodingJob> jobs = new();

    /// <summary>Creates an encoder of files that have been opened.</summary>
    internal SentenceEncoder(EncoderFiles files)
    {
        model = files.CreateModel();
        Tokenizer = files.Tokenizer;
        MaxTokens = files.MaxTokens;
        Pooling = files.Pooling;
        Normalizes = files.Normalizes;
    }

    /// <summary>The length of a vector.</summary>
    public int Dimension => model.Dimension;

    /// <summary>The most tokens of a text, with the first and the last: what follows is cut off.</summary>
    public int MaxTokens { get; }

    /// <summary>The number of tokens that the model knows.</summary>
    public int VocabularySize => model.VocabularySize;

    /// <summary>
    /// The tokenizer, a <see cref="WordPieceTokenizer"/> or a <see cref="ByteLevelTokenizer"/>; null if the model has another one, and
    /// takes only tokens.
    /// </summary>
    public PretrainedTokenizer? Tokenizer { get; }

    /// <summary>How the rows of a text's tokens become one vector.</summary>
    public PoolingMode Pooling { get; }

    /// <summary>Whether vectors are divided by their lengths.</summary>
    public bool Normalizes { get; }

    /// <summary>Loads a model from its folder, or from an ONNX file.</summary>
    /// <remarks>
    /// <para>
    /// A folder has <c>config.json</c>, <c>model.safetensors</c>, or several files and their index <c>model.safetensors.index.json</c>, and
    /// the tokenizer: <c>tokenizer.json</c>, <c>vocab.txt</c>, or <c>vocab.json</c> and <c>merges.txt</c>. A model of sentence-transformers
    /// also has <c>modules.json</c>, <c>1_Pooling/config.json</c>, perhaps <c>2_Dense</c>, and <c>sentence_bert_config.json</c>, which say
    /// how vectors are made. Numbers of 16 bits are widened.
    /// </para>
    /// <para>
    /// An ONNX file is one that PyTorch exported, with its weights inside, and <c>vocab.txt</c> or <c>tokenizer.json</c> beside it. Its
    /// graph is not run: it only says which matrix is which. Without a folder of sentence-transformers, vectors are means of length 1.
    /// </para>
    /// </remarks>
    /// <param name="path">The folder, or the ONNX file.</param>
    /// <param name="options">Options that take precedence over the files; null for none.</param>
    /// <exception cref="InvalidDataException">
    /// A file is malformed, the architecture is not supported, a tensor is missing, of another shape or type, or has a number that is not
    /// finite, or the vocabulary does not fit the weights; the message names the file.
    /// </exception>
    /// <exception cref="IOException">A file is missing, or cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static SentenceEncoder Load(string path, SentenceEncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        options.Check(nameof(options));
        return new(EncoderFiles.Open(path, options));
    }

    /// <summary>Loads a model from the streams of an ONNX file and of its vocabulary, which are read to their ends and left open.</summary>
    /// <remarks>
    /// <code>
    /// Assembly program = typeof(Program).Assembly;
    /// using Stream model = program.GetManifestResourceStream("model.onnx")!, vocabulary = program.GetManifestResourceStream("vocab.txt")!;
    /// SentenceEncoder encoder = SentenceEncoder.Load(model, vocabulary, new SentenceEncoderOptions { MaxTokens = 256 });
    /// </code>
    /// </remarks>
    /// <param name="model">The ONNX file.</param>
    /// <param name="vocabulary"><c>vocab.txt</c> or <c>tokenizer.json</c>.</param>
    /// <param name="options">Options; null for means over at most as many tokens as there are positions, of length 1.</param>
    /// <exception cref="InvalidDataException">
    /// The content of a stream is malformed, the model is not supported, or the vocabulary does not fit the weights.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static SentenceEncoder Load(Stream model, Stream vocabulary, SentenceEncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(vocabulary);
        options ??= new();
        options.Check(nameof(options));
        return new(EncoderFiles.Read(model, vocabulary, options));
    }

    /// <summary>Memory for a batch, to be given back.</summary>
    internal EncodingBatch Take() => batches.Take() ?? new(model);

    /// <summary>Gives the memory of a batch back.</summary>
    internal void Return(EncodingBatch batch) => batches.Return(batch);
}
