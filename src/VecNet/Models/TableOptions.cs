namespace VecNet;

/// <summary>How <see cref="Classifier"/> and <see cref="Regressor"/> use the columns of an <see cref="System.Data.IDataReader"/>.</summary>
/// <remarks>
/// Columns of numbers and truth values become one feature each. Columns of strings, characters and enums are categories, with one feature
/// for each category.
/// <code>
/// var model = Classifier.Fit&lt;string&gt;(reader, "species", new TableOptions { Categorical = ["island"], FillMissing = true });
/// </code>
/// </remarks>
public sealed record TableOptions
{
    /// <summary>Columns of numbers or truth values that are categories, such as codes or postal codes.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>
    /// Whether missing values are filled in: a number with the mean of its column, and a category with the most frequent one (the first in
    /// ordinal order, if there are several). Otherwise they are errors. Null, <see cref="DBNull"/>, NaN and blank texts are missing values.
    /// </summary>
    public bool FillMissing { get; init; }

    /// <summary>How predictions treat a category that did not occur in the training rows.</summary>
    public UnknownCategory UnknownCategories { get; init; }
}
