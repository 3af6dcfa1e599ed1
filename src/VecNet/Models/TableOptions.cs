namespace VecNet;

/// <summary>How <see cref="Classifier"/> and <see cref="Regressor"/> use the columns of an <see cref="System.Data.IDataReader"/>.</summary>
/// <remarks>
/// Numeric and Boolean columns become one feature each. Columns of strings, characters and enums are categorical: each category becomes a
/// feature.
/// <code>
/// var model = Classifier.Fit&lt;string&gt;(reader, "species", new TableOptions { Categorical = ["island"], FillMissing = true });
/// </code>
/// </remarks>
public sealed record TableOptions
{
    /// <summary>Numeric or Boolean columns that are categorical, such as product codes or postal codes.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>
    /// Whether missing values are filled in: a number with the mean of its column, and a category with the most frequent one (the first in
    /// ordinal order, if there are several). Otherwise they are errors. Null, <see cref="DBNull"/>, NaN and blank texts are missing values.
    /// </summary>
    public bool FillMissing { get; init; }

    /// <summary>How predictions treat a category that did not occur in the training rows.</summary>
    public UnknownCategory UnknownCategories { get; init; }
}
