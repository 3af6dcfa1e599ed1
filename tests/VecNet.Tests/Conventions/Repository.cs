namespace VecNet.Tests;

/// <summary>The checked-out repository that the test assembly was built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds VecNet.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The library's source files as (path relative to src/VecNet with forward slashes, text).</summary>
    public static IReadOnlyList<(string Path, string Text)> LibrarySources()
    {
        string library = Path.Combine(Root, "src", "VecNet");
        return
        [
            .. Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(library, file).Replace('\\', '/'), File: file))
                .Where(source =>
                    !source.Path.StartsWith("bin/", StringComparison.Ordinal) && !source.Path.StartsWith("obj/", StringComparison.Ordinal))
                .OrderBy(source => source.Path, StringComparer.Ordinal)
                .Select(source => (source.Path, File.ReadAllText(source.File))),
        ];
    }

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
