using System.Text.Json;
using Spectre.Console;

namespace VecNet.Cli;

/// <summary>The results of a run that trained and tested.</summary>
internal sealed record Report
{
    internal required Session Session { get; init; }

    internal required TrainingRun Run { get; init; }

    internal required Predictions Predictions { get; init; }

    internal required int[] Classes { get; init; }

    internal required IReadOnlyList<string> ClassNames { get; init; }

    internal required ulong Seed { get; init; }

    internal required string ParametersSha256 { get; init; }

    internal required string ModelPath { get; init; }

    internal required string? ChartPath { get; init; }

    private double Accuracy => Predictions.Accuracy(Classes);

    private int Right => Predictions.CountRight(Classes);

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
            WriteAccuracy();
        }

        WriteFigures();
    }

    private void WriteJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("testAccuracy", Accuracy);
            json.WriteNumber("seconds", Math.Round(Run.Time.TotalSeconds, 3));
            json.WriteNumber("samplesPerSecond", Math.Round(Run.SamplesPerSecond));
            json.WriteNumber("gflops", Math.Round(Run.Gflops, 3));
            json.WriteNumber("seed", Seed);
            json.WriteString("parametersSha256", ParametersSha256);
            json.WriteString("model", ModelPath);
            json.WriteString("lossCurve", ChartPath);
            json.WriteEndObject();
        }

        Session.Output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>The line that matters.</summary>
    internal void WriteAccuracy() => Session.Console.MarkupLine(
        $"[bold]Test accuracy [green]{100 * Accuracy:F2} %[/][/]: {Right:N0} of {Classes.Length:N0} rows that were never seen before");

    private void WriteFigures()
    {
        Session.Output.WriteLine($"Time          {Run.Time.TotalSeconds:F1} s, {Run.SamplesPerSecond:N0} samples/s, {Run.Gflops:F1} GFLOP/s (matrix products)");
        Session.Output.WriteLine($"SHA-256       {ParametersSha256}");
        Session.Output.WriteLine($"Model         {ModelPath}");
        Session.Output.WriteLine($"Loss curve    {ChartPath ?? "–"}");
    }

    /// <summary>What was taken for what.</summary>
    internal void WriteConfusion() => new ConfusionMatrix(ClassNames, Classes, Predictions.Classes).Write(Session);
}
