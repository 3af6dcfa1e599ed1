using System.IO.Compression;
using System.Xml.Linq;

namespace VecNet.Tests;

/// <summary>
/// Two copies of the sources, in different folders, give the same bytes; and where the repository has an address, the symbols know it.
/// </summary>
public sealed class ReproducibleBuildTests : IDisposable
{
    private const string Remote = "https://github.com/example/vecnet";

    private static readonly string[] TopLevel =
    [
        ".editorconfig", ".gitignore", "Directory.Build.props", "Directory.Packages.props", "LICENSE", "NOTICE", "README.md", "global.json",
    ];

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Two_folders_give_the_same_bytes_and_symbols_that_lead_to_the_sources()
    {
        OnRequest.Only();
        (string one, string commit) = await Pack("here");
        (string two, string sameCommit) = await Pack(Path.Combine("elsewhere", "and", "deeper"));

        Assert.Equal(commit, sameCommit);
        foreach ((string package, string file) in new[] { (".nupkg", "VecNet.dll"), (".nupkg", "VecNet.xml"), (".snupkg", "VecNet.pdb") })
        {
            Assert.True(Read(one, package, file).AsSpan().SequenceEqual(Read(two, package, file)), $"{file} depends on the folder.");
        }

        Symbols symbols = Symbols.Read(Read(one, ".snupkg", "VecNet.pdb"));
        Assert.Contains($"https://raw.githubusercontent.com/example/vecnet/{commit}/*", symbols.SourceLink, StringComparison.Ordinal);
        Assert.All(symbols.Sources, source => Assert.StartsWith("/_", source, StringComparison.Ordinal));
        using var nuspec = new MemoryStream(Read(one, ".nupkg", "VecNet.nuspec"));
        XElement repository = XDocument.Load(nuspec).Descendants().Single(element => element.Name.LocalName == "repository");
        Assert.Equal((Remote, commit), (repository.Attribute("url")!.Value, repository.Attribute("commit")!.Value));
    }

    /// <summary>
    /// Packs a copy of the sources, committed to a repository of its own that has an
    /// address; returns the folder of packages and the commit.
    /// </summary>
    private async Task<(string Folder, string Commit)> Pack(string folder)
    {
        string copy = Directory.CreateDirectory(scratch[folder]).FullName;
        foreach (string file in TopLevel)
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(copy, file));
        }

        CopySources(new(Path.Combine(Repository.Root, "src")), Path.Combine(copy, "src"));
        await Command.Run(copy, "git", "init", "--quiet");
        await Command.Run(copy, "git", "remote", "add", "origin", Remote);
        await Command.Run(copy, "git", "add", "--all");
        await Command.Run(
            copy, "env", "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z",
            "git", "-c", "user.name=VecNet", "-c", "user.email=vecnet@example.com", "-c",
            "commit.gpgsign=false", "commit", "--quiet", "--message", "Sources");
        await Command.Run(copy, "dotnet", "pack", "src/VecNet", "-c", "Release", "-o", "packed", "-p:ContinuousIntegrationBuild=true");
        return (Path.Combine(copy, "packed"), (await Command.Run(copy, "git", "rev-parse", "HEAD")).Trim());
    }

    private static void CopySources(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileInfo file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (DirectoryInfo folder in from.EnumerateDirectories().Where(folder => folder.Name is not ("bin" or "obj")))
        {
            CopySources(folder, Path.Combine(to, folder.Name));
        }
    }

    private static byte[] Read(string folder, string package, string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(
            Directory.GetFiles(folder, $"*{package}").Single(path => Path.GetExtension(path) == package));
        using Stream stream = archive.Entries.Single(entry => entry.Name == file).Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
