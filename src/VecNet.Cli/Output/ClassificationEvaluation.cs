using System.Text.Json;
using Spectre.Console;
using VecNet.Cli.Charts;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>How well a model predicts classes.</summary>
/// <param name="names">The names of the classes.</param>
/// <param name="actual">The true class of each row.</param>
/// <param name="predictions">The predicted class of each row.</param>
/// <param name="weights">The weight of each row; empty for ones.</param>
/// <param name="loss">The mean cross-entropy; null if it was not computed.</param>
internal sealed class ClassificationEvaluation(
    IReadOnlyList<string> names, int[] actual, ClassPredictions predictions, double[] weights, double? loss = null) : IEvaluation
{
    private readonly ClassificationMetrics metrics = new(names.Count, actual, predictions.Classes, weights);

    private readonly CalibrationMetrics calibration = new(
        [.. predictions.Probabilities.Select(probability => (double)probability)],
        [.. actual.Select((one, row) => predictions.Classes[row] == one)],
        weights);

    /// <inheritdoc/>
    public IChart? Chart => names.Count <= ConfusionChart.MostClasses ? new ConfusionChart(names, metrics) : null;

    /// <inheritdoc/>
    public string ChartName => "confusion";

    /// <inheritdoc/>
    public IChart? Reliability => new ReliabilityChart(calibration);

    private string Correct =>
        $"{actual.Index().Count(row => predictions.Classes[row.Index] == row.Item):N0} of {actual.Length:N0} predictions correct";

    /// <summary>Predicts the rows of a file and compares the predictions with its labels.</summary>
    /// <exception cref="CsvDataException">A label is not one of the model's classes, or a row's values overflow in the model.</exception>
    internal static ClassificationEvaluation Of(Model<float> model, ModelInput input, string dataPath)
    {
        IReadOnlyList<string> names = model.Labels;
        int[] actual = ClassLabels.Match(input.Labels, names, model.HasNumericClasses);
        int unknown = Array.IndexOf(actual, -1);
        if (unknown >= 0)
        {
            string problem = $"'{input.Labels[unknown]}' is not one of the model's classes"
                + (Spelling.FindSimilar(input.Labels[unknown], names) is { } similar
                    ? $". Did you mean '{similar}'? Labels are compared as text."
                    : $": {string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", …" : "")}.");
            throw new CsvDataException(dataPath, input.Lines[unknown], input.TargetName, problem);
        }

        ClassPredictions predictions = input.PredictClasses(model, dataPath);
        var options = new TrainerOptions { BatchSize = int.Min(256, actual.Length) };
        var trainer = new Trainer<float>(model.Network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), options);
        Dataset<float> data = input.Rows.With(actual, input.Weights);
        return new(names, actual, predictions, [.. input.Weights ?? []], trainer.Evaluate(data).Loss);
    }

    /// <inheritdoc/>
    public void WriteTestScore(CommandContext context) =>
        context.Console.MarkupLine($"[bold]Test accuracy [green]{100 * metrics.Accuracy:F2} %[/][/]: {Correct}");

    /// <inheritdoc/>
    public void WriteTestDetails(CommandContext context) => new ConfusionMatrix(names, actual, predictions.Classes).Write(context);

    /// <inheritdoc/>
    public void WriteTestJson(Utf8JsonWriter json)
    {
        json.WriteFinite("testAccuracy", metrics.Accuracy);
        json.WriteFinite("testCalibrationError", calibration.ExpectedCalibrationError);
    }

    /// <inheritdoc/>
    public void Write(CommandContext context)
    {
        int[] rows = RowsOfClasses();
        context.Output.WriteLine($"Accuracy       {100 * metrics.Accuracy:F2} %: {Correct}");
        context.Output.WriteLine($"Cross-entropy  {loss:F4} (mean)");
        context.Output.WriteLine(
            $"Calibration    {MetricFormat.Ratio(calibration.ExpectedCalibrationError)} (expected error, {calibration.Bins.Count} bins)");
        context.Output.WriteLine($"F1             {MetricFormat.Ratio(metrics.MeanF1)} (macro average)");
        context.Output.WriteLine();
        context.Output.WriteLine("  precision   recall       F1     rows  class");
        for (int i = 0; i < names.Count; i++)
        {
            string precision = MetricFormat.Percent(metrics.Precision(i));
            string recall = MetricFormat.Percent(metrics.Recall(i));
            string name = string.Concat(names[i].Select(character => char.IsControl(character) ? '?' : character));
            context.Output.WriteLine($"{precision,11} {recall,8} {MetricFormat.Ratio(metrics.F1(i)),8} {rows[i],8:N0}  {name}");
        }

        WriteTestDetails(context);
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        int[] rows = RowsOfClasses();
        json.WriteNumber("rows", metrics.Rows);
        json.WriteFinite("accuracy", metrics.Accuracy);
        json.WriteFinite("crossEntropy", loss);
        json.WriteFinite("meanF1", metrics.MeanF1);
        json.WriteFinite("calibrationError", calibration.ExpectedCalibrationError);
        WriteReliability(json);
        json.WriteStartArray("classes");
        for (int i = 0; i < names.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", names[i]);
            json.WriteNumber("rows", rows[i]);
            json.WriteFinite("precision", metrics.Precision(i));
            json.WriteFinite("recall", metrics.Recall(i));
            json.WriteFinite("f1", metrics.F1(i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("confusion");
        for (int i = 0; i < names.Count; i++)
        {
            json.WriteStartArray();
            for (int j = 0; j < names.Count; j++)
            {
                json.WriteNumberValue(metrics[i, j]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void WriteReliability(Utf8JsonWriter json)
    {
        json.WriteStartArray("reliability");
        foreach (CalibrationBin bin in calibration.Bins)
        {
            json.WriteStartObject();
            json.WriteNumber("rows", bin.Rows);
            json.WriteFinite("meanProbability", bin.MeanProbability);
            json.WriteFinite("accuracy", bin.Accuracy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private int[] RowsOfClasses()
    {
        int[] rows = new int[names.Count];
        foreach (int one in actual)
        {
            rows[one]++;
        }

        return rows;
    }
}
