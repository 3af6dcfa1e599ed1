using System.Text.Json;

namespace VecNet.Cli;

/// <summary>The results of a training run, after its model and charts have been saved.</summary>
internal sealed record TrainingReport
{
    internal required CommandContext Context { get; init; }

    internal required TrainingRun Run { get; init; }

    internal required IEvaluation Evaluation { get; init; }

    internal required ulong Seed { get; init; }

    internal required string ParametersHash { get; init; }

    internal required string ModelPath { get; init; }

    /// <summary>The exit code of the command: not 0 if the model had to be saved elsewhere.</summary>
    internal required int ExitCode { get; init; }

    /// <summary>The paths of the charts, the learning curves first; empty if none could be written.</summary>
    internal required IReadOnlyList<string> ChartPaths { get; init; }

    /// <summary>Writes the score and the details of the test, if the run writes everything.</summary>
    internal void WriteTest(Verbosity verbosity)
    {
        if (verbosity == Verbosity.Full)
        {
            Evaluation.WriteTestScore(Context);
            Evaluation.WriteTestDetails(Context);
        }
    }

    /// <summary>Writes the time, the speed and the paths; a quiet run writes its score here, and a JSON run its whole report.</summary>
    internal void WriteSummary(Verbosity verbosity)
    {
        if (verbosity == Verbosity.Json)
        {
            WriteJson();
            return;
        }

        if (verbosity == Verbosity.Quiet)
        {
            Evaluation.WriteTestScore(Context);
        }

        TextWriter output = Context.Output;
        if (Run.Report.Candidates.Count > 0)
        {
            output.WriteLine(Run.Report.Summary);
        }

        string speed = Run.Gflops is { } gflops ? $", {gflops:F1} GFLOP/s (matrix products)" : "";
        output.WriteLine($"Time          {Run.Time.TotalSeconds:F1} s, {Run.SamplesPerSecond:N0} samples/s{speed}");
        if (Run.Temperature is { } temperature)
        {
            output.WriteLine($"Temperature   {temperature:F4}");
        }

        output.WriteLine($"XXH128 hash   {ParametersHash}");
        output.WriteLine($"Model         {ModelPath}");
        foreach (string path in ChartPaths)
        {
            output.WriteLine($"Chart         {path}");
        }
    }

    private void WriteJson() => Context.Output.WriteLine(JsonLine.Of(json =>
    {
        Evaluation.WriteTestJson(json);
        if (Run.Temperature is { } temperature)
        {
            json.WriteNumber("temperature", temperature);
        }

        json.WriteNumber("seconds", Math.Round(Run.Time.TotalSeconds, 3));
        json.WriteNumber("samplesPerSecond", Math.Round(Run.SamplesPerSecond));
        json.WriteFinite("gflops", Run.Gflops is { } gflops ? Math.Round(gflops, 3) : null);
        json.WriteNumber("seed", Seed);
        json.WriteString("parametersHash", ParametersHash);
        json.WriteString("model", ModelPath);
        WriteChoice(json, Run.Report.Summary, Run.Report.Candidates);
        json.WriteString("lossCurve", ChartPaths.Count > 0 ? ChartPaths[0] : null);
        json.WriteStrings("charts", ChartPaths);
    }));

    /// <summary>Writes what was chosen, and among which models.</summary>
    internal static void WriteChoice(Utf8JsonWriter json, string summary, IReadOnlyList<FitCandidate> candidates)
    {
        json.WriteString("chosen", summary);
        json.WriteStartArray("candidates");
        foreach (FitCandidate candidate in candidates)
        {
            json.WriteStartObject();
            json.WriteString("description", candidate.Description);
            json.WriteFinite("score", candidate.Score);
            json.WriteFinite("standardError", candidate.StandardError);
            json.WriteFinite("loss", candidate.Loss);
            json.WriteBoolean("chosen", candidate.IsChosen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
