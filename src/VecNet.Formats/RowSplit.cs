using System.Globalization;

namespace VecNet.Formats;

/// <summary>Which rows of a table are for training and which for testing.</summary>
/// <param name="Training">Row numbers from 0, ascending.</param>
/// <param name="Test">Row numbers from 0, ascending.</param>
public sealed record RowSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Test)
{
    /// <summary>Reads a CSV file with the columns <c>row</c> (from 0) and <c>set</c> (<c>train</c> or <c>test</c>), each row of the table once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows of the table.</param>
    /// <exception cref="CsvDataException">The file cannot be read or does not fit the table.</exception>
    public static RowSplit Read(string path, int rows)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path);
        return Read(path, records, rows);
    }

    /// <summary>Reads the same from a stream, which may be one that cannot seek.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="rows">The rows of the table.</param>
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
                throw records.Error(rowColumn, $"'{text}' is no row of the data: they are numbered from 0 to {rows - 1}.");
            }

            if (sets[row] is not null)
            {
                throw records.Error(rowColumn, $"row {row} has been there before.");
            }

            ReadOnlySpan<char> set = records.Field(setColumn);
            sets[row] = set is "test" ? true : set is "train" ? false : throw records.Error(setColumn, $"'{set}' is neither 'train' nor 'test'.");
        }

        int missing = Array.IndexOf(sets, null);
        if (missing >= 0)
        {
            throw new CsvDataException(path, null, "row", $"row {missing} of the data is missing.");
        }

        var split = new RowSplit(
            [.. Enumerable.Range(0, rows).Where(row => sets[row] == false)], [.. Enumerable.Range(0, rows).Where(row => sets[row] == true)]);
        return split.Training.Count > 0 && split.Test.Count > 0
            ? split
            : throw new CsvDataException(path, null, "set", $"there is no row for {(split.Test.Count == 0 ? "test" : "train")}.");
    }

    /// <summary>Divides rows at random so that each class goes to the test in the same share, rounded; every class keeps a row to learn from.</summary>
    /// <param name="rows">The rows to divide.</param>
    /// <param name="classes">The class of each row of the table.</param>
    /// <param name="testShare">Between 0 and 1.</param>
    /// <param name="random">The source of randomness.</param>
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
        double owed = 0;
        foreach (IGrouping<int, int> group in rows.GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            // What rounding keeps from one class is owed to the next, so that the whole has its share too.
            int[] members = [.. group];
            random.Shuffle(members.AsSpan());
            owed += members.Length * testShare;
            int count = int.Clamp((int)Math.Round(owed), 0, members.Length - 1);
            owed -= count;
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
            : throw new CsvDataException(path, 1, null, $"a split has the columns 'row' and 'set'; '{name}' is missing.");
    }
}
