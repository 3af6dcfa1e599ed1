using System.Globalization;
using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>What a model says of each row, as CSV or JSON.</summary>
/// <param name="Count">The number of rows.</param>
/// <param name="Columns">Of the CSV, behind the number of the row.</param>
/// <param name="Cells">Of one row of the CSV, behind its number.</param>
/// <param name="Members">Of one row's JSON object.</param>
internal sealed record PredictedRows(int Count, string Columns, Func<int, string> Cells, Action<Utf8JsonWriter, int> Members)
{
    /// <summary>Predicts.</summary>
    /// <param name="model">One of classes or one of numbers.</param>
    /// <param name="input">The rows.</param>
    /// <param name="source">Where they are from.</param>
    /// <exception cref="CsvDataException">A row's values overflow.</exception>
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
        string[] quoted = [.. classes.Select(Quote)];
        return new(
            input.Features.Rows,
            "label,probability",
            row => string.Create(CultureInfo.InvariantCulture, $"{quoted[predictions.Classes[row]]},{predictions.Probabilities[row]:G9}"),
            (json, row) =>
            {
                json.WriteString("label", classes[predictions.Classes[row]]);
                json.WriteNumber("probability", predictions.Probabilities[row]);
            });
    }

    private static PredictedRows OfNumbers(Model<float> model, ModelInput input, string source)
    {
        double[] numbers = input.PredictNumbers(model, source);
        return new(
            numbers.Length,
            "prediction",
            Text,
            (json, row) =>
            {
                json.WritePropertyName("prediction");
                json.WriteRawValue(Text(row));
            });

        // A network's own output has the digits of single precision; in the units of a standardized target it is a double.
        string Text(int row) => numbers[row].ToString(model.TargetStandardization is null ? "G9" : "R", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// RFC 4180: a field with a comma, a quote or a line break stands in quotes, and quotes in it are doubled. So does what a reader would take for a missing
    /// value or strip of its blanks.
    /// </summary>
    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") || FeatureColumn.IsMissing(field) || field.AsSpan().Trim().Length < field.Length
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;
}
