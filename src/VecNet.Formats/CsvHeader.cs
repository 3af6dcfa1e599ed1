namespace VecNet.Formats;

/// <summary>What the first row of a CSV file is.</summary>
public enum CsvHeader
{
    /// <summary>The names of the columns; but if all of them are numbers it is refused, since it is probably a row of data.</summary>
    Expected,

    /// <summary>The names of the columns, even if all of them are numbers.</summary>
    Present,

    /// <summary>A row of data: the columns are called <c>column1</c>, <c>column2</c>, and so on.</summary>
    None,
}
