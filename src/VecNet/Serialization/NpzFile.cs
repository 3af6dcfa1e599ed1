using System.IO.Compression;

namespace VecNet;

/// <summary>NumPy's <c>.npz</c>: several named arrays in a zip archive, each as <c>name.npy</c>.</summary>
public static class NpzFile
{
    private const string Ending = ".npy";

    /// <summary>The earliest time that zip can store, so that files of the same arrays are identical.</summary>
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays of a file by their names, without the extension.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or damaged; the message names the file, the array and what is
    /// wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, StoredArray> Read(string path) => InputFile.Read(path, Read);

    /// <summary>Reads all arrays of an archive that begins at the stream's position and ends with the stream.</summary>
    /// <remarks>The stream is left open. The directory of an archive is at its end; a stream that cannot seek is read into
    /// memory.</remarks>
    /// <exception cref="InvalidDataException">It is not such an archive, or damaged; the message names the array and what is
    /// wrong.</exception>
    public static IReadOnlyDictionary<string, StoredArray> Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var arrays = new Dictionary<string, StoredArray>(StringComparer.Ordinal);
        ZipDirectory archive = Open(stream);
        foreach (ZipEntry entry in archive.Entries)
        {
            if (!entry.Name.EndsWith(Ending, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"the archive holds '{entry.Name}', which is not a {Ending} file.");
            }

            string name = entry.Name[..^Ending.Length];
            if (arrays.ContainsKey(name))
            {
                throw new InvalidDataException($"the archive holds '{entry.Name}' twice.");
            }

            arrays.Add(name, Read(archive, entry));
        }

        return arrays;
    }

    /// <summary>Reads all arrays from the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not such an archive, or damaged; the message names the array and what is
    /// wrong.</exception>
    public static IReadOnlyDictionary<string, StoredArray> Read(ReadOnlyMemory<byte> content) => InputFile.Read(content, Read);

    /// <summary>Reads one array of a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or damaged, or has no array of the name.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoredArray Read(string path, string name) => InputFile.Read(path, stream => Read(stream, name));

    /// <summary>Reads one array of an archive that begins at the stream's position and ends with the stream.</summary>
    /// <exception cref="InvalidDataException">It is not such an archive, or damaged, or has no array of the name.</exception>
    public static StoredArray Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ZipDirectory archive = Open(stream);
        ZipEntry[] entries = [.. archive.Entries.Where(entry => entry.Name == name + Ending)];
        return entries.Length == 1
            ? Read(archive, entries[0])
            : throw new InvalidDataException(
                $"the archive holds {(entries.Length == 0 ? "no" : "more than one")} array '{name}'; there are "
                + $"{string.Join(", ", archive.Entries.Select(entry => $"'{entry.Name}'"))}.");
    }

    /// <summary>Reads one array from the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not such an archive, or damaged, or have no array of the name.</exception>
    public static StoredArray Read(ReadOnlyMemory<byte> content, string name) => InputFile.Read(content, stream => Read(stream, name));

    /// <summary>Writes a file atomically, in the order of the names given.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">The arrays by their names, without the extension.</param>
    /// <param name="compress">Whether to compress the arrays, as <c>numpy.savez_compressed</c> does.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    /// <exception cref="IOException">It cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, StoredArray>> arrays, bool compress = false)
    {
        KeyValuePair<string, StoredArray>[] named = CheckNames(arrays);
        AtomicFile.Write(path, stream => WriteArchive(stream, named, compress));
    }

    /// <summary>Writes an archive to a stream, which need not be seekable and is left open.</summary>
    /// <remarks>
    /// A stream that cannot seek gets the lengths of the arrays after their data and in the directory of the archive, as zip allows. In a
    /// stream that can seek and already has content, the archive is assembled in memory first.
    /// </remarks>
    /// <param name="stream">The stream.</param>
    /// <param name="arrays">The arrays by their names, without the extension.</param>
    /// <param name="compress">Whether to compress the arrays, as <c>numpy.savez_compressed</c> does.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, StoredArray>> arrays, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        KeyValuePair<string, StoredArray>[] named = CheckNames(arrays);
        if (!stream.CanSeek || stream.Position == 0)
        {
            WriteArchive(stream, named, compress);
            return;
        }

        // The positions in an archive count from its own beginning; ZipArchive's count from that of the stream.
        using var archive = new MemoryStream();
        WriteArchive(archive, named, compress);
        archive.WriteTo(stream);
    }

    private static KeyValuePair<string, StoredArray>[] CheckNames(IEnumerable<KeyValuePair<string, StoredArray>> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        KeyValuePair<string, StoredArray>[] named = [.. arrays];
        if (named.Any(entry => string.IsNullOrEmpty(entry.Key)) || named.DistinctBy(entry => entry.Key).Count() != named.Length)
        {
            throw new ArgumentException("Each array needs a unique name that is not empty.", nameof(arrays));
        }

        return named;
    }

    private static void WriteArchive(Stream stream, KeyValuePair<string, StoredArray>[] arrays, bool compress)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, StoredArray array) in arrays)
        {
            ZipArchiveEntry entry =
                archive.CreateEntry(name + Ending, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = Epoch;
            using Stream content = entry.Open();
            NpyFile.Write(content, array);
        }
    }

    private static ZipDirectory Open(Stream stream)
    {
        try
        {
            return new ZipDirectory(StoredBytes.ToSeekable(stream));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"not a .npz file: {error.Message}", error);
        }
    }

    private static StoredArray Read(ZipDirectory archive, ZipEntry entry)
    {
        try
        {
            using Stream content = archive.Open(entry);
            StoredArray array = NpyFile.Read(content);
            StoredBytes.CheckEnd(content);
            return array;
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"array '{entry.Name}': {error.Message}", error);
        }
    }
}
