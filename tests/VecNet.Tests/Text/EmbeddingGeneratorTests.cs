using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using VecNet.Extensions.AI;
using VecNet.Text;
using TextEmbedding = Microsoft.Extensions.AI.Embedding<float>;

namespace VecNet.Tests;

public sealed class EmbeddingGeneratorTests : IDisposable
{
    private readonly TinyEncoder files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Embeddings_are_those_of_the_encoder()
    {
        SentenceEncoder encoder = files.Load();
        using var generator = new SentenceEmbeddingGenerator(encoder, "tiny", threads: 2);
        string[] texts = ["the red fox", "", "runs?"];
        GeneratedEmbeddings<TextEmbedding> found =
            await generator.GenerateAsync(texts, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, found.Count);
        Assert.All(texts, (text, i) => Assert.Equal(encoder.Encode(text), found[i].Vector.ToArray()));
        Assert.All(found, embedding => Assert.Equal(("tiny", 20), (embedding.ModelId, embedding.Dimensions)));
        Assert.Equal(texts.Sum(text => encoder.Tokenizer!.CountTokens(text)), found.Usage!.InputTokenCount);
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused()
    {
        using var generator = new SentenceEmbeddingGenerator(files.Load());
        CancellationToken none = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 19 }, none));
        Assert.Single(await generator.GenerateAsync(["a"], new() { Dimensions = 20 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a", null!], cancellationToken: none));
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], cancellationToken: source.Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SentenceEmbeddingGenerator(files.Load(), threads: 0));
    }

    [Fact]
    public void What_is_inside_can_be_asked_for()
    {
        SentenceEncoder encoder = files.Load();
        using var generator = new SentenceEmbeddingGenerator(encoder, "tiny");
        Assert.Same(encoder, generator.GetService(typeof(SentenceEncoder)));
        Assert.Same(generator, generator.GetService(typeof(IEmbeddingGenerator)));
        Assert.Null(generator.GetService(typeof(SentenceEncoder), "key"));
        Assert.Null(generator.GetService(typeof(string)));
        var metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.Equal(("VecNet", "tiny", 20), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
    }

    [Fact]
    public async Task A_model_is_a_service()
    {
        var services = new ServiceCollection();
        services.AddVecNetEmbeddings(files.Folder, threads: 2);
        services.AddVecNetEmbeddings(files.Folder, new() { MaxTokens = 3 }, serviceKey: "short");
        await using ServiceProvider provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, TextEmbedding>>();
        Assert.Same(generator, provider.GetRequiredService<IEmbeddingGenerator>());
        Assert.Equal(12, provider.GetRequiredService<SentenceEncoder>().MaxTokens);
        TextEmbedding embedding = await generator.GenerateAsync("the fox", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(provider.GetRequiredService<SentenceEncoder>().Encode("the fox"), embedding.Vector.ToArray());
        Assert.Equal(3, provider.GetRequiredKeyedService<SentenceEncoder>("short").MaxTokens);
        Assert.NotSame(generator, provider.GetRequiredKeyedService<IEmbeddingGenerator<string, TextEmbedding>>("short"));
        Assert.Throws<ArgumentException>(() => services.AddVecNetEmbeddings(""));
    }

    /// <summary>The name of a model may have a period, as that of a version.</summary>
    [Theory]
    [InlineData("tiny-v1.5", "tiny-v1.5")]
    [InlineData("tiny-v1.5/", "tiny-v1.5")]
    [InlineData("tiny-v1.5/../tiny-v1.5/.", "tiny-v1.5")]
    [InlineData("tiny-v1.5/tiny.v2.onnx", "tiny.v2")]
    public async Task A_service_has_the_name_of_its_folder_or_file(string path, string expected)
    {
        Directory.CreateDirectory(files.PathOf("tiny-v1.5"));
        await File.WriteAllBytesAsync(files.PathOf("tiny-v1.5/tiny.v2.onnx"), TinyOnnx.Write(files), TestContext.Current.CancellationToken);
        foreach (string name in new[] { "config.json", "model.safetensors", "vocab.txt" })
        {
            File.Move(files.PathOf(name), files.PathOf($"tiny-v1.5/{name}"));
        }

        var services = new ServiceCollection();
        services.AddVecNetEmbeddings(files.PathOf(path));
        await using ServiceProvider provider = services.BuildServiceProvider();
        var metadata = (EmbeddingGeneratorMetadata)provider.GetRequiredService<IEmbeddingGenerator>()
            .GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.Equal(expected, metadata.DefaultModelId);
    }
}
