using System.Globalization;

namespace VecNet.Formats;

/// <summary>The training rows and the test rows of a table.</summary>
/// <param name="Training">The numbers of the training rows, from 0, in ascending order.</param>
/// <param name="Test">The numbers of the test rows, from 0, in ascending order.</param>
public sealed record RowSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Test)
{
    /// <summary>
    /// Reads a CSV file with the columns <c>row</c> (from 0) and <c>set</c> (<c>train</c> or <c>test</c>), which has each row of the table
    /// once.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The number of rows of the table.</param>
    /// <exception cref="CsvDataException">The file cannot be read or does not fit the table.</exception>
    public static RowSplit Read(string path, int rows)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path);
        return Read(path, records, rows);
    }

    /// <summary>Reads a split from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="rows">The number of rows of the table.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or does not fit the table.</exception>
    public static RowSplit Read(Stream stream, string name, int rows)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var records = new CsvRecords(name, stream: stream);
        return Read(name, records, rows);
    }

    private static RowSplit Read(string path, CsvRecords records, int rows)
    {
        int rowColumn = Column(records, path, "row");
        int setColumn = Column(records, path, "set");
        var sets = new bool?[rows];
        while (records.Read())
        {
            ReadOnlySpan<char> text = records.Field(rowColumn);
            if (text.Contains('\0') || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int row) || row >= rows)
            {
                throw records.Error(rowColumn, $"'{text}' is not a row of the data; the rows are numbered from 0 to {rows - 1}.");
            }

            if (sets[row] is not null)
            {
                throw records.Error(rowColumn, $"row {row} appears more than once.");
            }

            ReadOnlySpan<char> set = records.Field(setColumn);
            sets[row] = set is "test" ? true : set is "train" ? false : throw records.Error(
                setColumn, $"'{set}' is neither 'train' nor 'test'.");
        }

        int missing = Array.IndexOf(sets, null);
        if (missing >= 0)
        {
            throw new CsvDataException(path, null, "row", $"row {missing} of the data is missing.");
        }

        var split = new RowSplit(
            [.. Enumerable.Range(0, rows).Where(row => sets[row] == false)],
            [.. Enumerable.Range(0, rows).Where(row => sets[row] == true)]);
        return split.Training.Count > 0 && split.Test.Count > 0
            ? split
            : throw new CsvDataException(path, null, "set", $"the set '{(split.Test.Count == 0 ? "test" : "train")}' has no rows.");
    }

    /// <summary>
    /// Splits rows at random, so that the test set has the same share of each class, rounded; every class keeps at least one training row.
    /// </summary>
    /// <param name="rows">The rows to split.</param>
    /// <param name="classes">The class of each row of the table.</param>
    /// <param name="testShare">The share of the test rows, in [0, 1).</param>
    /// <param name="random">The random number generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not in [0, 1).</exception>
    public static RowSplit Stratified(IReadOnlyList<int> rows, IReadOnlyList<int> classes, double testShare, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        if (!(testShare >= 0 && testShare < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, "The share must be in [0, 1).");
        }

        var training = new List<int>();
        var test = new List<int>();
        double carried = 0;
        foreach (IGrouping<int, int> group in rows.GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            // The rounding error of one class is carried over to the next, so that the whole test set has its share, too.
            int[] members = [.. group];
            random.Shuffle(members.AsSpan());
            carried += members.Length * testShare;
            int count = int.Clamp((int)Math.Round(carried), 0, members.Length - 1);
            carried -= count;
            test.AddRange(members[..count]);
            training.AddRange(members[count..]);
        }

        return new RowSplit([.. training.Order()], [.. test.Order()]);
    }

    private static int Column(CsvRecords records, string path, string name)
    {
        int column = records.Find(name);
        return column >= 0
            ? column
            : throw new CsvDataException(path, 1, null, $"the column '{name}' is missing; a split needs the columns 'row' and 'set'.");
    }
}
