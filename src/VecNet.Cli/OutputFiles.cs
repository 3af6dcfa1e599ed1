namespace VecNet.Cli;

/// <summary>Files that are written as a whole or not at all.</summary>
internal static class OutputFiles
{
    /// <summary>Says before the work whether a directory can be written to, or made; leaves nothing behind.</summary>
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

    /// <summary>Writes to a temporary file beside the target and renames it when it is complete.</summary>
    /// <exception cref="UserErrorException">The file cannot be written; what was there before remains.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            if (Directory.Exists(target))
            {
                throw new UserErrorException($"{path}: cannot be written: this is a directory.");
            }

            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Delete(temporary);
            string reason = error switch
            {
                DirectoryNotFoundException => "there is no such directory.",
                UnauthorizedAccessException => "this is not permitted.",
                _ => error.Message.Replace(temporary, target, StringComparison.Ordinal),
            };
            throw new UserErrorException($"{path}: cannot be written: {reason}", error);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    private static void Delete(string temporary)
    {
        if (File.Exists(temporary))
        {
            File.Delete(temporary);
        }
    }
}
