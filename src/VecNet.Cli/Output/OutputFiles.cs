namespace VecNet.Cli;

/// <summary>Checks output files before a long computation, and saves its results.</summary>
internal static class OutputFiles
{
    /// <summary>Checks that a directory can be written to, or created, and has enough space; it leaves no file behind.</summary>
    /// <param name="directory">The directory for output files.</param>
    /// <param name="length">The length of the largest file in bytes.</param>
    /// <exception cref="UserErrorException">The directory cannot be written to.</exception>
    /// <exception cref="IOException">There is not enough space.</exception>
    internal static void CheckDirectory(string directory, long length = 0)
    {
        string? existing = Path.GetFullPath(directory);
        while (existing is not null && !Directory.Exists(existing))
        {
            if (File.Exists(existing))
            {
                string file = Path.GetFullPath(directory) == existing ? "this" : $"'{existing}'";
                throw new UserErrorException($"{directory}: the directory cannot be created: {file} is a file.");
            }

            existing = Path.GetDirectoryName(existing);
        }

        try
        {
            using var probe = new FileStream(
                Path.Combine(existing!, Path.GetRandomFileName()),
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{directory}: the directory cannot be written to: no file can be created in it.", error);
        }

        string largest = Path.Combine(existing!, Path.GetRandomFileName());
        try
        {
            AtomicFile.CheckWritable(largest, length);
        }
        catch (IOException error)
        {
            // The message names the directory instead of the temporary file.
            throw new IOException(error.Message.Replace(largest, directory, StringComparison.Ordinal), error);
        }
    }

    /// <summary>
    /// Whether a path is a name of standard output; a file that is called "-" is named by "./-". The file that standard output leads to is
    /// not replaced: its position may be after what other programs have written to it.
    /// </summary>
    internal static bool IsStandardOutput(string? path) => path is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>
    /// Rejects an output file that is a directory, that is an input of the same command, or that cannot be written, if its directory
    /// exists.
    /// </summary>
    /// <param name="path">The path of the output file.</param>
    /// <param name="inputs">The paths and kinds of the input files; a path may be null.</param>
    /// <exception cref="UserErrorException">The file is a directory, or is an input, perhaps through links.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    internal static void CheckFile(string path, params ReadOnlySpan<(string? Path, string Kind)> inputs)
    {
        if (Directory.Exists(path))
        {
            throw new UserErrorException($"{path}: cannot be written: it is a directory.");
        }

        string output = Resolve(path);
        foreach ((string? input, string kind) in inputs)
        {
            // A terminal can be both input and output.
            if (input is not null && IsSame(Resolve(input), output) && !output.StartsWith("/dev/", StringComparison.Ordinal))
            {
                throw new UserErrorException($"{path}: the output would overwrite the {kind}; choose another --output.");
            }
        }

        if (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            AtomicFile.CheckWritable(path);
        }
    }

    /// <summary>
    /// Saves a result that took long to compute: at its path, or if that is impossible, under another name in the same directory or in a
    /// new temporary directory.
    /// </summary>
    /// <param name="kind">The kind of the file, for messages.</param>
    /// <param name="path">The path, whose directory is created if it does not exist.</param>
    /// <param name="save">Saves the file at a given path.</param>
    /// <param name="problem">Why and where the file was saved elsewhere, in one line; null if it was saved at its path.</param>
    /// <returns>The path of the saved file.</returns>
    /// <exception cref="IOException">The file could not be saved at all.</exception>
    internal static string SaveWithFallback(string kind, string path, Action<string> save, out string? problem)
    {
        problem = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            save(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Func<string>[] fallbacks =
            [
                () => CreatePrivateFile(path),
                () => Path.Combine(Directory.CreateTempSubdirectory("vecnet-").FullName, Path.GetFileName(path)),
            ];
            foreach (Func<string> fallback in fallbacks)
            {
                if (TrySave(fallback, save) is { } saved)
                {
                    problem = $"{error.Message.ReplaceLineEndings(" ")} The {kind} was saved as {saved}.";
                    return saved;
                }
            }

            throw;
        }
    }

    /// <summary>
    /// Creates a file with a new name in the same directory, which only its owner can read, as may be true of the file that could not be
    /// written.
    /// </summary>
    private static string CreatePrivateFile(string path)
    {
        string full = Path.GetFullPath(path);
        string unique = Path.GetFileNameWithoutExtension(Path.GetRandomFileName());
        string name = $"{Path.GetFileNameWithoutExtension(full)}.{unique}{Path.GetExtension(full)}";
        string created = Path.Combine(Path.GetDirectoryName(full)!, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(created, options).Dispose();
        return created;
    }

    private static string? TrySave(Func<string> pathOf, Action<string> save)
    {
        string? path = null;
        try
        {
            path = pathOf();
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

    /// <summary>The full path, in which links to files and directories are resolved.</summary>
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
