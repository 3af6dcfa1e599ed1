using System.Globalization;
using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>What a model says of each row, as CSV or JSON, and how much of it is right, where that is known.</summary>
/// <param name="Count">The number of rows.</param>
/// <param name="Columns">Of the CSV, behind the number of the row.</param>
/// <param name="Cells">Of one row of the CSV, behind its number.</param>
/// <param name="Members">Of one row's JSON object.</param>
/// <param name="Judgement">How much is right, in one line; null where that is not known.</param>
/// <param name="JudgementMembers">The same for the JSON object.</param>
internal sealed record PredictedRows(
    int Count, string Columns, Func<int, string> Cells, Action<Utf8JsonWriter, int> Members, string? Judgement, Action<Utf8JsonWriter> JudgementMembers)
{
    /// <summary>Predicts.</summary>
    /// <param name="model">One of classes or one of numbers.</param>
    /// <param name="input">The rows.</param>
    /// <param name="source">Where they are from.</param>
    /// <exception cref="CsvDataException">A row's values overflow, or a number to compare with is none.</exception>
    internal static PredictedRows Of(Model<float> model, ModelInput input, string source) =>
        ModelInput.IsRegression(model) ? OfNumbers(model, input, source) : OfClasses(model, input, source);

    /// <summary>A header, and a line for each row.</summary>
    internal void WriteCsv(TextWriter writer)
    {
        writer.WriteLine($"row,{Columns}");
        for (int row = 0; row < Count; row++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row},{Cells(row)}"));
        }
    }

    /// <summary>One object in one line.</summary>
    internal string ToJson() => JsonLine.Of(json =>
    {
        JudgementMembers(json);
        json.WriteStartArray("rows");
        for (int row = 0; row < Count; row++)
        {
            json.WriteStartObject();
            Members(json, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static PredictedRows OfClasses(Model<float> model, ModelInput input, string source)
    {
        IReadOnlyList<string> classes = ModelInput.ClassNames(model);
        Predictions predictions = input.Predict(model.Network, source);
        int[]? actual = input.TargetName is null ? null : ClassLabels.Match(input.Labels, classes, model.HasNumericClasses);
        int right = actual is null ? 0 : predictions.CountRight(actual);
        int unknown = actual?.Count(index => index < 0) ?? 0;
        (string Label, string? Similar) twin = actual is null ? default
            : input.Labels.Where((_, row) => actual[row] < 0).Distinct().Take(100)
                .Select(label => (label, Spelling.FindSimilar(label, classes))).FirstOrDefault(pair => pair.Item2 is not null);
        string[] quoted = [.. classes.Select(Quote)];
        return new(
            input.Features.Rows,
            "label,probability",
            row => string.Create(CultureInfo.InvariantCulture, $"{quoted[predictions.Classes[row]]},{predictions.Probabilities[row]:G9}"),
            (json, row) =>
            {
                json.WriteString("label", classes[predictions.Classes[row]]);
                json.WriteNumber("probability", predictions.Probabilities[row]);
            },
            actual is null ? null : $"accuracy {100.0 * right / actual.Length:F2} %: {right:N0} of {actual.Length:N0} rows are as column '{input.TargetName}' says"
                + (unknown > 0 ? $"; {unknown:N0} have a class that the model does not know" : "")
                + (twin.Similar is null ? "" : $": '{twin.Label}' is not '{twin.Similar}', since labels are compared as text"),
            json =>
            {
                if (actual is not null)
                {
                    json.WriteNumber("accuracy", (double)right / actual.Length);
                }
            });
    }

    private static PredictedRows OfNumbers(Model<float> model, ModelInput input, string source)
    {
        double[] numbers = input.PredictNumbers(model, source);
        RegressionMetrics? metrics = input.TargetName is not { } target ? null
            : new NumberOutcome(target, TrainingTargets.Numbers(source, target, input.Labels, input.Lines), numbers).Metrics;
        return new(
            numbers.Length,
            "prediction",
            Text,
            (json, row) =>
            {
                json.WritePropertyName("prediction");
                json.WriteRawValue(Text(row));
            },
            metrics is not { } known ? null : $"R² {Figures.Ratio(known.RSquared)}, mean absolute error {known.MeanAbsoluteError:G6}: {numbers.Length:N0} row{(numbers.Length == 1 ? "" : "s")} beside column '{input.TargetName}'",
            json =>
            {
                if (metrics is { } told)
                {
                    json.WriteFinite("rSquared", told.RSquared);
                    json.WriteFinite("meanAbsoluteError", told.MeanAbsoluteError);
                }
            });

        // A network's own output has the digits of single precision; in the units of a standardized target it is a double.
        string Text(int row) => numbers[row].ToString(model.TargetStandardization is null ? "G9" : "R", CultureInfo.InvariantCulture);
    }

    /// <summary>RFC 4180: a field with a comma, a quote or a line break stands in quotes, and quotes in it are doubled.</summary>
    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
