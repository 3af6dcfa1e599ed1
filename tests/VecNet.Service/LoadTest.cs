using System.Diagnostics;
using System.Globalization;

namespace VecNet.Service;

/// <summary>What became of a service under load.</summary>
/// <param name="Requests">Answered within the time.</param>
/// <param name="Errors">Those of them whose status or prediction was wrong, and connections that broke.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="Median">Half of the requests took no longer, from sending one to having read its answer.</param>
/// <param name="Percentile99">99 of 100 requests took no longer.</param>
/// <param name="FirstError">What was wrong at first; empty if nothing.</param>
/// <param name="Growth">By how many bytes more memory is in use after the requests than before, in this process.</param>
public sealed record LoadReport(
    long Requests, long Errors, double PerSecond, TimeSpan Median, TimeSpan Percentile99, string FirstError, long Growth = 0)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Requests} requests, {PerSecond:F0} per second, median {Median.TotalMilliseconds:F2} ms, "
            + $"p99 {Percentile99.TotalMilliseconds:F2} ms, {Errors} errors, memory {Growth / 1e6:+0.0;-0.0;+0.0} MB"
            + $"{(FirstError.Length > 0 ? ": " : "")}{FirstError}");
}

/// <summary>Connections that each send one request after another.</summary>
/// <param name="address">The service's.</param>
/// <param name="ask">
/// Sends the request of a number, and says what is wrong with its answer; null if nothing is. All connections ask all numbers in turn.
/// </param>
public sealed class LoadTest(Uri address, Func<HttpClient, int, Task<string?>> ask)
{
    /// <summary>Asks for predictions, and compares every one with the right one, bit for bit.</summary>
    /// <param name="address">The service's.</param>
    /// <param name="questions">Rows of features.</param>
    /// <param name="answers">The prediction for each.</param>
    public LoadTest(Uri address, double[][] questions, Prediction<string>[] answers)
        : this(address, async (client, number) =>
        {
            int place = number % questions.Length;
            using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", questions[place]);
            Prediction<string>? answer =
                response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Prediction<string>>() : null;
            return answer?.Label == answers[place].Label && answer.Classes.SequenceEqual(answers[place].Classes)
                ? null
                : $"{(int)response.StatusCode}, question {place}: {answer?.Label}, expected {answers[place].Label}";
        })
    {
    }

    /// <summary>
    /// Asks from so many connections at a time, for so long. A tenth of the time before is not counted: everything is compiled then.
    /// </summary>
    public async Task<LoadReport> Run(int connections, TimeSpan duration)
    {
        await Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Connect(connection, duration / 10)));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        LoadReport report = await Measure(connections, duration);
        return report with { Growth = GC.GetTotalMemory(forceFullCollection: true) - before };
    }

    private async Task<LoadReport> Measure(int connections, TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        (List<TimeSpan> Times, List<string> Errors)[] all = await Task.WhenAll(
            Enumerable.Range(0, connections).Select(connection => Connect(connection, duration)));
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;

        TimeSpan[] times = [.. all.SelectMany(one => one.Times).Order()];
        string[] errors = [.. all.SelectMany(one => one.Errors)];
        TimeSpan Quantile(double part) => times.Length == 0 ? TimeSpan.Zero : times[(int)Math.Ceiling(part * times.Length) - 1];
        return new(times.Length, errors.Length, times.Length / seconds, Quantile(0.5), Quantile(0.99), errors.FirstOrDefault() ?? "");
    }

    private async Task<(List<TimeSpan> Times, List<string> Errors)> Connect(int connection, TimeSpan duration)
    {
        var times = new List<TimeSpan>();
        var errors = new List<string>();
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = address };
        long begin = Stopwatch.GetTimestamp();
        for (int number = connection; Stopwatch.GetElapsedTime(begin) < duration; number++)
        {
            long asked = Stopwatch.GetTimestamp();
            try
            {
                if (await ask(client, number) is { } error)
                {
                    errors.Add(error);
                }
            }
            catch (HttpRequestException error)
            {
                errors.Add(error.Message);
            }

            times.Add(Stopwatch.GetElapsedTime(asked));
        }

        return (times, errors);
    }
}
