using System.Globalization;
using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Writes a model's predictions as CSV or JSON.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The columns of the CSV after the row number.</param>
/// <param name="Cells">The cells of one row of the CSV after its number.</param>
/// <param name="Members">Writes the members of one row's JSON object.</param>
internal sealed record PredictionWriter(int Rows, string Columns, Func<int, string> Cells, Action<Utf8JsonWriter, int> Members)
{
    /// <summary>Predicts the rows.</summary>
    /// <param name="model">A model of classes or of numbers.</param>
    /// <param name="input">The rows.</param>
    /// <param name="source">The file of the rows, for errors.</param>
    /// <exception cref="CsvDataException">A row's values overflow in the model.</exception>
    internal static PredictionWriter Predict(Model<float> model, ModelInput input, string source) =>
        model.PredictsClasses ? PredictClasses(model, input, source) : PredictNumbers(model, input, source);

    /// <summary>Writes a header and a line for each row.</summary>
    internal void WriteCsv(TextWriter writer)
    {
        writer.WriteLine($"row,{Columns}");
        for (int row = 0; row < Rows; row++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row},{Cells(row)}"));
        }
    }

    /// <summary>Writes one object on one line.</summary>
    internal void WriteJson(TextWriter writer) => writer.WriteLine(JsonLine.Of(json =>
    {
        json.WriteStartArray("rows");
        for (int row = 0; row < Rows; row++)
        {
            json.WriteStartObject();
            Members(json, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }));

    private static PredictionWriter PredictClasses(Model<float> model, ModelInput input, string source)
    {
        IReadOnlyList<string> names = model.Labels;
        ClassPredictions predictions = input.PredictClasses(model, source);
        string[] quoted = [.. names.Select(Quote)];
        return new(
            input.Rows.Count,
            "label,probability",
            row => string.Create(
                CultureInfo.InvariantCulture, $"{quoted[predictions.Classes[row]]},{predictions.Probabilities[row]:G9}"),
            (json, row) =>
            {
                json.WriteString("label", names[predictions.Classes[row]]);
                json.WriteNumber("probability", predictions.Probabilities[row]);
            });
    }

    private static PredictionWriter PredictNumbers(Model<float> model, ModelInput input, string source)
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

        // The network's own output has the digits of single precision; in the units of a standardized target it is a double.
        string Text(int row) => numbers[row].ToString(model.TargetStandardization is null ? "G9" : "R", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Quotes a field as in RFC 4180, if it has a comma, a quotation mark or a line break. A field that a reader would take for a missing
    /// value, or whose spaces it would trim, is quoted, too.
    /// </summary>
    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") || FeatureColumn.IsMissing(field) || field.AsSpan().Trim().Length < field.Length
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;
}
