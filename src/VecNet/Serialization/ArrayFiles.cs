namespace VecNet;

/// <summary>Opening and writing files of arrays, so that every complaint names the file.</summary>
internal static class ArrayFiles
{
    /// <summary>Reads a file through a function of its stream.</summary>
    /// <exception cref="InvalidDataException">It is malformed; the message begins with its path.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static TResult Read<TResult>(string path, Func<Stream, TResult> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return read(stream);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}
