using Microsoft.Win32.SafeHandles;

namespace VecNet;

/// <summary>A file's new content, complete in a temporary file before anything happens to the target.</summary>
internal static class StagedFile
{
    /// <summary>
    /// The longest part of the target's name in the temporary file's name, which then stays below the limit of file systems.
    /// </summary>
    private const int LongestName = 40;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the content, and then replaces or overwrites the target.</summary>
    internal static void Write(string target, Action<Stream> write)
    {
        bool exists = CheckExisting(target);
        bool isKept = false;
        (string temporary, FileStream stream, bool isBeside) = Create(target, exists, 0);
        try
        {
            bool replaces;
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                replaces = isBeside && (!exists || TakesAfter(target, stream.SafeFileHandle));
            }

            if (replaces && TryMove(temporary, target, exists))
            {
                return;
            }

            Overwrite(temporary, target, out isKept);
        }
        finally
        {
            if (!isKept)
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Tries the first operations of <see cref="Write"/>.</summary>
    internal static void Check(string target, long length)
    {
        (string temporary, FileStream stream, _) = Create(target, CheckExisting(target), length);
        try
        {
            using (stream)
            {
                stream.WriteByte(0);
                stream.Flush();
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Whether the target exists; a target that must not be written to is not replaced either.</summary>
    private static bool CheckExisting(string target)
    {
        if (!File.Exists(target))
        {
            return false;
        }

        using var writable = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        return true;
    }

    /// <summary>
    /// Creates the temporary file beside the target or, if that is impossible and the target exists, in the system's directory of temporary
    /// files.
    /// </summary>
    private static (string Path, FileStream Stream, bool IsBeside) Create(string target, bool exists, long length)
    {
        string name = Path.GetFileName(target);
        string temporaryName = $"{name[..int.Min(name.Length, LongestName)]}.{Path.GetRandomFileName()}.tmp";
        string beside = Path.Combine(Path.GetDirectoryName(target)!, temporaryName);
        try
        {
            return (beside, Open(beside, exists, length), true);
        }
        catch (Exception error) when (exists && error is IOException or UnauthorizedAccessException && !IsFull(error))
        {
            string elsewhere = Path.Combine(Path.GetTempPath(), temporaryName);
            return (elsewhere, Open(elsewhere, isPrivate: true, length), false);
        }
    }

    private static bool IsFull(Exception error) => error.Message.Contains("allocation size", StringComparison.Ordinal);

    private static FileStream Open(string path, bool isPrivate, long length)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = length };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>Gives the temporary file the owner and then the mode of the target, so that it never allows more than the target.</summary>
    /// <returns>Whether it can replace the target without loss.</returns>
    private static bool TakesAfter(string target, SafeFileHandle temporary)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        if (UnixFile.HasAccessList(target) || UnixFile.Get(target)?.TryGiveOwnerTo(temporary) == false)
        {
            return false;
        }

        File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        return true;
    }

    /// <summary>Whether the target is a mount point: it exists and is busy.</summary>
    private static bool TryMove(string temporary, string target, bool exists)
    {
        try
        {
            File.Move(temporary, target, overwrite: true);
            return true;
        }
        catch (Exception error) when (exists && error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <param name="temporary">The new content.</param>
    /// <param name="target">An existing file.</param>
    /// <param name="isKept">Whether the temporary file must be kept because it has the only complete content.</param>
    private static void Overwrite(string temporary, string target, out bool isKept)
    {
        isKept = false;
        using var from = new FileStream(temporary, FileMode.Open, FileAccess.Read);
        using var to = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.Read);
        try
        {
            isKept = true;
            from.CopyTo(to);
            to.SetLength(from.Length);
            to.Flush(flushToDisk: true);
            isKept = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the file is now incomplete, and its new content is in '{temporary}': {error.Message.TrimEnd('.')}", error);
        }
    }
}
