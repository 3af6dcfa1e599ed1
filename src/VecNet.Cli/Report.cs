namespace VecNet.Cli;

/// <summary>The results of a run that trained and tested.</summary>
internal sealed record Report
{
    internal required Session Session { get; init; }

    internal required TrainingRun Run { get; init; }

    internal required IOutcome Outcome { get; init; }

    internal required ulong Seed { get; init; }

    internal required string ParametersSha256 { get; init; }

    internal required string ModelPath { get; init; }

    /// <summary>Not 0 if the model is not where it should be.</summary>
    internal required int ExitCode { get; init; }

    /// <summary>Of the learning curves first; empty where none could be written.</summary>
    internal required IReadOnlyList<string> ChartPaths { get; init; }

    /// <summary>Time, speed and where things lie; or all there is to say, where less was asked for.</summary>
    internal void WriteEnd(Verbosity verbosity)
    {
        if (verbosity == Verbosity.Json)
        {
            WriteJson();
            return;
        }

        if (verbosity == Verbosity.Quiet)
        {
            Outcome.WriteHeadline(Session);
        }

        Session.Output.WriteLine($"Time          {Run.Time.TotalSeconds:F1} s, {Run.SamplesPerSecond:N0} samples/s, {Run.Gflops:F1} GFLOP/s (matrix products)");
        Session.Output.WriteLine($"SHA-256       {ParametersSha256}");
        Session.Output.WriteLine($"Model         {ModelPath}");
        foreach (string path in ChartPaths)
        {
            Session.Output.WriteLine($"Chart         {path}");
        }
    }

    private void WriteJson() => Session.Output.WriteLine(JsonLine.Of(json =>
    {
        Outcome.WriteJson(json);
        json.WriteNumber("seconds", Math.Round(Run.Time.TotalSeconds, 3));
        json.WriteNumber("samplesPerSecond", Math.Round(Run.SamplesPerSecond));
        json.WriteNumber("gflops", Math.Round(Run.Gflops, 3));
        json.WriteNumber("seed", Seed);
        json.WriteString("parametersSha256", ParametersSha256);
        json.WriteString("model", ModelPath);
        json.WriteString("lossCurve", ChartPaths.Count > 0 ? ChartPaths[0] : null);
        json.WriteStartArray("charts");
        foreach (string path in ChartPaths)
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
    }));
}
