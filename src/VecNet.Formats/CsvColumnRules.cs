namespace VecNet.Formats;

/// <summary>How the columns of a CSV file are to be taken before it is known which rows are for training.</summary>
public sealed record CsvColumnRules
{
    /// <summary>The columns whose values are categories, be they words or numbers; all others are numbers.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>
    /// Whether what is missing is filled in: a number by the mean of the training rows, a category by their most frequent one (the first in
    /// ordinal order, if there are several). Otherwise it is an error, with line and column. <see cref="FeatureColumn"/> says what counts as missing.
    /// </summary>
    public bool FillMissing { get; init; }

    /// <summary>What becomes of a category that no training row has.</summary>
    public UnknownCategory Unknown { get; init; }

    /// <summary>What the first row of the file is.</summary>
    public CsvHeader Header { get; init; }
}
