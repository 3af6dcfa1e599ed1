namespace VecNet.Cli;

/// <summary>What is asked of output files before the work, so that it is not done in vain.</summary>
internal static class OutputFiles
{
    /// <summary>Says whether a directory can be written to, or made; leaves nothing behind.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    internal static void CheckDirectory(string directory)
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
    }

    /// <summary>Refuses a file that is a directory, or that is read in the same run.</summary>
    /// <param name="path">Of the output.</param>
    /// <param name="inputs">What is read, and what it is; a path that is null is none.</param>
    /// <exception cref="UserErrorException">It is one of them, perhaps by way of links.</exception>
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
