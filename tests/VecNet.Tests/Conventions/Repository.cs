namespace VecNet.Tests;

/// <summary>The checked-out repository that the test assembly was built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds VecNet.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A library's source files as (path relative to its folder with forward slashes, text).</summary>
    public static IReadOnlyList<(string Path, string Text)> LibrarySources(string project = "VecNet") =>
        [.. Files($"src/{project}", "*.cs").Select(path => (path, File.ReadAllText(Path.Combine(Root, "src", project, path))))];

    /// <summary>
    /// The files below a folder that are not built: relative to the folder with forward slashes, in order.
    /// </summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(Root, folder), file).Replace('\\', '/'))
            .Where(path =>
                !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "TestResults" || part.StartsWith('.')))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VecNet.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds VecNet.sln.");
    }
}
