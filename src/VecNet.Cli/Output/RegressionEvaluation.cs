using System.Text.Json;
using Spectre.Console;
using VecNet.Cli.Charts;

namespace VecNet.Cli;

/// <summary>How well a model predicts numbers.</summary>
/// <param name="target">The name of the predicted column.</param>
/// <param name="actual">The true number of each row.</param>
/// <param name="predicted">The predicted number of each row.</param>
/// <param name="weights">The weight of each row; empty for ones.</param>
internal sealed class RegressionEvaluation(string target, double[] actual, double[] predicted, double[] weights) : IEvaluation
{
    private readonly RegressionMetrics metrics = RegressionMetrics.Compute<double>(Column(predicted).View, Column(actual).View, weights);

    /// <inheritdoc/>
    public IChart? Chart => new PredictionChart(target, actual, predicted, metrics.RSquared);

    /// <inheritdoc/>
    public string ChartName => "predictions";

    /// <inheritdoc/>
    public IChart? Reliability => null;

    private string RSquared => $"{MetricFormat.Ratio(metrics.RSquared)} on {Counted.Of(actual.Length, "row")}"
        + (metrics.RSquared is null ? " (undefined: there are no two different targets)" : "");

    /// <inheritdoc/>
    public void WriteTestScore(CommandContext context) => context.Console.MarkupLine($"[bold]Test R²[/] [green]{RSquared}[/]");

    /// <inheritdoc/>
    public void WriteTestDetails(CommandContext context)
    {
        WriteErrors(context);
        context.Output.WriteLine();
    }

    /// <inheritdoc/>
    public void WriteTestJson(Utf8JsonWriter json)
    {
        json.WriteFinite("testRSquared", metrics.RSquared);
        json.WriteFinite("testMeanAbsoluteError", metrics.MeanAbsoluteError);
        json.WriteFinite("testRootMeanSquaredError", metrics.RootMeanSquaredError);
    }

    /// <inheritdoc/>
    public void Write(CommandContext context)
    {
        context.Output.WriteLine($"R²                        {RSquared}");
        WriteErrors(context);
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("rows", actual.Length);
        json.WriteFinite("rSquared", metrics.RSquared);
        json.WriteFinite("meanAbsoluteError", metrics.MeanAbsoluteError);
        json.WriteFinite("rootMeanSquaredError", metrics.RootMeanSquaredError);
    }

    private void WriteErrors(CommandContext context)
    {
        context.Output.WriteLine($"Mean absolute error       {metrics.MeanAbsoluteError:G6}");
        context.Output.WriteLine($"Root mean squared error   {metrics.RootMeanSquaredError:G6}");
    }

    private static TensorBuffer<double> Column(double[] numbers)
    {
        var column = new TensorBuffer<double>(numbers.Length, 1);
        numbers.CopyTo(column.Span);
        return column;
    }
}
