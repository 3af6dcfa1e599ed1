using Microsoft.Extensions.AI;
using VecNet.Text;
using TextEmbedding = Microsoft.Extensions.AI.Embedding<float>;

namespace VecNet.Extensions.AI;

/// <summary>Generates the embeddings of texts by a <see cref="SentenceEncoder"/>, for code that takes any provider's.</summary>
/// <remarks>
/// Any number of threads may use one generator. The work is done by a thread of the pool, and by helpers if more threads are allowed.
/// <code>
/// SentenceEncoder encoder = SentenceEncoder.Load("all-MiniLM-L6-v2");
/// IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt; generator = new SentenceEmbeddingGenerator(encoder);
/// Embedding&lt;float&gt; embedding = await generator.GenerateAsync("How is the weather today?");
/// </code>
/// </remarks>
public sealed class SentenceEmbeddingGenerator : IEmbeddingGenerator<string, TextEmbedding>
{
    private readonly SentenceEncoder encoder;
    private readonly EmbeddingGeneratorMetadata metadata;
    private readonly int threads;

    /// <summary>Creates a generator.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="modelId">The name of the model, which embeddings and metadata carry; null for none.</param>
    /// <param name="threads">The maximum number of threads of a call. Embeddings do not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not positive.</exception>
    public SentenceEmbeddingGenerator(SentenceEncoder encoder, string? modelId = null, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        this.encoder = encoder;
        this.threads = threads;
        metadata = new("VecNet", providerUri: null, modelId, encoder.Dimension);
    }

    /// <summary>Generates an embedding for each text.</summary>
    /// <param name="values">The texts; longer ones than the model reads are cut.</param>
    /// <param name="options">Options, of which only the number of dimensions is used: it must be that of the model.</param>
    /// <param name="cancellationToken">Ends the call before the next pass of the network.</param>
    /// <returns>The embeddings, in the order of the texts, and the number of their tokens.</returns>
    /// <exception cref="ArgumentException">A text is null, or the number of dimensions is not that of the model.</exception>
    public Task<GeneratedEmbeddings<TextEmbedding>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != encoder.Dimension)
        {
            throw new ArgumentException(
                $"The model has embeddings of {encoder.Dimension} dimensions; {dimensions} were asked for.", nameof(options));
        }

        string[] texts = [.. values];
        int missing = Array.IndexOf(texts, null);
        return missing < 0
            ? Task.Run(() => Generate(texts, cancellationToken), cancellationToken)
            : throw new ArgumentException($"Text {missing} is null.", nameof(values));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
            : serviceType.IsInstanceOfType(encoder) ? encoder
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the memory belongs to the garbage collector.</summary>
    public void Dispose()
    {
    }

    private GeneratedEmbeddings<TextEmbedding> Generate(string[] texts, CancellationToken cancellationToken)
    {
        long tokens = 0;
        var options = new EncodingOptions { Threads = threads, Progress = done => tokens = done.Tokens };
        TensorBuffer<float> vectors = encoder.Encode(texts, options, cancellationToken);
        var embeddings = new GeneratedEmbeddings<TextEmbedding>(texts.Length)
        {
            Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
        for (int i = 0; i < texts.Length; i++)
        {
            // Each has memory of its own, so that keeping one does not keep all.
            embeddings.Add(new(vectors.View.Row(i).ToArray()) { ModelId = metadata.DefaultModelId });
        }

        return embeddings;
    }
}
