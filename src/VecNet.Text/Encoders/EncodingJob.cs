namespace VecNet.Text;

/// <summary>The work of one call that encodes several texts: threads take texts until none is left.</summary>
/// <remarks>
/// A thread tokenizes texts until they have enough tokens for a pass. Which texts share a pass therefore depends on the threads, but their
/// vectors do not. The texts are not sorted: nothing is padded, so that texts of any lengths fill a pass. A call that fails has ended on
/// all threads when its exception is thrown, so that the job, like the batches, serves the next call.
/// </remarks>
internal sealed unsafe class EncodingJob : Work
{
    /// <summary>
    /// The number of tokens that ends a batch: from about 256 on, the weights are used often enough that reading them from memory does not
    /// matter, and the memory of a batch, 8 KB for each token of MiniLM, should stay in the caches.
    /// </summary>
    internal const int TokensOfBatch = 512;

    private readonly Lock reporting = new();
    private SentenceEncoder encoder = null!;
    private IReadOnlyList<string>? texts;
    private int* ids;
    private int* offsets;
    private float* destination;
    private int count;
    private int threads;
    private int next;
    private Action<EncodingProgress>? progress;
    private CancellationToken cancellation;
    private EncodingProgress done;

    /// <summary>Encodes texts.</summary>
    /// <param name="owner">The encoder.</param>
    /// <param name="given">The texts.</param>
    /// <param name="number">Their number. The list is not asked again: it may have grown since the vectors were checked.</param>
    /// <param name="vectors">A vector for each text.</param>
    /// <param name="options">The options.</param>
    /// <param name="token">Ends the work.</param>
    internal void Run(
        SentenceEncoder owner,
        IReadOnlyList<string> given,
        int number,
        Span<float> vectors,
        EncodingOptions options,
        CancellationToken token)
    {
        texts = given;
        progress = options.Progress;
        cancellation = token;
        Run(owner, number, default, default, vectors, options.Threads);
    }

    /// <summary>Encodes texts of which the tokens are known.</summary>
    internal void Run(SentenceEncoder owner, ReadOnlySpan<int> tokens, SequenceOffsets given, Span<float> vectors, int mostThreads) =>
        Run(owner, given.Count, tokens, given.AsSpan(), vectors, mostThreads);

    private void Run(
        SentenceEncoder owner, int texts, ReadOnlySpan<int> tokens, ReadOnlySpan<int> bounds, Span<float> vectors, int mostThreads)
    {
        encoder = owner;
        count = texts;
        threads = int.Min(mostThreads, Parallelism.MaxThreads);
        next = 0;
        done = default;
        fixed (int* pTokens = tokens, pBounds = bounds)
        fixed (float* pVectors = vectors)
        {
            ids = pTokens;
            offsets = pBounds;
            destination = pVectors;
            try
            {
                // Few texts are computed one after another, each by all threads.
                if (count < threads)
                {
                    Run(part: 0);
                }
                else
                {
                    Workers.Run(this, threads, threads);
                }
            }
            finally
            {
                this.texts = null;
                progress = null;
                cancellation = default;
            }
        }
    }

    internal override void Run(int part)
    {
        EncodingBatch batch = encoder.Take();
        try
        {
            while (Fill(batch))
            {
                TensorView<float> rows = batch.Run(count < threads ? threads : 1);
                for (int text = 0; text < batch.Count; text++)
                {
                    batch.Pool(
                        rows, text, encoder.Pooling, encoder.Normalizes,
                        new(destination + ((long)batch.NumberOf(text) * encoder.Dimension), encoder.Dimension));
                }

                Report(batch);
            }
        }
        catch
        {
            // The other threads need not go on.
            Volatile.Write(ref next, count);
            throw;
        }
        finally
        {
            encoder.Return(batch);
        }
    }

    /// <summary>Takes the texts of the next batch; near the end fewer of them, so that every thread has some.</summary>
    private bool Fill(EncodingBatch batch)
    {
        batch.Clear();
        int most = int.Max(1, (count - Volatile.Read(ref next) + threads - 1) / threads);
        while (batch.Rows < TokensOfBatch && batch.Count < most)
        {
            cancellation.ThrowIfCancellationRequested();
            int number = Interlocked.Increment(ref next) - 1;
            if ((uint)number >= (uint)count)
            {
                Volatile.Write(ref next, count);
                break;
            }

            if (texts is not null)
            {
                batch.Add(number, texts[number], encoder.Tokenizer!, encoder.MaxTokens);
            }
            else
            {
                int tokens = offsets[number + 1] - offsets[number];
                new ReadOnlySpan<int>(ids + offsets[number], tokens).CopyTo(batch.Next(tokens));
                batch.Add(number, tokens);
            }
        }

        return batch.Count > 0;
    }

    private void Report(EncodingBatch batch)
    {
        if (progress is null)
        {
            return;
        }

        lock (reporting)
        {
            done = new(done.Texts + batch.Count, done.Tokens + batch.Rows, done.Truncated + batch.Truncated);
            progress(done);
        }
    }
}
