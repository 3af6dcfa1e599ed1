namespace VecNet.Benchmarks.Comparing;

/// <summary>Files of the repository that this program was built from.</summary>
internal static class RepositoryFile
{
    /// <summary>The full path of what lies there, or null.</summary>
    /// <param name="path">From the folder that holds VecNet.sln.</param>
    internal static string? Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VecNet.sln")))
            {
                string file = Path.GetFullPath(Path.Combine(folder.FullName, path));
                return File.Exists(file) ? file : null;
            }
        }

        return null;
    }
}
