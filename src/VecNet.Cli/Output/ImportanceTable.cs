using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Writes the permutation importance of the columns that a model takes.</summary>
internal sealed class ImportanceTable(PermutationImportance importance, string score)
{
    private const int Repeats = 5;
    private const int LongestName = 40;

    private FeatureImportance[] Sorted => [.. importance.Features.OrderByDescending(feature => feature.Mean)];

    /// <summary>Computes the importance on rows whose targets are known.</summary>
    /// <exception cref="CsvDataException">The score is undefined on these rows.</exception>
    internal static ImportanceTable Of(Model<float> model, ModelInput input, string dataPath, CancellationToken cancellationToken)
    {
        double[] numbers = [];
        int[] classes = [];
        if (model.PredictsClasses)
        {
            classes = ClassLabels.Match(input.Labels, model.Labels, model.HasNumericClasses);
        }
        else
        {
            numbers = TargetColumn.Numbers(dataPath, input.TargetName, input.Labels, input.Lines);
            if (numbers.AsSpan().IndexOfAnyExcept(numbers[0]) < 0)
            {
                throw new CsvDataException(
                    dataPath, null, input.TargetName, "all numbers are equal, so that R², which --importance needs, is undefined.");
            }
        }

        Targets<double> targets = model.PredictsClasses ? classes : numbers.AsView(numbers.Length, 1);
        double[] weights = [.. input.Weights ?? []];
        return new(
            PermutationImportance.Compute(
                model, input.Rows.Dense!.View, arePrepared: true, targets, weights, Repeats, seed: 0, cancellationToken),
            model.PredictsClasses ? "accuracy" : "R²");
    }

    /// <summary>Writes a table, the most important column first.</summary>
    internal void Write(TextWriter output)
    {
        output.WriteLine($"Importance: drop of the {score} when a column is permuted (mean ± deviation of {Repeats} permutations)");
        foreach (FeatureImportance feature in Sorted)
        {
            string name = string.Concat(feature.Name.Select(character => char.IsControl(character) ? '?' : character));
            name = name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";
            output.WriteLine($"{feature.Mean,11:F4} ± {feature.StandardDeviation:F4}  {name}");
        }

        output.WriteLine();
    }

    /// <summary>Writes an array of objects, the most important column first.</summary>
    internal void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("importance");
        foreach (FeatureImportance feature in Sorted)
        {
            json.WriteStartObject();
            json.WriteString("column", feature.Name);
            json.WriteFinite("mean", feature.Mean);
            json.WriteFinite("standardDeviation", feature.StandardDeviation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
