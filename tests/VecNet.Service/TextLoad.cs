using System.Runtime.InteropServices;
using VecNet.Text;

namespace VecNet.Service;

/// <summary>Asks a <see cref="TextService"/> for vectors and for the nearest texts in turn, and compares the bits of the answers.</summary>
/// <param name="encoder">The encoder, which is asked for one text at a time, on one thread.</param>
/// <param name="texts">The texts of the service, which are the questions, too.</param>
public sealed class TextLoad(SentenceEncoder encoder, string[] texts)
{
    private const int MostAtOnce = 4;
    private const int Hits = 3;

    private readonly float[][] vectors = [.. texts.Select(encoder.Encode)];
    private readonly SearchHit[][] hits = Search(encoder, texts);

    /// <summary>Serves the texts and asks from so many connections, for so long.</summary>
    public static async Task<LoadReport> Run(string encoder, string[] texts, int connections, TimeSpan duration)
    {
        await using WebApplication service = TextService.Build(encoder, texts, "--urls", "http://127.0.0.1:0");
        await service.StartAsync();
        var load = new TextLoad(SentenceEncoder.Load(encoder), texts);
        LoadReport report = await new LoadTest(new Uri(service.Urls.Single()), load.Ask).Run(connections, duration);
        await service.StopAsync();
        return report;
    }

    /// <summary>Sends the request of a number, and says what is wrong with the answer.</summary>
    public Task<string?> Ask(HttpClient client, int number) =>
        number % 2 == 0 ? AskForVectors(client, number / 2) : AskForTexts(client, number / 2 % texts.Length);

    private static SearchHit[][] Search(SentenceEncoder encoder, string[] texts)
    {
        TensorBuffer<float> all = encoder.Encode(texts);
        return [.. texts.Select(text => CosineSearch.FindNearest(encoder.Encode(text), all.View, Hits))];
    }

    private async Task<string?> AskForVectors(HttpClient client, int number)
    {
        int[] places = [.. Enumerable.Range(number, 1 + (number % MostAtOnce)).Select(place => place % texts.Length)];
        using HttpResponseMessage response = await client.PostAsJsonAsync("/embed", places.Select(place => texts[place]));
        float[][]? found = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<float[][]>() : null;
        return found?.Length == places.Length && places.Zip(found).All(pair => HaveSameBits(vectors[pair.First], pair.Second))
            ? null
            : $"{(int)response.StatusCode}, other vectors of the {places.Length} texts from {places[0]} on";
    }

    private async Task<string?> AskForTexts(HttpClient client, int place)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/search", new SearchRequest(texts[place], Hits));
        TextHit[]? found = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<TextHit[]>() : null;
        return found is not null && found.SequenceEqual(hits[place].Select(hit => new TextHit(hit.Index, hit.Score, texts[hit.Index])))
            ? null
            : $"{(int)response.StatusCode}, other texts near text {place}";
    }

    private static bool HaveSameBits(ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        MemoryMarshal.AsBytes(x).SequenceEqual(MemoryMarshal.AsBytes(y));
}
