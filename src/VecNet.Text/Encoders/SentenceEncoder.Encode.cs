namespace VecNet.Text;

/// <content>Texts to vectors.</content>
public sealed partial class SentenceEncoder
{
    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text; the empty text has a vector, too. Half of a surrogate pair is ignored.</param>
    /// <returns>Its vector, of length <see cref="Dimension"/>.</returns>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public float[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimension];
        Encode(text, vector);
        return vector;
    }

    /// <summary>Encodes a text into memory of the caller; a warm call allocates nothing.</summary>
    /// <param name="text">The text; the empty text has a vector, too. Half of a surrogate pair is ignored.</param>
    /// <param name="vector">The vector, of length <see cref="Dimension"/>, overwritten.</param>
    /// <param name="threads">The maximum number of threads, the caller's included. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The memory has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not positive.</exception>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public void Encode(ReadOnlySpan<char> text, Span<float> vector, int threads = 1)
    {
        CheckTokenizer();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        CheckLength(vector, 1, nameof(vector));
        EncodingBatch batch = Take();
        try
        {
            batch.Clear();
            batch.Add(0, Tokenizer!.Encode(text, batch.Next(MaxTokens)));
            batch.Pool(batch.Run(int.Min(threads, Parallelism.MaxThreads)), 0, Pooling, Normalizes, vector);
        }
        finally
        {
            Return(batch);
        }
    }

    /// <summary>Encodes texts.</summary>
    /// <param name="texts">The texts, of any lengths in any order.</param>
    /// <param name="options">The number of threads and a function for the progress; null for one thread and none.</param>
    /// <param name="cancellationToken">Ends the call before the next pass of the network.</param>
    /// <returns>A row for each text.</returns>
    /// <exception cref="ArgumentException">A text is null, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public TensorBuffer<float> Encode(
        IReadOnlyList<string> texts, EncodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var vectors = new TensorBuffer<float>(texts.Count, Dimension);
        Encode(texts, vectors.Span, options, cancellationToken);
        return vectors;
    }

    /// <summary>Encodes texts into memory of the caller.</summary>
    /// <param name="texts">The texts, of any lengths in any order.</param>
    /// <param name="vectors">
    /// The vectors, one after another, overwritten; if the call fails or is canceled, some of them may have been written.
    /// </param>
    /// <param name="options">The number of threads and a function for the progress; null for one thread and none.</param>
    /// <param name="cancellationToken">Ends the call before the next pass of the network.</param>
    /// <exception cref="ArgumentException">A text is null, the memory has another length, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public void Encode(
        IReadOnlyList<string> texts,
        Span<float> vectors,
        EncodingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckTokenizer();
        options ??= new();
        options.Check(nameof(options));
        int count = texts.Count;
        CheckLength(vectors, count, nameof(vectors));
        for (int i = 0; i < count; i++)
        {
            if (texts[i] is null)
            {
                throw new ArgumentException($"Text {i} is null.", nameof(texts));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        EncodingJob job = jobs.Take() ?? new();
        try
        {
            job.Run(this, texts, count, vectors, options, cancellationToken);
        }
        finally
        {
            jobs.Return(job);
        }
    }

    /// <summary>Encodes texts that are given as tokens; a warm call allocates nothing.</summary>
    /// <remarks>
    /// <code>
    /// float[] vector = new float[encoder.Dimension];
    /// encoder.EncodeTokens([101, 7592, 102], new SequenceOffsets([0, 3]), vector);
    /// </code>
    /// </remarks>
    /// <param name="tokens">
    /// The tokens of all texts, one text after another, with the first and the last token that a tokenizer adds.
    /// </param>
    /// <param name="texts">
    /// The offsets of the texts. A text has at most as many tokens as the model has positions, even if these are more than
    /// <see cref="MaxTokens"/>; one without tokens gets zeros.
    /// </param>
    /// <param name="vectors">The vectors, one after another, overwritten.</param>
    /// <param name="threads">The maximum number of threads, the caller's included. Results do not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// The offsets or the memory do not fit, a text has too many tokens, or a token is not in the vocabulary; nothing has been written.
    /// </exception>
    public void EncodeTokens(ReadOnlySpan<int> tokens, SequenceOffsets texts, Span<float> vectors, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        CheckTokens(tokens, texts);
        CheckLength(vectors, texts.Count, nameof(vectors));
        EncodingJob job = jobs.Take() ?? new();
        try
        {
            job.Run(this, tokens, texts, vectors, threads);
        }
        finally
        {
            jobs.Return(job);
        }
    }

    /// <summary>Gets the last hidden state of a text, a row for each of its tokens: what the vector of the text is made from.</summary>
    /// <param name="tokens">The tokens, with the first and the last that a tokenizer adds.</param>
    /// <returns>
    /// Tokens × the width of the model, which is <see cref="Dimension"/> unless layers behind pooling change it.
    /// </returns>
    /// <exception cref="ArgumentException">There are too many tokens, or one is not in the vocabulary.</exception>
    public TensorBuffer<float> GetHiddenState(ReadOnlySpan<int> tokens)
    {
        CheckTokens(tokens, new([0, tokens.Length]));
        EncodingBatch batch = Take();
        try
        {
            batch.Clear();
            tokens.CopyTo(batch.Next(tokens.Length));
            batch.Add(0, tokens.Length);
            return TensorBuffer.Copy<float>(batch.Run(threads: 1));
        }
        finally
        {
            Return(batch);
        }
    }

    private void CheckTokenizer()
    {
        if (Tokenizer is null)
        {
            throw new InvalidOperationException("The tokenizer of the model is not supported: pass tokens to EncodeTokens.");
        }
    }

    private void CheckLength(ReadOnlySpan<float> vectors, int texts, string parameter)
    {
        long length = (long)texts * Dimension;
        if (vectors.Length != length)
        {
            throw new ArgumentException(
                $"There is room for {vectors.Length} numbers; {texts} vectors of {Dimension} have {length}.", parameter);
        }
    }

    private void CheckTokens(ReadOnlySpan<int> tokens, SequenceOffsets texts)
    {
        if (texts.Rows != tokens.Length)
        {
            throw new ArgumentException($"The texts have {texts.Rows} tokens together; there are {tokens.Length}.", nameof(texts));
        }

        for (int text = 0; text < texts.Count; text++)
        {
            if (texts.GetLength(text) > model.Positions.Rows)
            {
                throw new ArgumentException(
                    $"Text {text} has {texts.GetLength(text)} tokens; the model has {model.Positions.Rows} positions.", nameof(texts));
            }
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)VocabularySize)
            {
                throw new ArgumentException(
                    $"Token {i} is {tokens[i]}; the model knows those from 0 to {VocabularySize - 1}.", nameof(tokens));
            }
        }
    }
}
