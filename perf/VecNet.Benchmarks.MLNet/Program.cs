using System.Diagnostics;
using System.Globalization;
using VecNet;
using VecNet.Benchmarks;
using VecNet.Extensions.Hosting;
using VecNet.Service;

// Usage: dotnet run -c Release --project perf/VecNet.Benchmarks.MLNet [-- ROUNDS]
// Both take turns, and each row of the table is the best of the rounds.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Batch = 256;
int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
using var same = new SameModels();
FeatureRow[] rows = same.Questions;
var batch = new TensorBuffer<float>(Batch, EnginePool.Features);
for (int row = 0; row < Batch; row++)
{
    rows[row].Features.CopyTo(batch.View.Row(row));
}

Console.WriteLine("| calls | ML.NET per second | VecNet per second | ratio | ML.NET p99 | VecNet p99 |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
{
    string name = $"{threads} thread{(threads == 1 ? "" : "s")}";
    Compare(
        $"linear, a row, {name}", threads,
        place => same.LinearEngines.Predict(rows[place]), place => same.Linear.Predict(rows[place].Features));
    Compare(
        $"linear, {Batch} rows, {name}", threads,
        place => same.LinearEngines.Predict(rows.AsSpan(0, Batch)), place => PredictBatch(same.Linear));
    Compare(
        $"network, a row, {name}", threads,
        place => same.NetworkEngines.Predict(rows[place]), place => same.Network.Predict(rows[place].Features));
    Compare(
        $"network, {Batch} rows, {name}", threads,
        place => same.NetworkEngines.Predict(rows.AsSpan(0, Batch)), place => PredictBatch(same.Network));
}

await using (WebApplication service = Serve())
{
    await service.StartAsync();
    var address = new Uri(service.Urls.Single());
    Figures theirs = Figures.None, ours = Figures.None;
    for (int round = 0; round < rounds; round++)
    {
        theirs = theirs.Best(await Requests(address, "/engine"));
        ours = ours.Best(await Requests(address, "/predictor"));
    }

    Print("network, a row, HTTP on loopback, 8 connections", theirs, ours);
    await service.StopAsync();
}

void Compare(string name, int threads, Action<int> engine, Action<int> predictor)
{
    Figures theirs = Figures.None, ours = Figures.None;
    for (int round = 0; round < rounds; round++)
    {
        theirs = theirs.Best(Calls(engine, threads));
        ours = ours.Best(Calls(predictor, threads));
    }

    Print(name, theirs, ours);
}

void PredictBatch(ModelPredictor<float> predictor)
{
    TensorBuffer<float> probabilities = Buffers.Probabilities ??= new(Batch, EnginePool.Classes);
    predictor.PredictProbabilities(batch.View, probabilities.View);
}

// Calls from threads for half a second, after a tenth that is not counted.
Figures Calls(Action<int> call, int threads)
{
    var samples = new List<long>[threads];
    double perSecond = 0;
    foreach (double seconds in new[] { 0.1, 0.5 })
    {
        long begin = Stopwatch.GetTimestamp();
        Thread[] all = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            var times = new List<long>(1 << 21);
            long before = Stopwatch.GetTimestamp(), end = begin + (long)(seconds * Stopwatch.Frequency);
            for (int place = thread; before < end; place = (place + 1) % rows.Length)
            {
                call(place);
                long now = Stopwatch.GetTimestamp();
                times.Add(now - before);
                before = now;
            }

            samples[thread] = times;
        }))];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());
        perSecond = samples.Sum(times => times.Count) / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    long[] sorted = [.. samples.SelectMany(times => times).Order()];
    return new(perSecond, sorted[(int)(0.99 * sorted.Length)] * 1e6 / Stopwatch.Frequency);
}

async Task<Figures> Requests(Uri address, string path)
{
    LoadReport report = await new LoadTest(address, async (client, number) =>
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(path, rows[number % rows.Length].Features);
        await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? null : $"{response.StatusCode}";
    }).Run(connections: 8, TimeSpan.FromSeconds(1));
    return report.Errors == 0
        ? new(report.PerSecond, report.Percentile99.TotalMicroseconds)
        : throw new InvalidOperationException(report.ToString());
}

WebApplication Serve()
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    WebApplication service = builder.Build();
    service.MapPost("/engine", (float[] features) => same.NetworkEngines.Predict(new FeatureRow { Features = features }));
    service.MapPost("/predictor", (float[] features) => same.Network.Predict(features));
    return service;
}

static void Print(string name, Figures theirs, Figures ours) => Console.WriteLine(
    $"| {name} | {theirs.PerSecond:N0} | {ours.PerSecond:N0} | {ours.PerSecond / theirs.PerSecond:F2} "
    + $"| {theirs.Percentile99:N1} µs | {ours.Percentile99:N1} µs |");

/// <summary>Calls per second, and the microseconds that 99 of 100 do not exceed.</summary>
internal readonly record struct Figures(double PerSecond, double Percentile99)
{
    internal static Figures None => new(0, double.PositiveInfinity);

    internal Figures Best(Figures other) =>
        new(Math.Max(PerSecond, other.PerSecond), Math.Min(Percentile99, other.Percentile99));
}

/// <summary>Memory of each thread.</summary>
internal static class Buffers
{
    [ThreadStatic]
    private static TensorBuffer<float>? probabilities;

    internal static ref TensorBuffer<float>? Probabilities => ref probabilities;
}
