namespace VecNet;

/// <summary>Writes a file as a whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary file beside the target, flushes it to the disk, and renames it: readers see the old file or the new one.</summary>
    /// <remarks>
    /// A symbolic link stays one: what it leads to is replaced. What exists and is not an ordinary file (a device, a pipe) is
    /// written to directly, since it cannot be replaced without destroying it.
    /// </remarks>
    /// <param name="path">Of the file, in an existing directory.</param>
    /// <param name="write">Writes the content to the stream that it is given.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it, and what was there before remains.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            bool isLink = new FileInfo(path).LinkTarget is not null;
            string target = isLink ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : Path.GetFullPath(path);
            if (Directory.Exists(target))
            {
                throw new IOException("it is a directory");
            }

            if (File.Exists(target) && OpenIfNotOrdinary(target) is { } device)
            {
                using (device)
                {
                    write(device);
                }

                return;
            }

            Replace(target, write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException || IsTooLarge(error))
        {
            throw new IOException($"{path}: cannot be written: {Reason(error)}.", error);
        }
    }

    private static void Replace(string target, Action<Stream> write)
    {
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A stream to what is no ordinary file: what cannot seek, such as a pipe, and what lies without a length in a system's directory of devices.</summary>
    /// <remarks>.NET tells no device from a file, but a device has no length; /dev/shm is a directory of ordinary files in memory.</remarks>
    private static FileStream? OpenIfNotOrdinary(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        if (!stream.CanSeek || (stream.Length == 0 && LiesAmongDevices(path)))
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    private static bool LiesAmongDevices(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)) || path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>What .NET makes of a file that exceeds a limit of its system: no <see cref="IOException"/>.</summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>What went wrong without the name of the temporary file, which means nothing to anybody.</summary>
    private static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        DirectoryNotFoundException => "there is no such directory",
        _ when IsTooLarge(error) => "it would be larger than the file system allows",
        _ when error.Message.Contains(" : '", StringComparison.Ordinal) => error.Message[..error.Message.IndexOf(" : '", StringComparison.Ordinal)].TrimEnd('.'),
        _ => error.Message.TrimEnd('.'),
    };
}
