namespace VecNet;

/// <summary>Writes a file as a whole or not at all.</summary>
/// <remarks>
/// <para>
/// The content goes to a temporary file beside the target, to the disk, and takes the target's place in one step: readers see the old
/// file or the new one. A symbolic link stays one: what it leads to is replaced. A file that is replaced keeps its mode and, on Linux,
/// its owner and group, and the temporary file is never open to more users than the target; a new file gets what is usual (the umask).
/// Other names of the file (hard links) keep the old content, and extended attributes are lost.
/// </para>
/// <para>
/// A file that cannot be replaced is overwritten as soon as its new content is complete in a temporary file, elsewhere if need be: a mount
/// point of its own, a file in a directory that admits no new ones, one with an access list, and one whose owner cannot be kept. If
/// overwriting fails halfway, the old content is lost, but the exception says where the new content is. What exists and is not
/// an ordinary file (a device, a pipe) is written to directly, since replacing would destroy it.
/// </para>
/// </remarks>
public static class AtomicFile
{
    /// <summary>Writes a file, or leaves what was there before.</summary>
    /// <param name="path">Of the file, in an existing directory.</param>
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
    /// Says before long work whether a file can be written: creates a temporary file beside it, and takes room for it on the disk. Leaves
    /// nothing behind, and the target alone.
    /// </summary>
    /// <remarks>Nothing can promise that the room will be there later.</remarks>
    /// <param name="path">Of the file, in an existing directory. Devices and pipes are not tried.</param>
    /// <param name="length">Bytes that it will have.</param>
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

    /// <summary>Where the file is that a path leads to, or will be; null for what exists and is no ordinary file.</summary>
    private static string? OrdinaryTarget(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a directory");
        }

        // The full path, since .NET takes what a bare name's link leads to for a path from the root if there is nothing yet.
        string full = Path.GetFullPath(path);
        bool isLink = new FileInfo(full).LinkTarget is not null;
        string target = isLink ? File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName : full;

        // A link of /proc may lead to what has no name: a pipe, or a file that has been deleted.
        return UnixFile.Of(path) is { } known ? (known.IsOrdinary && File.Exists(target) ? target : null)
            : File.Exists(target) && !LooksOrdinary(target) ? null
            : target;
    }

    /// <remarks>Where the system is not asked: what cannot seek is a pipe, and a device lies in a directory of devices and has no
    /// length.</remarks>
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

    /// <summary>What .NET makes of a file that exceeds a limit of its system: no <see cref="IOException"/>.</summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>What went wrong without the name of the temporary file, which means nothing to anybody.</summary>
    private static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        DirectoryNotFoundException => "there is no such directory",
        _ when IsTooLarge(error) || IsAllocation(error, "too large") => "it would be larger than the file system allows",
        _ when IsAllocation(error, "full") => "there is no room for it on the disk",
        _ when error.Message.Contains(" : '", StringComparison.Ordinal) =>
            error.Message[..error.Message.IndexOf(" : '", StringComparison.Ordinal)].TrimEnd('.'),
        _ => error.Message.TrimEnd('.'),
    };

    private static bool IsAllocation(Exception error, string why) =>
        error.Message.Contains("allocation size", StringComparison.Ordinal) && error.Message.Contains(why, StringComparison.Ordinal);
}
