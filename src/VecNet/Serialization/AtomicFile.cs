namespace VecNet;

/// <summary>Writes a file atomically.</summary>
/// <remarks>
/// <para>
/// The content is written to a temporary file in the same directory and flushed to the disk, and that file atomically replaces the target:
/// readers see the old file or the new one. A symbolic link is kept: its target is replaced. A file that is replaced keeps its mode and, on
/// Linux, its owner and group, and the temporary file is never open to more users than the target; a new file gets the default mode (the
/// umask). Other names of the file (hard links) keep the old content, and extended attributes are lost.
/// </para>
/// <para>
/// A file that cannot be replaced is overwritten as soon as its new content is complete in a temporary file, in another directory if need
/// be: a mount point, a file in a directory where none can be created, one with an access list, and one whose owner cannot be kept. If
/// overwriting fails halfway, the old content is lost, but the exception says where the new content is. An existing target that is not a
/// regular file (a device, a pipe) is written to directly, since replacing would destroy it.
/// </para>
/// </remarks>
public static class AtomicFile
{
    /// <summary>Writes a file, or leaves the old one unchanged.</summary>
    /// <param name="path">The path of the file, in an existing directory.</param>
    /// <param name="write">Writes the content to the stream that it is given.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        Named(path, () =>
        {
            if (OrdinaryTarget(path) is { } target)
            {
                StagedFile.Write(target, write);
                return;
            }

            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            write(device);
        });
    }

    /// <summary>
    /// Checks before long work whether a file can be written: creates a temporary file in its directory, allocates disk space for it, and
    /// deletes it. The target is not touched.
    /// </summary>
    /// <remarks>There is no guarantee that the space will still be free later.</remarks>
    /// <param name="path">The path of the file, in an existing directory. Devices and pipes are not checked.</param>
    /// <param name="length">The length that the file will have, in bytes.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it and says why.</exception>
    public static void CheckWritable(string path, long length = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Named(path, () =>
        {
            if (OrdinaryTarget(path) is { } target)
            {
                StagedFile.Check(target, length);
            }
        });
    }

    /// <summary>The path of the file to which a path leads or will lead; null if it exists and is not a regular file.</summary>
    private static string? OrdinaryTarget(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a directory");
        }

        // The full path is needed, since .NET takes the target of a bare name's link for a path from the root if it does not exist yet.
        string full = Path.GetFullPath(path);
        bool isLink = new FileInfo(full).LinkTarget is not null;
        string target = isLink ? File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName : full;

        // A link of /proc may lead to an object without a name: a pipe, or a file that has been deleted.
        return UnixFile.Get(path) is { } known ? (known.IsOrdinary && File.Exists(target) ? target : null)
            : File.Exists(target) && !LooksOrdinary(target) ? null
            : target;
    }

    /// <remarks>
    /// Used where the system does not report the kind of a file: a stream that cannot seek is a pipe, and a device is in a directory of
    /// devices and has no length.
    /// </remarks>
    private static bool LooksOrdinary(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        return stream.CanSeek && (stream.Length > 0 || !path.StartsWith("/dev/", StringComparison.Ordinal));
    }

    private static void Named(string path, Action act)
    {
        try
        {
            act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException || IsTooLarge(error))
        {
            throw new IOException($"{path}: cannot be written: {Reason(error)}.", error);
        }
    }

    /// <summary>
    /// Whether the exception, which is not an <see cref="IOException"/>, is the one that .NET throws for a file that exceeds a limit of its
    /// system.
    /// </summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>The reason without the name of the temporary file, which means nothing to a user.</summary>
    private static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        DirectoryNotFoundException => "there is no such directory",
        _ when IsTooLarge(error) || IsAllocation(error, "too large") => "it would be larger than the file system allows",
        _ when IsAllocation(error, "full") => "there is not enough space on the disk",
        _ when error.Message.Contains(" : '", StringComparison.Ordinal) =>
            error.Message[..error.Message.IndexOf(" : '", StringComparison.Ordinal)].TrimEnd('.'),
        _ => error.Message.TrimEnd('.'),
    };

    private static bool IsAllocation(Exception error, string why) =>
        error.Message.Contains("allocation size", StringComparison.Ordinal) && error.Message.Contains(why, StringComparison.Ordinal);
}
