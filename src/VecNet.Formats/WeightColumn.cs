using System.Globalization;

namespace VecNet.Formats;

/// <summary>The weights of the rows that have been read; none if the file has no column of weights.</summary>
internal sealed class WeightColumn
{
    private readonly List<double> weights = [];
    private readonly string path;
    private readonly string? name;

    /// <summary>Finds the column.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="records">The records of the file.</param>
    /// <param name="name">The name of the column; null for none.</param>
    /// <param name="targetColumn">The index of the target column; −1 if there is none.</param>
    /// <exception cref="CsvDataException">The column does not exist, or is the target.</exception>
    internal WeightColumn(string path, CsvRecords records, string? name, int targetColumn)
    {
        this.path = path;
        this.name = name;
        Column = name is null ? -1 : records.Find(name);
        if (name is not null && (Column < 0 || Column == targetColumn))
        {
            throw new CsvDataException(path, 1, null, Column < 0
                ? $"the column of weights '{name}' does not exist; the columns are {records.ColumnList}."
                : $"column '{name}' is the target and cannot also contain the weights.");
        }
    }

    /// <summary>The index of the column; −1 if there is none.</summary>
    internal int Column { get; }

    /// <summary>Adds the weight of the current row.</summary>
    /// <exception cref="CsvDataException">It is not a number of at least 0.</exception>
    internal void Add(CsvRecords records)
    {
        if (Column < 0)
        {
            return;
        }

        try
        {
            double weight = FeatureColumn.ParseNumber(records.Field(Column));
            weights.Add(weight >= 0
                ? weight
                : throw new FormatException($"the weight is {weight.ToString(CultureInfo.InvariantCulture)}; it must be at least 0."));
        }
        catch (FormatException error)
        {
            throw records.Error(Column, error.Message);
        }
    }

    /// <summary>The weights of all rows; null if there is no such column.</summary>
    /// <exception cref="CsvDataException">All of them are 0.</exception>
    internal IReadOnlyList<double>? Complete() => Column < 0 ? null
        : weights.Exists(weight => weight > 0) ? weights
        : throw new CsvDataException(path, null, name, "the weights of all rows are 0.");
}
