using Microsoft.Extensions.AI;
using VecNet.Extensions.AI;
using VecNet.Text;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a pretrained encoder as a service.</summary>
/// <remarks>
/// <code>
/// builder.Services.AddVecNetEmbeddings("all-MiniLM-L6-v2");
/// app.MapGet("/embed", async (string text, IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt; generator) =>
///     (await generator.GenerateAsync(text)).Vector);
/// </code>
/// </remarks>
public static class VecNetEmbeddingExtensions
{
    /// <summary>
    /// Adds an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of texts, and the <see cref="SentenceEncoder"/> that it uses, as
    /// singletons. The model is loaded when one of them is first asked for.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="path">
    /// The folder of the model or its ONNX file, as for <see cref="SentenceEncoder.Load(string, SentenceEncoderOptions?)"/>.
    /// </param>
    /// <param name="options">Options that take precedence over the files of the model; null for none.</param>
    /// <param name="threads">The maximum number of threads of a call.</param>
    /// <param name="serviceKey">The key of the services, where a program has several models; null for none.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not positive.</exception>
    public static IServiceCollection AddVecNetEmbeddings(
        this IServiceCollection services, string path, SentenceEncoderOptions? options = null, int threads = 1, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);

        // The name of a folder may have a period, as that of bge-small-en-v1.5.
        string file = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        string name = file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? file[..^5] : file;
        services.AddKeyedSingleton(serviceKey, (_, _) => SentenceEncoder.Load(path, options));
        services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>(serviceKey, (provider, _) =>
            new SentenceEmbeddingGenerator(provider.GetRequiredKeyedService<SentenceEncoder>(serviceKey), name, threads));
        services.AddKeyedSingleton<IEmbeddingGenerator>(serviceKey, (provider, _) =>
            provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(serviceKey));
        return services;
    }
}
