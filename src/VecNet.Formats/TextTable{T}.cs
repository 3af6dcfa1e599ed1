using System.Numerics;

namespace VecNet.Formats;

/// <summary>Texts from a file as dense features of a <see cref="TextHashing"/>, and the label of each if the file has them.</summary>
/// <remarks>The files are those of <see cref="TextTable"/>, which has the texts themselves.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TextTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Half of the largest array.</summary>
    private const long MostElements = 1 << 30;

    private readonly TextTable texts;

    private TextTable(TextTable texts, TextHashing hashing, long most)
    {
        this.texts = texts;
        long rows = most / hashing.Features;
        if (texts.Rows > rows)
        {
            throw new CsvDataException(
                Path, Lines[(int)rows], null,
                $"{rows + 1:N0} texts of {hashing.Features:N0} features each do not fit; use fewer features.");
        }

        Features = new TensorBuffer<T>(texts.Rows, hashing.Features);
        for (int row = 0; row < texts.Rows; row++)
        {
            hashing.Encode(texts.Texts[row], Features.View.Row(row));
        }
    }

    /// <summary>The file.</summary>
    public string Path => texts.Path;

    /// <summary>The name of the labels; null if there are none.</summary>
    public string? TargetName => texts.TargetName;

    /// <summary>The features of the texts, rows × features.</summary>
    public TensorBuffer<T> Features { get; }

    /// <summary>The label of each row as it is written; empty if there are none.</summary>
    public IReadOnlyList<string> Labels => texts.Labels;

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines => texts.Lines;

    /// <summary>The number of rows.</summary>
    public int Rows => texts.Rows;

    /// <summary>Reads a file of lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hashing">The hashing of texts into features.</param>
    /// <param name="readLabels">Whether labels are read; if not, everything before the tab is ignored.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file and line.</exception>
    public static TextTable<T> Read(string path, TextHashing hashing, bool readLabels = true) =>
        Read(path, hashing, readLabels, MostElements);

    /// <summary>Reads a file of lines with a given limit of elements.</summary>
    internal static TextTable<T> Read(string path, TextHashing hashing, bool readLabels, long most)
    {
        ArgumentNullException.ThrowIfNull(hashing);
        return new(TextTable.Read(path, readLabels, hashing.Tokens), hashing, most);
    }

    /// <summary>Reads lines from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="hashing">The hashing of texts into features.</param>
    /// <param name="readLabels">Whether labels are read; if not, everything before the tab is ignored.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message says in which line.</exception>
    public static TextTable<T> Read(Stream stream, string name, TextHashing hashing, bool readLabels = true)
    {
        ArgumentNullException.ThrowIfNull(hashing);
        return new(TextTable.Read(stream, name, readLabels, hashing.Tokens), hashing, MostElements);
    }

    /// <summary>Reads a CSV file whose texts are in the column that the hashing names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hashing">The hashing of texts into features, which has the name of their column.</param>
    /// <param name="target">The column of labels, which is read if the file has it.</param>
    /// <param name="header">What the first row of the file is.</param>
    /// <exception cref="ArgumentException">The hashing has no column name.</exception>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static TextTable<T> ReadCsv(string path, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(hashing);
        return new(TextTable.ReadCsv(path, ColumnOf(hashing), target, header, hashing.Tokens), hashing, MostElements);
    }

    /// <summary>Reads CSV from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="hashing">The hashing of texts into features, which has the name of their column.</param>
    /// <param name="target">The column of labels, which is read if the stream has it.</param>
    /// <param name="header">What the first row of the file is.</param>
    /// <exception cref="ArgumentException">The hashing has no column name.</exception>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static TextTable<T> ReadCsv(
        Stream stream, string name, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(hashing);
        return new(TextTable.ReadCsv(stream, name, ColumnOf(hashing), target, header, hashing.Tokens), hashing, MostElements);
    }

    private static string ColumnOf(TextHashing hashing) =>
        hashing.Column ?? throw new ArgumentException("The hashing has no column name for the texts.", nameof(hashing));
}
