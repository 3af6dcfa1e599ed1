using System.Text.Json;
using Microsoft.Extensions.AI;
using VecNet.Text;
using TextEmbedding = Microsoft.Extensions.AI.Embedding<float>;

namespace VecNet.Service;

/// <summary>
/// A service of a sentence encoder: POST /embed takes a JSON array of texts and answers their vectors, and POST /search takes a
/// <see cref="SearchRequest"/> and answers the nearest texts of the service.
/// </summary>
public static class TextService
{
    /// <summary>The most texts of a request.</summary>
    public const int MostTexts = 256;

    /// <summary>The most characters of a text: more than the encoder reads of any.</summary>
    public const int MostCharacters = 20_000;

    /// <summary>The most texts that a search answers.</summary>
    public const int MostHits = 100;

    private const long MostBytes = 4_000_000;

    /// <summary>Builds the service; the caller runs it.</summary>
    /// <param name="encoder">The folder of the encoder, or its ONNX file.</param>
    /// <param name="texts">The texts that are searched.</param>
    /// <param name="arguments">The arguments of the host, such as <c>--urls http://127.0.0.1:5000</c>.</param>
    public static WebApplication Build(string encoder, IReadOnlyList<string> texts, params string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes);
        builder.Services.AddVecNetEmbeddings(encoder);
        builder.Services.AddSingleton(services => new TextIndex(texts, services.GetRequiredService<SentenceEncoder>().Encode(texts)));
        WebApplication service = builder.Build();

        // The program ends here if the encoder is missing, and not at the first request.
        service.Services.GetRequiredService<TextIndex>();
        RouteGroupBuilder group = service.MapGroup("").AddEndpointFilter(Explain);
        group.MapPost("/embed", Embed);
        group.MapPost("/search", Search);
        return service;
    }

    private static async Task<IResult> Embed(
        HttpRequest request, IEmbeddingGenerator<string, TextEmbedding> generator, CancellationToken cancellationToken)
    {
        string?[] texts = await Read<string?[]>(request, "a JSON array of texts", cancellationToken);
        if (texts.Length > MostTexts)
        {
            throw new BadHttpRequestException(
                $"There are {texts.Length} texts; a request has at most {MostTexts}.", StatusCodes.Status413PayloadTooLarge);
        }

        string[] given = [.. texts.Select((text, i) => Check(text, $"Text {i}"))];
        GeneratedEmbeddings<TextEmbedding> embeddings = await generator.GenerateAsync(given, cancellationToken: cancellationToken);
        return Results.Ok(embeddings.Select(embedding => embedding.Vector));
    }

    private static async Task<IResult> Search(
        HttpRequest request,
        IEmbeddingGenerator<string, TextEmbedding> generator,
        TextIndex index,
        CancellationToken cancellationToken)
    {
        SearchRequest search = await Read<SearchRequest>(request, "an object with a query and a count", cancellationToken);
        string query = Check(search.Query, "The query");
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new BadHttpRequestException("The query is empty.");
        }

        if (search.Count is < 1 or > MostHits)
        {
            throw new BadHttpRequestException($"The count is {search.Count}; it must be between 1 and {MostHits}.");
        }

        TextEmbedding embedding = await generator.GenerateAsync(query, cancellationToken: cancellationToken);
        SearchHit[] hits = CosineSearch.FindNearest(embedding.Vector.Span, index.Vectors.View, search.Count);
        return Results.Ok(hits.Select(hit => new TextHit(hit.Index, hit.Score, index.Texts[hit.Index])));
    }

    /// <summary>Answers a request that is wrong with the reason.</summary>
    private static async ValueTask<object?> Explain(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException error)
        {
            return Results.Problem(error.Message, statusCode: error.StatusCode);
        }
    }

    private static string Check(string? text, string name) => text switch
    {
        null => throw new BadHttpRequestException($"{name} is missing."),
        { Length: > MostCharacters } => throw new BadHttpRequestException(
            $"{name} has {text.Length} characters; at most {MostCharacters} are taken.", StatusCodes.Status413PayloadTooLarge),
        _ => text,
    };

    /// <summary>Reads the body. Half of a surrogate pair, which cannot be written in UTF-8, is malformed.</summary>
    private static async Task<T> Read<T>(HttpRequest request, string expected, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw new BadHttpRequestException(
                $"The body must be {expected}, of type application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, JsonSerializerOptions.Web, cancellationToken)
                ?? throw new BadHttpRequestException($"The body must be {expected}, not null.");
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException($"The body is not {expected}: {error.Message}", StatusCodes.Status400BadRequest, error);
        }
    }
}

/// <summary>What POST /search takes.</summary>
/// <param name="Query">The text to search for.</param>
/// <param name="Count">The most texts to find.</param>
public sealed record SearchRequest(string? Query, int Count = 10);

/// <summary>A text that was found.</summary>
/// <param name="Index">Its place among the texts of the service.</param>
/// <param name="Score">The cosine.</param>
/// <param name="Text">The text.</param>
public sealed record TextHit(int Index, float Score, string Text);

/// <summary>The texts that are searched, and their vectors.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Vectors">A row for each.</param>
public sealed record TextIndex(IReadOnlyList<string> Texts, TensorBuffer<float> Vectors);
