namespace VecNet;

/// <summary>Opening a file for reading: once, so that a pipe is as good as a file on a disk; every complaint names it.</summary>
internal static class InputFile
{
    /// <summary>Reads a file through a function of its stream, which may be one that cannot seek.</summary>
    /// <exception cref="InvalidDataException">It is malformed; the message begins with its path.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static TResult Read<TResult>(string path, Func<Stream, TResult> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = Open(path);
        return Named(path, () => read(stream));
    }

    /// <summary>Opens a file that is read once, front to back.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    /// <summary>Does what reads a file that is open already.</summary>
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
