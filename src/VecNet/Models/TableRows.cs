using System.Data;
using System.Numerics;

namespace VecNet;

/// <summary>Features of rows that have named columns, for predictions.</summary>
internal static class TableRows
{
    /// <summary>The names of a reader's columns.</summary>
    internal static string[] NamesOf(IDataReader rows) => [.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetName)];

    /// <summary>Finds a column by its name: the same name, or else the only one that differs in case alone.</summary>
    /// <exception cref="ArgumentException">There is no such column, or there are several.</exception>
    internal static int Find(IReadOnlyList<string> names, string name, string parameter)
    {
        int[] found = [.. Enumerable.Range(0, names.Count).Where(i => names[i] == name)];
        if (found.Length == 0)
        {
            found = [.. Enumerable.Range(0, names.Count).Where(i => string.Equals(names[i], name, StringComparison.OrdinalIgnoreCase))];
        }

        return found.Length == 1
            ? found[0]
            : throw new ArgumentException(
                found.Length > 1 ? $"There are {found.Length} columns '{name}'."
                    : $"There is no column '{name}'; the columns are {string.Join(", ", names.Select(one => $"'{one}'"))}.",
                parameter);
    }

    /// <summary>Reads all rows as features, rows × features; columns that are not features are ignored.</summary>
    /// <exception cref="ArgumentException">A column is missing, or a value cannot be used.</exception>
    internal static TensorBuffer<double> Encode(TableFeatures table, IDataReader rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        string[] names = NamesOf(rows);
        int[] ordinals = [.. table.Columns.Select(column => Find(names, column.Name, nameof(rows)))];
        var values = new List<double>();
        double[] features = new double[table.Width];
        int row = 0;
        for (; rows.Read(); row++)
        {
            Encode(table, i => rows.GetValue(ordinals[i]), features, (column, error) => Error(row, column, error));
            values.AddRange(features);
        }

        var buffer = new TensorBuffer<double>(row, table.Width);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Encodes one row; entries that are not features are ignored.</summary>
    /// <exception cref="ArgumentException">A column is missing, or a value cannot be used.</exception>
    internal static double[] Encode(TableFeatures table, IReadOnlyDictionary<string, object?> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        double[] features = new double[table.Width];
        Encode(
            table,
            i => row.TryGetValue(table.Columns[i].Name, out object? value)
                ? value
                : throw new ArgumentException($"There is no column '{table.Columns[i].Name}'.", nameof(row)),
            features,
            (column, error) => new ArgumentException($"Column '{column}': {error.Message}", nameof(row), error));
        return features;
    }

    /// <summary>The error of a value in a row of a reader.</summary>
    internal static ArgumentException Error(int row, string column, FormatException error) =>
        new($"Row {row}, column '{column}': {error.Message}", "rows", error);

    /// <summary>The columns that a model predicts from.</summary>
    /// <exception cref="InvalidOperationException">They have no names.</exception>
    internal static TableFeatures FeaturesOf<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        model.Table ?? (model.FeatureNames is { } names && model.Text is null
            ? TableFeatures.CreateNumeric(names)
            : throw new InvalidOperationException("The model was not trained on named columns: predict from arrays."));

    private static void Encode(
        TableFeatures table, Func<int, object?> valueOf, double[] features, Func<string, FormatException, ArgumentException> error)
    {
        int start = 0;
        for (int i = 0; i < table.Columns.Count; i++)
        {
            FeatureColumn column = table.Columns[i];
            try
            {
                TableCell.Encode(column, valueOf(i), features.AsSpan(start, column.Width));
            }
            catch (FormatException wrong)
            {
                throw error(column.Name, wrong);
            }

            start += column.Width;
        }
    }
}
