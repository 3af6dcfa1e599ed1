using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using VecNet.Service;

namespace VecNet.Tests;

/// <summary>The sample service of a sentence encoder. It measures, so that it runs alone.</summary>
[Collection(OneConsole.Name)]
public sealed class TextServiceTests : IDisposable
{
    /// <summary>What may be kept that is not from requests, as by threads of the pool and by the collector: a leak has more.</summary>
    private const long MostGrowth = 4_000_000;

    /// <summary>The same of a real encoder, which also keeps memory for four passes at a time, each of up to 4 MB.</summary>
    private const long MostGrowthOfRealEncoder = MostGrowth + 16_000_000;

    private readonly TinyEncoder files = new();

    private static TimeSpan Duration => TimeSpan.FromSeconds(LongRun.Of(1, 30));

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Eight_connections_get_the_bits_of_the_encoder_alone()
    {
        string[] texts =
        [
            .. Enumerable.Range(0, 60).Select(
                i => string.Concat(Enumerable.Repeat("the red foxes run ? ", i % 4)) + "a b c"[..(1 + (i % 5))]),
        ];
        LoadReport report = await TextLoad.Run(files.Folder, texts, connections: 8, Duration);
        Check(report, 100, MostGrowth);
        Write("service-texts-tiny", "an encoder of 2 layers of 20", 8, report);
    }

    /// <summary>all-MiniLM-L6-v2, with texts of many scripts.</summary>
    [Fact]
    public async Task The_service_of_a_real_encoder_has_its_bits()
    {
        using var scratch = new ScratchDirectory();
        MiniLm.WriteFolder(scratch.Path);

        // JSON has no halves of surrogate pairs.
        string[] texts =
        [
            .. MiniLm.Texts.Select(text => text.Text)
                .Where(text => text.Length is > 20 and < 200 && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text)
                .Chunk(20).Select(texts => texts[0]).Take(32),
        ];
        LoadReport report = await TextLoad.Run(scratch["model.onnx"], texts, connections: 4, Duration);
        Check(report, 10, MostGrowthOfRealEncoder);
        Write("service-texts", "all-MiniLM-L6-v2", 4, report);
    }

    [Fact]
    public async Task A_wrong_vector_is_an_error()
    {
        using var other = new TinyEncoder();
        other.Tensors["embeddings.LayerNorm.weight"].Values[3] *= 1.01f;
        other.WriteTensors();
        string[] texts = ["a red fox", "a b c"];
        await using WebApplication service = await Start(texts);
        var load = new TextLoad(other.Load(), texts);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
        Assert.Equal("200, other vectors of the 1 texts from 0 on", await load.Ask(client, 0));
        Assert.Equal("200, other texts near text 0", await load.Ask(client, 1));
        Assert.Null(await new TextLoad(files.Load(), texts).Ask(client, 0));
    }

    [Theory]
    [InlineData("/embed", "", 400, "The body is not a JSON array of texts: ")]
    [InlineData("/embed", "null", 400, "The body must be a JSON array of texts, not null.")]
    [InlineData("/embed", "[\"a\"", 400, "The body is not a JSON array of texts: ")]
    [InlineData("/embed", "\"a\"", 400, "The body is not a JSON array of texts: ")]
    [InlineData("/embed", "[\"a\", 1]", 400, "The body is not a JSON array of texts: ")]
    [InlineData("/embed", "[\"a\", null]", 400, "Text 1 is missing.")]
    [InlineData("/embed", "[\"a \\ud83d b\"]", 400, "The body is not a JSON array of texts: ")]
    [InlineData("/embed", "[\"a \\ude00\"]", 400, "The body is not a JSON array of texts: ")]
    [InlineData("/search", "", 400, "The body is not an object with a query and a count: ")]
    [InlineData("/search", "{}", 400, "The query is missing.")]
    [InlineData("/search", "{\"query\": \" \"}", 400, "The query is empty.")]
    [InlineData("/search", "{\"query\": \"\\ud83d\"}", 400, "The body is not an object with a query and a count: ")]
    [InlineData("/search", "{\"query\": \"a\", \"count\": 0}", 400, "The count is 0; it must be between 1 and 100.")]
    [InlineData("/search", "{\"query\": \"a\", \"count\": 1e99}", 400, "The body is not an object with a query and a count: ")]
    public async Task A_malformed_request_is_refused_and_says_why(string path, string body, int status, string reason) =>
        await Refuses(path, new StringContent(body, Encoding.UTF8, "application/json"), status, reason);

    [Fact]
    public async Task What_is_too_large_is_refused_and_says_why()
    {
        string longest = new('a', TextService.MostCharacters + 1);
        await Refuses("/embed", JsonContent.Create(new[] { "a", longest }), 413, "Text 1 has 20001 characters; at most 20000 are taken.");
        await Refuses("/embed", JsonContent.Create(new string[257]), 413, "There are 257 texts; a request has at most 256.");
        await Refuses(
            "/search", JsonContent.Create(new SearchRequest(longest, 1)), 413, "The query has 20001 characters; at most 20000 are taken.");
        await Refuses("/embed", JsonContent.Create(new string[] { new('a', 5_000_000) }), 413, "Request body too large.");
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_refused_and_says_why()
    {
        var bytes = new ByteArrayContent([(byte)'[', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)']']);
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await Refuses("/embed", bytes, 400, "The body is not a JSON array of texts: ");
        await Refuses(
            "/embed", new StringContent("[\"a\"]"), 415, "The body must be a JSON array of texts, of type application/json.");
        await Refuses(
            "/embed", new StringContent(new string('[', 100), Encoding.UTF8, "application/json"), 400,
            "The body is not a JSON array of texts: ");
    }

    [Fact]
    public async Task Requests_at_the_limits_are_answered()
    {
        await using WebApplication service = await Start(["a"]);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
        string[] texts = [new('a', TextService.MostCharacters), .. Enumerable.Repeat("b", TextService.MostTexts - 1)];
        using HttpResponseMessage response = await client.PostAsJsonAsync("/embed", texts, TestContext.Current.CancellationToken);
        float[][]? vectors = await response.Content.ReadFromJsonAsync<float[][]>(TestContext.Current.CancellationToken);
        Assert.Equal(TextService.MostTexts, vectors!.Length);
        Assert.Equal(files.Load().Encode(texts[0]), vectors[0]);
        using HttpResponseMessage none = await client.PostAsJsonAsync(
            "/embed", Array.Empty<string>(), TestContext.Current.CancellationToken);
        Assert.Equal("[]", await none.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_service_without_an_encoder_does_not_start() =>
        Assert.ThrowsAny<IOException>(() => TextService.Build(files.PathOf("none"), ["a"]));

    private static void Check(LoadReport report, int fewest, long mostGrowth)
    {
        Assert.True(report.Errors == 0, report.ToString());
        Assert.True(report.Requests > fewest, report.ToString());
        Assert.True(report.Growth < mostGrowth, report.ToString());
    }

    private static void Write(string name, string encoder, int connections, LoadReport report) => Figures.Write(
        name,
        $"/embed (1 to 4 texts) and /search in turn, {encoder}, {connections} connections, {Duration.TotalSeconds} s, "
        + $"{Environment.ProcessorCount} processors shared with the clients: {report}");

    private async Task<WebApplication> Start(string[] texts)
    {
        WebApplication service = TextService.Build(files.Folder, texts, "--urls", "http://127.0.0.1:0");
        await service.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    private async Task Refuses(string path, HttpContent content, int status, string reason)
    {
        await using WebApplication service = await Start(["a"]);

        // The client waits for an answer before it sends the body: a connection that is closed while it sends would be another error.
        var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(service.Urls.Single()) };
        client.DefaultRequestHeaders.ExpectContinue = true;
        using HttpResponseMessage response = await client.PostAsync(path, content, TestContext.Current.CancellationToken);
        var problem = await response.Content.ReadFromJsonAsync<Dictionary<string, object>>(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.StartsWith(reason, problem!["detail"].ToString(), StringComparison.Ordinal);
        content.Dispose();
    }
}
