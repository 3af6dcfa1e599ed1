namespace VecNet.Formats;

/// <summary>The preprocessing of the columns of a CSV file, before it is fitted on the training rows.</summary>
public sealed record CsvColumnRules
{
    /// <summary>The columns whose values are categories, even if they look like numbers; all others are numbers.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>
    /// Whether missing values are filled in: a number with the mean of the training rows, and a category with their most frequent one (the
    /// first in ordinal order, if there are several). Otherwise they are an error with line and column. <see cref="FeatureColumn"/> says
    /// what a missing value is.
    /// </summary>
    public bool FillMissing { get; init; }

    /// <summary>How a category is handled that is not in the training rows.</summary>
    public UnknownCategory Unknown { get; init; }

    /// <summary>The column of the rows' weights, numbers of at least 0, which is not a feature; null if there is none.</summary>
    public string? Weights { get; init; }

    /// <summary>The meaning of the first row.</summary>
    public CsvHeader Header { get; init; }
}
