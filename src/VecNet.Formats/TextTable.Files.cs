using System.Numerics;

namespace VecNet.Formats;

/// <summary>Reads files of texts.</summary>
/// <remarks>
/// <code>
/// TextTable&lt;float&gt; texts = TextTable.Read&lt;float&gt;("languages.tsv", new TextHashing(features: 4096));
/// </code>
/// </remarks>
public static class TextTable
{
    /// <summary>Reads a file of lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hashing">The hashing of texts into features.</param>
    /// <param name="readLabels">Whether labels are read; if not, everything before the tab is ignored.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file and line.</exception>
    public static TextTable<T> Read<T>(string path, TextHashing hashing, bool readLabels = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TextTable<T>.Read(path, hashing, readLabels);

    /// <summary>Reads lines from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="hashing">The hashing of texts into features.</param>
    /// <param name="readLabels">Whether labels are read; if not, everything before the tab is ignored.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message says in which line.</exception>
    public static TextTable<T> Read<T>(Stream stream, string name, TextHashing hashing, bool readLabels = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TextTable<T>.Read(stream, name, hashing, readLabels);

    /// <summary>Reads a CSV file whose texts are in the column that the hashing names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hashing">The hashing of texts into features, which has the name of their column.</param>
    /// <param name="target">The column of labels, which is read if the file has it.</param>
    /// <param name="header">What the first row of the file is.</param>
    /// <exception cref="ArgumentException">The hashing has no column name.</exception>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static TextTable<T> ReadCsv<T>(string path, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(hashing);
        return TextTable<T>.ReadCsv(path, stream: null, hashing, target, header);
    }

    /// <summary>Reads CSV from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="hashing">The hashing of texts into features, which has the name of their column.</param>
    /// <param name="target">The column of labels, which is read if the stream has it.</param>
    /// <param name="header">What the first row of the file is.</param>
    /// <exception cref="ArgumentException">The hashing has no column name.</exception>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static TextTable<T> ReadCsv<T>(
        Stream stream, string name, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(hashing);
        return TextTable<T>.ReadCsv(name, stream, hashing, target, header);
    }
}
