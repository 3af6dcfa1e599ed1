namespace VecNet.Cli;

/// <summary>What is asked of output files before the work, so that it is not done in vain.</summary>
internal static class OutputFiles
{
    /// <summary>Says whether a directory can be written to, or made, and has room; leaves nothing behind.</summary>
    /// <param name="directory">For output files.</param>
    /// <param name="length">Bytes of the largest of them.</param>
    /// <exception cref="UserErrorException">It cannot.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    internal static void CheckDirectory(string directory, long length = 0)
    {
        string? existing = Path.GetFullPath(directory);
        while (existing is not null && !Directory.Exists(existing))
        {
            if (File.Exists(existing))
            {
                throw new UserErrorException($"{directory}: cannot be written to: {(Path.GetFullPath(directory) == existing ? "this" : $"'{existing}'")} is a file, not a directory.");
            }

            existing = Path.GetDirectoryName(existing);
        }

        try
        {
            using var probe = new FileStream(
                Path.Combine(existing!, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{directory}: cannot be written to: nothing can be created in it.", error);
        }

        string largest = Path.Combine(existing!, Path.GetRandomFileName());
        try
        {
            AtomicFile.CheckWritable(largest, length);
        }
        catch (IOException error)
        {
            // The name of the trial means nothing to anybody.
            throw new IOException(error.Message.Replace($"{largest}: cannot be written", $"{directory}: cannot be written to", StringComparison.Ordinal), error);
        }
    }

    /// <summary>
    /// Whether a path is a name of standard output, which has a position that may lie behind what others have written to the same file:
    /// nothing takes that file's place.
    /// </summary>
    internal static bool IsStandardOutput(string? path) => path is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Refuses a file that is a directory, that is read in the same run, or that cannot be written, as far as its directory
    /// exists.</summary>
    /// <param name="path">Of the output.</param>
    /// <param name="inputs">What is read, and what it is; a path that is null is none.</param>
    /// <exception cref="UserErrorException">It is one of them, perhaps by way of links.</exception>
    /// <exception cref="IOException">It cannot be written; the message names it.</exception>
    internal static void CheckFile(string path, params ReadOnlySpan<(string? Path, string What)> inputs)
    {
        if (Directory.Exists(path))
        {
            throw new UserErrorException($"{path}: cannot be written: it is a directory.");
        }

        string output = Resolve(path);
        foreach ((string? input, string what) in inputs)
        {
            // One terminal may be read from and written to.
            if (input is not null && IsSame(Resolve(input), output) && !output.StartsWith("/dev/", StringComparison.Ordinal))
            {
                throw new UserErrorException($"{path}: this is the {what}; choose another --output.");
            }
        }

        if (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            AtomicFile.CheckWritable(path);
        }
    }

    /// <summary>Saves what has taken long to make: where it should be, or if that is impossible, beside it, or in a new directory of the
    /// system's temporary files.</summary>
    /// <param name="what">It is.</param>
    /// <param name="path">Where it should be, in a directory that is made if it is not there.</param>
    /// <param name="save">Saves it at a path.</param>
    /// <param name="complaint">Why it is elsewhere, in one line; null if it is not.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="IOException">It is nowhere.</exception>
    internal static string SaveSomewhere(string what, string path, Action<string> save, out string? complaint)
    {
        complaint = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            save(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            foreach (Func<string> place in (Func<string>[])[() => PrivateFileBeside(path), () => Path.Combine(Directory.CreateTempSubdirectory("vecnet-").FullName, Path.GetFileName(path))])
            {
                if (TrySave(place, save) is { } saved)
                {
                    complaint = $"{error.Message.ReplaceLineEndings(" ")} The {what} is saved as {saved}.";
                    return saved;
                }
            }

            throw;
        }
    }

    /// <summary>What could not be written may have been for its owner alone: so is what takes its place.</summary>
    private static string PrivateFileBeside(string path)
    {
        string full = Path.GetFullPath(path);
        string beside = Path.Combine(
            Path.GetDirectoryName(full)!, $"{Path.GetFileNameWithoutExtension(full)}.{Path.GetFileNameWithoutExtension(Path.GetRandomFileName())}{Path.GetExtension(full)}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(beside, options).Dispose();
        return beside;
    }

    private static string? TrySave(Func<string> place, Action<string> save)
    {
        string? path = null;
        try
        {
            path = place();
            save(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return null;
        }
    }

    private static bool IsSame(string one, string other) =>
        string.Equals(one, other, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path without links, be they files or directories on the way.</summary>
    private static string Resolve(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return full;
        }

        var here = new FileInfo(Path.Combine(Resolve(parent), Path.GetFileName(full)));
        return here.LinkTarget is null ? here.FullName : Resolve(here.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
