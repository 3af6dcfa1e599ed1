using System.Text.Json;
using VecNet.Cli.Charts;

namespace VecNet.Cli;

/// <summary>
/// How well a model predicts rows whose targets are known: the test rows of a training run, or the data of <c>evaluate</c>.
/// </summary>
internal interface IEvaluation
{
    /// <summary>The chart of the predictions; null if they cannot be drawn.</summary>
    IChart? Chart { get; }

    /// <summary>The part of the chart's file name between the name of the model and the extension.</summary>
    string ChartName { get; }

    /// <summary>The reliability diagram of the probabilities; null if there are none.</summary>
    IChart? Reliability { get; }

    /// <summary>Writes the most important metric of a test in one line.</summary>
    void WriteTestScore(CommandContext context);

    /// <summary>Writes the other results of a test.</summary>
    void WriteTestDetails(CommandContext context);

    /// <summary>Writes the metrics of a test as members of a JSON object.</summary>
    void WriteTestJson(Utf8JsonWriter json);

    /// <summary>Writes all metrics as text.</summary>
    void Write(CommandContext context);

    /// <summary>Writes all metrics as members of a JSON object.</summary>
    void WriteJson(Utf8JsonWriter json);
}
