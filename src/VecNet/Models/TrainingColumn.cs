namespace VecNet;

/// <summary>The values of one column of training rows: numbers, or indices of texts.</summary>
/// <param name="name">The name of the column.</param>
/// <param name="isNumeric">Whether its values are numbers; otherwise they are categories.</param>
internal sealed class TrainingColumn(string name, bool isNumeric)
{
    /// <summary>The maximum number of categories: a column with more probably has names or numbers.</summary>
    private const int MostCategories = 1000;

    private readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);
    private readonly List<string> texts = [];

    /// <summary>A number, NaN if it is missing; or the index of the category's text, −1 if it is missing.</summary>
    private readonly List<double> values = [];

    /// <summary>The name of the column.</summary>
    internal string Name => name;

    /// <summary>Adds the value of the next row.</summary>
    /// <exception cref="FormatException">The value cannot be used; the message explains why in one sentence.</exception>
    internal void Add(object? value, bool allowMissing)
    {
        string text = isNumeric ? "" : TableCell.Text(value);
        double number = isNumeric ? TableCell.Number(value) : string.IsNullOrWhiteSpace(text) ? double.NaN : Code(text);
        values.Add(!double.IsNaN(number) || allowMissing
            ? number
            : throw new FormatException("the value is missing; TableOptions.FillMissing fills in missing values."));
    }

    /// <summary>Finds the categories, and the replacement of missing values.</summary>
    /// <param name="options">What becomes of missing values and unknown categories.</param>
    /// <param name="rows">The rows that count.</param>
    /// <exception cref="FormatException">There are only missing values, or too many categories.</exception>
    internal FeatureColumn Fit(TableOptions options, IReadOnlyList<int> rows)
    {
        double[] present = [.. rows.Select(row => values[row]).Where(value => !double.IsNaN(value))];
        if (present.Length == 0)
        {
            throw new FormatException("all values are missing.");
        }

        if (isNumeric)
        {
            double mean = Standardization.Fit<double>(present.AsView(present.Length, 1)).Means[0];
            return FeatureColumn.Number(name, options.FillMissing ? mean : null);
        }

        string[] categories = [.. present.Distinct().Select(code => texts[(int)code]).Order(StringComparer.Ordinal)];
        string mostFrequent = present.CountBy(code => texts[(int)code])
            .OrderByDescending(category => category.Value)
            .ThenBy(category => category.Key, StringComparer.Ordinal)
            .First().Key;
        return categories.Length <= MostCategories
            ? FeatureColumn.Category(name, categories, options.FillMissing ? mostFrequent : null, options.UnknownCategories)
            : throw new FormatException(
                $"there are {categories.Length} categories; the limit is {MostCategories}. Leave the column out or convert it to numbers.");
    }

    /// <summary>Writes the features of the rows that count.</summary>
    /// <param name="fitted">The column as <see cref="Fit"/> returns it.</param>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">Rows × features of the column.</param>
    internal void Encode(FeatureColumn fitted, IReadOnlyList<int> rows, TensorView<double> features)
    {
        foreach (int row in rows)
        {
            double value = values[row];
            if (isNumeric)
            {
                features[row, 0] = double.IsNaN(value) ? fitted.MissingNumber!.Value : value;
            }
            else
            {
                features[row, fitted.GetCategory(double.IsNaN(value) ? "" : texts[(int)value], isQuoted: true)] = 1;
            }
        }
    }

    private int Code(string text)
    {
        if (!codes.TryGetValue(text, out int code))
        {
            code = texts.Count;
            codes.Add(text, code);
            texts.Add(text);
        }

        return code;
    }
}
