using System.IO.Compression;
using System.Xml.Linq;

namespace VecNet.Tests;

/// <summary>What <c>dotnet pack</c> makes of this build, in a folder of its own that serves as the only source of packages.</summary>
public sealed class Packages : IAsyncLifetime
{
    /// <summary>What is packed.</summary>
    internal static readonly string[] Names =
        ["VecNet", "VecNet.Formats", "VecNet.Text", "VecNet.Extensions.AI", "VecNet.Extensions.Hosting", "VecNet.Mpi", "VecNet.Cli"];

    /// <summary>The folder.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("vecnet-packages-").FullName;

    /// <summary>The version that was packed.</summary>
    internal string Version { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OnRequest.Variable)))
        {
            return;
        }

        foreach (string name in Names)
        {
            await Command.Run(Repository.Root, "dotnet", "pack", $"src/{name}", "-c", "Release", "--no-build", "-o", Folder);
        }

        Version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Folder, "VecNet.?.*.nupkg")))["VecNet.".Length..];
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The paths in a package and the length of each; what only the format asks for is left out.</summary>
    internal SortedDictionary<string, long> Contents(string name, string ending = ".nupkg")
    {
        using ZipArchive archive = Open(name, ending);
        return new(
            archive.Entries
                .Where(
                    entry => entry.FullName is not ("_rels/.rels" or "[Content_Types].xml")
                        && !entry.FullName.StartsWith("package/", StringComparison.Ordinal))
                .ToDictionary(entry => entry.FullName, entry => entry.Length),
            StringComparer.Ordinal);
    }

    /// <summary>A file of a package.</summary>
    internal byte[] Read(string name, string path, string ending = ".nupkg")
    {
        using ZipArchive archive = Open(name, ending);
        using Stream stream = archive.GetEntry(path)!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>What a package says of itself.</summary>
    internal XElement Description(string name)
    {
        using var stream = new MemoryStream(Read(name, name + ".nuspec"));
        XElement package = XDocument.Load(stream).Root!;
        return package.Element(package.GetDefaultNamespace() + "metadata")!;
    }

    /// <summary>
    /// Writes NuGet's settings for a folder: packages come from this folder, what they depend on from what has been restored on this
    /// machine, nothing from the network, and what is installed stays there.
    /// </summary>
    internal void WriteSettings(string folder) => File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{Path.Combine(folder, "installed")}" /></config>
          <fallbackPackageFolders><clear /><add key="restored" value="{Restored}" /></fallbackPackageFolders>
          <packageSources><clear /><add key="packed" value="{Folder}" /></packageSources>
        </configuration>
        """);

    private static string Restored => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private ZipArchive Open(string name, string ending) => ZipFile.OpenRead(Path.Combine(Folder, $"{name}.{Version}{ending}"));
}
