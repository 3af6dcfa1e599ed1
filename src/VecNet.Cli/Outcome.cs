using System.Text.Json;
using Spectre.Console;
using VecNet.Cli.Charts;

namespace VecNet.Cli;

/// <summary>What a trained network made of the rows that it had never seen.</summary>
internal interface IOutcome
{
    /// <summary>The line that matters.</summary>
    void WriteHeadline(Session session);

    /// <summary>What was taken for what, where there is more to say.</summary>
    void WriteDetails(Session session);

    /// <summary>The same for scripts.</summary>
    void WriteJson(Utf8JsonWriter json);

    /// <summary>The same as a picture; null where a picture would show nothing.</summary>
    IChart? Chart { get; }

    /// <summary>Of the picture's file, between the name of the model and its ending.</summary>
    string ChartName { get; }
}

/// <summary>Of classes.</summary>
internal sealed record ClassOutcome(IReadOnlyList<string> ClassNames, int[] Classes, Predictions Predictions) : IOutcome
{
    public IChart? Chart => ClassNames.Count <= ConfusionChart.MostClasses ? new ConfusionChart(ClassNames, new(ClassNames.Count, Classes, Predictions.Classes)) : null;

    public string ChartName => "confusion";

    public void WriteHeadline(Session session) => session.Console.MarkupLine(
        $"[bold]Test accuracy [green]{100 * Predictions.Accuracy(Classes):F2} %[/][/]: {Predictions.CountRight(Classes):N0} of {Classes.Length:N0} row{(Classes.Length == 1 ? " that was" : "s that were")} never seen before");

    public void WriteDetails(Session session) => new ConfusionMatrix(ClassNames, Classes, Predictions.Classes).Write(session);

    public void WriteJson(Utf8JsonWriter json) => json.WriteFinite("testAccuracy", Predictions.Accuracy(Classes));
}

/// <summary>Of numbers.</summary>
internal sealed record NumberOutcome(string Target, double[] Numbers, double[] Predicted) : IOutcome
{
    public IChart? Chart => new PredictionChart(Target, Numbers, Predicted, Metrics.RSquared);

    public string ChartName => "predictions";

    internal RegressionMetrics Metrics => RegressionMetrics.Compute<double>(Column(Predicted).View, Column(Numbers).View);

    public void WriteHeadline(Session session) => session.Console.MarkupLine(
        $"[bold]Test R² [green]{Figures.Ratio(Metrics.RSquared)}[/][/]: of {Numbers.Length:N0} row{(Numbers.Length == 1 ? " that was" : "s that were")} never seen before");

    public void WriteDetails(Session session)
    {
        session.Output.WriteLine($"Mean absolute error       {Metrics.MeanAbsoluteError:G6}");
        session.Output.WriteLine($"Root mean squared error   {Metrics.RootMeanSquaredError:G6}");
        session.Output.WriteLine();
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteFinite("testRSquared", Metrics.RSquared);
        json.WriteFinite("testMeanAbsoluteError", Metrics.MeanAbsoluteError);
        json.WriteFinite("testRootMeanSquaredError", Metrics.RootMeanSquaredError);
    }

    private static TensorBuffer<double> Column(double[] numbers)
    {
        var column = new TensorBuffer<double>(numbers.Length, 1);
        numbers.CopyTo(column.Span);
        return column;
    }
}
