namespace VecNet;

/// <summary>Opens a file for reading once, so that a pipe works like a file on a disk; every error message names it.</summary>
internal static class InputFile
{
    /// <summary>Reads a file by a function of its stream, which need not be seekable.</summary>
    /// <exception cref="InvalidDataException">It is malformed; the message begins with its path.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static TResult Read<TResult>(string path, Func<Stream, TResult> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = Open(path);
        return Named(path, () => read(stream));
    }

    /// <summary>Reads bytes in memory, which are not copied, by a function of a stream.</summary>
    /// <exception cref="InvalidDataException">They are malformed.</exception>
    internal static TResult Read<TResult>(ReadOnlyMemory<byte> content, Func<Stream, TResult> read) => read(new MemoryContent(content));

    /// <summary>Opens a file that is read once, front to back.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    /// <summary>Runs a function that reads an open file.</summary>
    /// <exception cref="InvalidDataException">It is malformed; the message begins with its path.</exception>
    internal static TResult Named<TResult>(string path, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}
