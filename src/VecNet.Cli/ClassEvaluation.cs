using System.Text.Json;
using VecNet.Cli.Charts;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>How well a model tells classes apart.</summary>
internal sealed class ClassEvaluation : IEvaluation
{
    private readonly IReadOnlyList<string> names;
    private readonly int[] actual;
    private readonly Predictions predictions;
    private readonly ClassificationMetrics metrics;
    private readonly double loss;

    private ClassEvaluation(IReadOnlyList<string> names, int[] actual, Predictions predictions, double loss)
    {
        this.names = names;
        this.actual = actual;
        this.predictions = predictions;
        this.loss = loss;
        metrics = new(names.Count, actual, predictions.Classes);
    }

    public IChart? Chart => names.Count <= ConfusionChart.MostClasses ? new ConfusionChart(names, metrics) : null;

    /// <summary>Predicts and compares.</summary>
    /// <exception cref="CsvDataException">A label is none of the model's classes, or values overflow.</exception>
    internal static ClassEvaluation Of(Model<float> model, ModelInput input, string dataPath)
    {
        IReadOnlyList<string> names = ModelInput.ClassNames(model);
        int[] actual = ClassLabels.Match(input.Labels, names, model.HasNumericClasses);
        int stranger = Array.IndexOf(actual, -1);
        if (stranger >= 0)
        {
            throw new CsvDataException(dataPath, input.Lines[stranger], input.TargetName, Spelling.FindSimilar(input.Labels[stranger], names) is { } similar
                ? $"'{input.Labels[stranger]}' is none of the model's classes; '{similar}' is: labels are compared as text."
                : $"'{input.Labels[stranger]}' is none of the model's classes: {string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", …" : "")}.");
        }

        Predictions predictions = input.Predict(model.Network, dataPath);
        var options = new TrainerOptions { BatchSize = int.Min(256, actual.Length) };
        double loss = new Trainer<float>(model.Network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), options).Evaluate(new(input.Features, actual)).Loss;
        return new(names, actual, predictions, loss);
    }

    public void Write(Session session)
    {
        int[] rows = RowsOfClasses();
        session.Output.WriteLine($"Accuracy       {100 * metrics.Accuracy:F2} %: {predictions.CountRight(actual):N0} of {actual.Length:N0} rows");
        session.Output.WriteLine($"Cross-entropy  {loss:F4} (mean)");
        session.Output.WriteLine($"F1             {Figures.Ratio(metrics.MeanF1)} (mean over the classes)");
        session.Output.WriteLine();
        session.Output.WriteLine("  precision   recall       F1     rows  class");
        for (int i = 0; i < names.Count; i++)
        {
            string name = string.Concat(names[i].Select(character => char.IsControl(character) ? '?' : character));
            session.Output.WriteLine($"{Figures.Percent(metrics.Precision(i)),11} {Figures.Percent(metrics.Recall(i)),8} {Figures.Ratio(metrics.F1(i)),8} {rows[i],8:N0}  {name}");
        }

        new ConfusionMatrix(names, actual, predictions.Classes).Write(session);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        int[] rows = RowsOfClasses();
        json.WriteNumber("rows", metrics.Rows);
        json.WriteFinite("accuracy", metrics.Accuracy);
        json.WriteFinite("crossEntropy", loss);
        json.WriteFinite("meanF1", metrics.MeanF1);
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
