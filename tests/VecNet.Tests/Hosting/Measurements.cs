using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace VecNet.Tests;

/// <summary>What is measured of one model.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string? Error), (int Count, double Sum)> all = new();
    private readonly ConcurrentDictionary<string, string> units = new();
    private readonly string model;

    internal Measurements(string model)
    {
        this.model = model;
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "VecNet.Extensions.Hosting")
            {
                units[instrument.Name] = instrument.Unit ?? "";
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.Start();
    }

    /// <summary>The names of all instruments of the meter, with their units.</summary>
    internal IReadOnlyDictionary<string, string> Units => units;

    /// <summary>The number of measurements of an instrument, and their sum, whether they are of errors or not.</summary>
    internal (int Count, double Sum) Of(string instrument) => Add(all.Where(one => one.Key.Instrument == $"vecnet.model.{instrument}"));

    /// <summary>The number of measurements of an instrument, and their sum, for a type of errors.</summary>
    internal (int Count, double Sum) Of(string instrument, Type error) =>
        Add(all.Where(one => one.Key == ($"vecnet.model.{instrument}", error.FullName)));

    public void Dispose() => listener.Dispose();

    private static (int Count, double Sum) Add(
        IEnumerable<KeyValuePair<(string Instrument, string? Error), (int Count, double Sum)>> measurements) =>
        measurements.Aggregate((Count: 0, Sum: 0.0), (sum, one) => (sum.Count + one.Value.Count, sum.Sum + one.Value.Sum));

    private void Add(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? error = null;
        bool isOurs = false;
        foreach ((string key, object? tag) in tags)
        {
            isOurs |= key == "vecnet.model.name" && model.Equals(tag);
            error = key == "error.type" ? $"{tag}" : error;
        }

        if (isOurs)
        {
            all.AddOrUpdate((instrument, error), (1, value), (_, old) => (old.Count + 1, old.Sum + value));
        }
    }
}
