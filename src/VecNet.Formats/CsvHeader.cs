namespace VecNet.Formats;

/// <summary>Specifies the meaning of the first row of a CSV file.</summary>
public enum CsvHeader
{
    /// <summary>The names of the columns. If all of them are numbers, it is an error, since the row is probably data.</summary>
    Expected,

    /// <summary>The names of the columns, even if all of them are numbers.</summary>
    Present,

    /// <summary>A row of data: the columns are named <c>column1</c>, <c>column2</c> and so on.</summary>
    None,
}
