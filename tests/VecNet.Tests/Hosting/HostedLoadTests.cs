using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VecNet.Extensions.Hosting;
using VecNet.Service;

namespace VecNet.Tests;

/// <summary>A service under load while the file of its model is replaced all the time. It measures, so that it runs alone.</summary>
[Collection(OneConsole.Name)]
public sealed class HostedLoadTests : IDisposable
{
    private const int Connections = 8;
    private const int Replacements = 1_000;

    /// <summary>What may be kept that is not from models, as by threads of the pool: a thousand models have 70 MB.</summary>
    private const long MostGrowth = 8_000_000;

    private readonly ScratchDirectory scratch = new();
    private readonly string name = Guid.NewGuid().ToString("N");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Each_answer_is_of_the_model_that_it_names_while_the_file_is_replaced()
    {
        // Two models of 64-128-64-10, the size that reads the digits.
        Model<float>[] models = [Digits(1), Digits(2)];
        string[] files = [scratch["first"], scratch["second"]];
        models[0].Save(files[0]);
        models[1].Save(files[1]);
        string path = scratch["model.safetensors"];
        File.Copy(files[0], path);
        var random = new SplitMix64(1);
        double[][] questions =
            [.. Enumerable.Range(0, 64).Select(_ => Enumerable.Range(0, 64).Select(_ => random.NextNormal()).ToArray())];
        Prediction<string>[][] answers = [.. models.Select(model => questions.Select(row => model.Predict(row)).ToArray())];

        using var measured = new Measurements(name);
        await using WebApplication service =
            HostedService.Build(name, path, TimeSpan.FromMilliseconds(1), "--urls", "http://127.0.0.1:0");
        await service.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(service.Urls.Single());
        var predictor = service.Services.GetRequiredService<ModelPredictor<float>>();
        string first = predictor.Version.Hash;
        var versions = new ConcurrentDictionary<int, int>();
        long requests = 0;
        async Task<string?> Ask(HttpClient client, int number)
        {
            int place = number % questions.Length;
            using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", questions[place]);
            Interlocked.Increment(ref requests);
            if (!response.IsSuccessStatusCode)
            {
                return $"{response.StatusCode}";
            }

            HostedPrediction answer = (await response.Content.ReadFromJsonAsync<HostedPrediction>())!;
            int model = answer.Version.Hash == first ? 0 : 1;
            versions.AddOrUpdate(answer.Version.Number, 1, (_, count) => count + 1);
            return model == (answer.Version.Number + 1) % 2 && answers[model][place].Classes.SequenceEqual(answer.Prediction.Classes)
                ? null
                : $"question {place} has another answer than that of version {answer.Version.Number}";
        }

        // Everything is warm before memory is measured: both models, and the requests.
        await new LoadTest(address, Ask).Run(Connections, TimeSpan.FromMilliseconds(300));
        await Replace(files, path, predictor, 20);
        int before = predictor.Version.Number;
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        long begin = Stopwatch.GetTimestamp();
        using var end = new CancellationTokenSource();
        Task<LoadReport> load = Asking(address, Ask, end.Token);
        await Replace(files, path, predictor, Replacements);
        await end.CancelAsync();
        LoadReport report = await load;
        long growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
        string figures = $"the file replaced {Replacements} times in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F1} s under the load of "
            + $"{Connections} connections, {versions.Count(version => version.Key > before)} versions answered: {report}, "
            + $"memory {growth / 1e6:+0.0;-0.0;+0.0} MB after all";
        Figures.Write("service-hosted", figures);

        Assert.True(report.Errors == 0, figures);
        Assert.Equal(before + Replacements, predictor.Version.Number);
        Assert.True(versions.Count > 20, figures);
        Assert.Equal((int)requests, measured.Of("predictions").Count);
        Assert.Equal(requests, measured.Of("prediction.duration").Count);
        Assert.Equal((predictor.Version.Number - 1, 0), (measured.Of("reloads").Count, measured.Of("prediction.failures").Count));
        Assert.True(growth < MostGrowth, figures);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_service_tells_its_health_and_refuses_wrong_input()
    {
        string path = scratch["model.safetensors"];
        Digits(1).Save(path);
        await using WebApplication service = HostedService.Build(
            name, path, TimeSpan.FromMilliseconds(1), "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None");
        await service.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
        Assert.Equal("Healthy", await client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        using HttpResponseMessage refused = await client.PostAsJsonAsync("/predict", new float[63], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            "There are 63 features; the model takes 64.",
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, "no model", TestContext.Current.CancellationToken);
        var predictor = service.Services.GetRequiredService<ModelPredictor<float>>();
        Assert.True(SpinWait.SpinUntil(() => predictor.Failure is not null, TimeSpan.FromMinutes(1)));
        Assert.Equal("Degraded", await client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/predict", new float[64], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Model<float> Digits(ulong seed) =>
        new(new NeuralNetwork<float>(64, 10, hiddenSizes: [128, 64], new ReLU<float>(), WeightInitialization.HeNormal, seed));

    /// <summary>Replaces the file, each time when the service has noticed the last time.</summary>
    private static async Task Replace(string[] files, string path, ModelPredictor<float> predictor, int times)
    {
        byte[][] contents = [.. files.Select(File.ReadAllBytes)];
        for (int i = 0; i < times; i++)
        {
            int version = predictor.Version.Number;
            await File.WriteAllBytesAsync($"{path}.new", contents[version % 2]);
            File.Move($"{path}.new", path, overwrite: true);
            long begin = Stopwatch.GetTimestamp();
            while (predictor.Version.Number == version)
            {
                Assert.True(Stopwatch.GetElapsedTime(begin).TotalMinutes < 1, $"Version {version} is not replaced: {predictor.Failure}");
                await Task.Delay(1);
            }
        }
    }

    /// <summary>Asks in rounds until the end, and adds up what they report; the percentile is that of the worst round.</summary>
    private static async Task<LoadReport> Asking(Uri address, Func<HttpClient, int, Task<string?>> ask, CancellationToken end)
    {
        var reports = new List<LoadReport>();
        while (!end.IsCancellationRequested)
        {
            reports.Add(await new LoadTest(address, ask).Run(Connections, TimeSpan.FromSeconds(1)));
        }

        return new(
            reports.Sum(report => report.Requests),
            reports.Sum(report => report.Errors),
            reports.Average(report => report.PerSecond),
            reports.Max(report => report.Median),
            reports.Max(report => report.Percentile99),
            string.Concat(reports.Select(report => report.FirstError)));
    }
}
