using System.Data;

namespace VecNet;

/// <summary>The rows of a data reader for training: features, and the values of the target.</summary>
/// <param name="features">The conversion of a row to features.</param>
/// <param name="values">The features, rows × features, not standardized; zeros in rows of weight 0.</param>
/// <param name="targets">The target of each row, which is not missing.</param>
internal sealed class TrainingTable(TableFeatures features, TensorBuffer<double> values, IReadOnlyList<object> targets)
{
    /// <summary>The conversion of a row to features.</summary>
    internal readonly TableFeatures Features = features;

    /// <summary>The features, rows × features, not standardized.</summary>
    internal readonly TensorBuffer<double> Values = values;

    /// <summary>The target of each row, which is not missing.</summary>
    internal readonly IReadOnlyList<object> Targets = targets;

    /// <summary>Reads all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="target">The column of the targets.</param>
    /// <param name="table">How columns are used; null for the defaults.</param>
    /// <param name="weights">The weights of the rows: categories and replacements come from those whose weight is not 0.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows or no features, a column does not exist, or a value cannot be used; the message names row and column.
    /// </exception>
    internal static TrainingTable Read(
        IDataReader rows, string target, TableOptions? table, IReadOnlyList<double>? weights, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(target);
        table ??= new();
        string[] names = TableRows.NamesOf(rows);
        int targetColumn = TableRows.Find(names, target, nameof(target));
        int[] categorical = [.. table.Categorical.Select(name => TableRows.Find(names, name, nameof(table)))];
        if (categorical.Contains(targetColumn))
        {
            throw new ArgumentException($"Column '{target}' is the target and cannot also be a feature.", nameof(table));
        }

        int[] ordinals = [.. Enumerable.Range(0, names.Length).Where(ordinal => ordinal != targetColumn)];
        TrainingColumn[] columns = [.. ordinals.Select(ordinal => OfColumn(
            names[ordinal],
            () => new TrainingColumn(names[ordinal], !categorical.Contains(ordinal) && TableCell.IsNumeric(rows.GetFieldType(ordinal)))))];
        var targets = new List<object>();
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < columns.Length; i++)
            {
                try
                {
                    columns[i].Add(rows.GetValue(ordinals[i]), table.FillMissing);
                }
                catch (FormatException error)
                {
                    throw TableRows.Error(targets.Count, names[ordinals[i]], error);
                }
            }

            object value = rows.GetValue(targetColumn);
            targets.Add(!string.IsNullOrWhiteSpace(TableCell.Text(value))
                ? value
                : throw new ArgumentException($"Row {targets.Count}, column '{target}': the target is missing.", nameof(rows)));
        }

        if (targets.Count == 0 || columns.Length == 0)
        {
            throw new ArgumentException(
                $"There are {targets.Count} rows of {columns.Length} features; at least one of each is needed.", nameof(rows));
        }

        int[] all = [.. Enumerable.Range(0, targets.Count)];
        int[] counted = weights?.Count == all.Length ? [.. all.Where(row => weights[row] != 0)] : [];
        counted = counted.Length == 0 ? all : counted;
        var features = new TableFeatures([.. columns.Select(column => OfColumn(column.Name, () => column.Fit(table, counted)))]);
        return new(features, Encode(columns, features, counted, targets.Count), targets);
    }

    private static TensorBuffer<double> Encode(TrainingColumn[] columns, TableFeatures features, int[] counted, int rows)
    {
        var values = new TensorBuffer<double>(rows, features.Width);
        int start = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            FeatureColumn fitted = features.Columns[i];
            columns[i].Encode(fitted, counted, values.View.SliceColumns(start, fitted.Width));
            start += fitted.Width;
        }

        return values;
    }

    private static TResult OfColumn<TResult>(string name, Func<TResult> make)
    {
        try
        {
            return make();
        }
        catch (FormatException error)
        {
            throw new ArgumentException($"Column '{name}': {error.Message}", "rows", error);
        }
    }
}
