using System.Numerics;

namespace VecNet.Formats;

/// <summary>Texts from a file as features, and the label of each if the file has them.</summary>
/// <remarks>
/// <para>
/// A file of lines has one text in each line, after its label and a tab: <c>label⇥text</c>; or texts only, if there is no tab in the
/// first line. A CSV file has its texts in one column and its labels in another. Both are UTF-8, and are read row by row.
/// </para>
/// <para>
/// Every line is a row or an error with its number. An empty line is an error, except at the end of labeled texts; and so is a text without
/// tokens (see <see cref="TextHashing.HasTokens"/>), since a model would predict from no features.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class TextTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Half of the largest array: the rows are in memory twice while they are combined.</summary>
    private const long MostElements = 1 << 30;

    private readonly TextHashing hashing;
    private readonly List<T[]> rows = [];
    private readonly LabelColumn labels = new();
    private readonly List<long> lines = [];
    private long most = MostElements;
    private bool readLabels;

    private TextTable(string path, string? targetName, TextHashing hashing)
    {
        Path = path;
        TargetName = targetName;
        this.hashing = hashing;
        Features = new TensorBuffer<T>(0, hashing.Features);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the labels; null if there are none.</summary>
    public string? TargetName { get; private set; }

    /// <summary>The features of the texts, rows × features.</summary>
    public TensorBuffer<T> Features { get; private set; }

    /// <summary>The label of each row as it is written; empty if there are none.</summary>
    public IReadOnlyList<string> Labels => labels.Labels;

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines => lines;

    /// <summary>The number of rows.</summary>
    public int Rows => lines.Count;

    /// <summary>Reads a file of lines with a given limit of elements.</summary>
    internal static TextTable<T> Read(string path, TextHashing hashing, bool readLabels, long most = MostElements)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(hashing);
        var table = new TextTable<T>(path, "label", hashing) { most = most, readLabels = readLabels };
        return table.ReadAll(CsvRecords.Open(path, "text"));
    }

    /// <summary>Reads lines from a stream.</summary>
    internal static TextTable<T> Read(Stream stream, string name, TextHashing hashing, bool readLabels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(hashing);
        var table = new TextTable<T>(name, "label", hashing) { readLabels = readLabels };
        return table.ReadAll(CsvRecords.Open(name, "text", stream));
    }

    private TextTable<T> ReadAll(Utf8ValidatingStream bytes)
    {
        using StreamReader reader = CsvRecords.TextOf(bytes);
        return CsvRecords.WithErrors(Path, bytes, () => ReadLines(reader)).Complete();
    }

    private TextTable<T> ReadLines(StreamReader reader)
    {
        bool? isLabeled = null;
        long? emptyLine = null;
        for (long number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                emptyLine ??= number;
                continue;
            }

            if (emptyLine is not null)
            {
                throw EmptyLine(emptyLine.Value);
            }

            if (isLabeled is null && line.Contains('\0', StringComparison.Ordinal))
            {
                throw new CsvDataException(
                    Path, number, null, "the first line has a NUL character: the file is not a text file, or is not UTF-8.");
            }

            if (line[0] == '\uFEFF')
            {
                throw new CsvDataException(
                    Path, number, null, "there is a byte order mark inside the file; two files may have been concatenated.");
            }

            isLabeled ??= line.Contains('\t', StringComparison.Ordinal);
            ReadLine(line, number, isLabeled.Value);
        }

        // After labeled texts, an empty line cannot be a text.
        if (isLabeled == false && emptyLine is not null)
        {
            throw EmptyLine(emptyLine.Value);
        }

        TargetName = isLabeled == true && readLabels ? TargetName : null;
        return this;
    }

    private void ReadLine(string line, long number, bool isLabeled)
    {
        int tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (isLabeled != tab >= 0)
        {
            throw new CsvDataException(Path, number, null, tab < 0
                ? "the tab between label and text is missing; the previous lines have one."
                : "the line has a tab, perhaps after a label; the previous lines have none.");
        }

        ReadOnlySpan<char> text = line.AsSpan(tab + 1);
        if (isLabeled && readLabels)
        {
            ReadOnlySpan<char> label = line.AsSpan(0, tab).Trim();
            if (label.IsEmpty)
            {
                throw new CsvDataException(Path, number, null, "the label before the tab is missing.");
            }

            labels.Add(label);
        }

        if (isLabeled && text.IsWhiteSpace())
        {
            throw new CsvDataException(Path, number, null, "the text after the tab is missing.");
        }

        try
        {
            hashing.CheckTokens(text);
        }
        catch (FormatException error)
        {
            throw new CsvDataException(Path, number, null, error.Message, error);
        }

        Add(text, number);
    }

    private CsvDataException EmptyLine(long line) => new(Path, line, null, "the line is empty; each line must have a text.");

    private void Add(ReadOnlySpan<char> text, long line)
    {
        if ((rows.Count + 1L) * hashing.Features > most)
        {
            throw new CsvDataException(
                Path, line, null, $"{rows.Count + 1:N0} texts of {hashing.Features:N0} features each do not fit; use fewer features.");
        }

        var row = new T[hashing.Features];
        hashing.Encode(text, row.AsSpan());
        rows.Add(row);
        lines.Add(line);
    }

    private TextTable<T> Complete()
    {
        if (rows.Count == 0)
        {
            throw new CsvDataException(Path, "the file has no texts.");
        }

        Features = new TensorBuffer<T>(rows.Count, hashing.Features);
        for (int row = 0; row < rows.Count; row++)
        {
            rows[row].CopyTo(Features.View.Row(row));
        }

        rows.Clear();
        return this;
    }
}
