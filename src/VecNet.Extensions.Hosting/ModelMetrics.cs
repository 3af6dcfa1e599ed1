using System.Diagnostics.Metrics;

namespace VecNet.Extensions.Hosting;

/// <summary>What is measured of a model, named after OpenTelemetry's conventions: durations in seconds, errors by their types.</summary>
internal sealed class ModelMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    private const string MeterName = "VecNet.Extensions.Hosting";

    private const string NameTag = "vecnet.model.name", ErrorTag = "error.type";

    /// <summary>From a small network's row to a long text's, in seconds.</summary>
    private static readonly double[] Durations =
        [0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    private static readonly int[] BatchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

    private readonly TimeProvider clock;
    private readonly KeyValuePair<string, object?> name;
    private readonly Meter? owned;
    private readonly Counter<long> predictions;
    private readonly Counter<long> failures;
    private readonly Histogram<double> duration;
    private readonly Histogram<int> batchSize;
    private readonly Counter<long> reloads;
    private readonly Counter<long> reloadFailures;

    /// <param name="model">The name of the model, which all measurements carry.</param>
    /// <param name="factory">Makes the meter of the host; null for a meter of its own.</param>
    /// <param name="clock">The clock.</param>
    internal ModelMetrics(string model, IMeterFactory? factory, TimeProvider clock)
    {
        this.clock = clock;
        name = new(NameTag, model);
        Meter meter = factory?.Create(MeterName) ?? (owned = new(MeterName));
        predictions = meter.CreateCounter<long>(
            "vecnet.model.predictions", "{prediction}", "Number of predicted rows and texts.");
        failures = meter.CreateCounter<long>(
            "vecnet.model.prediction.failures", "{failure}", "Number of calls that failed, as those with a wrong input do.");
        duration = meter.CreateHistogram(
            "vecnet.model.prediction.duration", "s", "Duration of calls.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
        batchSize = meter.CreateHistogram(
            "vecnet.model.prediction.batch_size", "{row}", "Number of rows or texts of a call.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = BatchSizes });
        reloads = meter.CreateCounter<long>(
            "vecnet.model.reloads", "{reload}", "Number of times that a changed file has replaced the model.");
        reloadFailures = meter.CreateCounter<long>(
            "vecnet.model.reload.failures", "{failure}", "Number of times that a changed file could not be used.");
    }

    public void Dispose() => owned?.Dispose();

    /// <summary>When a call begins; null if nobody measures durations.</summary>
    internal long? Begin() => duration.Enabled ? clock.GetTimestamp() : null;

    /// <summary>A call has succeeded.</summary>
    internal void Succeed(long? begin, int rows)
    {
        predictions.Add(rows, name);
        batchSize.Record(rows, name);
        if (begin is { } started)
        {
            duration.Record(clock.GetElapsedTime(started).TotalSeconds, name);
        }
    }

    /// <summary>A call has failed: a filter of exceptions, which catches none.</summary>
    internal bool Fail(long? begin, Exception error)
    {
        KeyValuePair<string, object?> type = TypeOf(error);
        failures.Add(1, name, type);
        if (begin is { } started)
        {
            duration.Record(clock.GetElapsedTime(started).TotalSeconds, name, type);
        }

        return false;
    }

    /// <summary>A changed file has replaced the model.</summary>
    internal void Reload() => reloads.Add(1, name);

    /// <summary>A changed file cannot be used.</summary>
    internal void FailToReload(Exception error) => reloadFailures.Add(1, name, TypeOf(error));

    private static KeyValuePair<string, object?> TypeOf(Exception error) => new(ErrorTag, error.GetType().FullName);
}
