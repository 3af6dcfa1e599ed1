using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace VecNet.Tests;

/// <summary>The packages hold what they should, and a fresh program that installs them builds and runs.</summary>
public sealed partial class PackageTests(Packages packages) : IClassFixture<Packages>, IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_library_is_one_file_of_less_than_910_kB()
    {
        OnRequest.Only();
        SortedDictionary<string, long> contents = packages.Contents("VecNet");

        Assert.InRange(contents["lib/net10.0/VecNet.dll"], 1, 910_000);
        Assert.Equal(
            ["LICENSE", "README.md", "VecNet.nuspec", .. Pages(), "lib/net10.0/VecNet.dll", "lib/net10.0/VecNet.xml"], contents.Keys);
        TestContext.Current.SendDiagnosticMessage($"VecNet.dll: {contents["lib/net10.0/VecNet.dll"]:N0} bytes");
    }

    [Theory]
    [InlineData("VecNet.Formats")]
    [InlineData("VecNet.Text")]
    [InlineData("VecNet.Extensions.AI")]
    [InlineData("VecNet.Extensions.Hosting")]
    [InlineData("VecNet.Mpi")]
    public void The_other_libraries_are_one_file_each(string name)
    {
        OnRequest.Only();
        Assert.Equal(
            ["LICENSE", "README.md", $"{name}.nuspec", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"], packages.Contents(name).Keys);
    }

    [Fact]
    public void The_tool_brings_its_licences_and_stays_below_100_MB()
    {
        OnRequest.Only();
        Assert.Subset(
            packages.Contents("VecNet.Cli").Keys.ToHashSet(),
            new HashSet<string>
            {
                "LICENSE", "NOTICE", "README.md", "tools/net10.0/any/DotnetToolSettings.xml",
                "tools/net10.0/any/VecNet.Cli.dll", "tools/net10.0/any/VecNet.dll",
            });
        Assert.InRange(new FileInfo(Path.Combine(packages.Folder, $"VecNet.Cli.{packages.Version}.nupkg")).Length, 1, 100_000_000);
    }

    [Theory]
    [InlineData("VecNet", "System.Numerics.Tensors")]
    [InlineData("VecNet.Formats", "Google.Protobuf", "VecNet")]
    [InlineData("VecNet.Text", "VecNet")]
    [InlineData("VecNet.Mpi", "VecNet")]
    [InlineData(
        "VecNet.Extensions.AI", "Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
        "VecNet.Text")]
    [InlineData(
        "VecNet.Extensions.Hosting", "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions", "System.IO.Hashing", "VecNet")]
    [InlineData("VecNet.Cli")]
    public void A_package_says_what_it_is_and_what_it_needs(string name, params string[] dependencies)
    {
        OnRequest.Only();
        XElement description = packages.Description(name);
        string Text(string element) => description.Element(description.Name.Namespace + element)?.Value ?? "";

        Assert.Equal((name, packages.Version, "MIT", "README.md"), (Text("id"), Text("version"), Text("license"), Text("readme")));
        Assert.NotEmpty(Text("authors"));
        Assert.NotEmpty(Text("tags"));
        Assert.True(Text("description").Length is > 50 and < 300, Text("description"));
        Assert.Equal(dependencies, description
            .Descendants(description.Name.Namespace + "dependency")
            .Select(dependency => dependency.Attribute("id")!.Value)
            .Order(StringComparer.Ordinal));
        Assert.Equal(
            name == "VecNet.Cli" ? ["DotnetTool"] : [],
            description.Descendants(description.Name.Namespace + "packageType").Select(type => type.Attribute("name")!.Value));
    }

    [Fact]
    public void Documentation_covers_what_is_public()
    {
        OnRequest.Only();
        string documentation = System.Text.Encoding.UTF8.GetString(packages.Read("VecNet", "lib/net10.0/VecNet.xml"));

        Assert.Contains("<member name=\"T:VecNet.NeuralNetwork`1\">", documentation, StringComparison.Ordinal);
        Assert.All(
            typeof(NeuralNetwork<>).Assembly.GetExportedTypes(),
            type => Assert.Contains($"\"T:{type.FullName!.Replace('+', '.')}\"", documentation, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("VecNet")]
    [InlineData("VecNet.Formats")]
    [InlineData("VecNet.Text")]
    public void Symbols_carry_every_source(string name)
    {
        OnRequest.Only();
        Symbols symbols = Symbols.Read(packages.Read(name, $"lib/net10.0/{name}.pdb", ".snupkg"));

        Assert.Contains(symbols.Sources, source => source.EndsWith(".cs", StringComparison.Ordinal));
        Assert.Empty(symbols.Sources.Except(symbols.Embedded));
    }

    /// <summary>The commands are those of the README, and the programs those of the README and of the packages' own.</summary>
    [Theory]
    [InlineData("VecNet", "README.md")]
    [InlineData("VecNet", "src/VecNet/README.md")]
    [InlineData("VecNet.Formats", "src/VecNet.Formats/README.md")]
    [InlineData("VecNet.Text", "src/VecNet.Text/README.md")]
    [InlineData("VecNet.Mpi", "src/VecNet.Mpi/README.md")]
    public async Task A_fresh_program_installs_the_package_and_runs(string name, string page)
    {
        OnRequest.Only();
        MarkdownProgram program = Assert.Single(MarkdownProgram.Of(page));
        packages.WriteSettings(scratch.Path);
        await Command.Run(scratch.Path, "dotnet", "new", "console", "-n", "Fresh", "-o", ".");
        await Command.Run(scratch.Path, "dotnet", "add", "package", name);
        scratch.Write("Program.cs", Assert.Single(program.Blocks));
        File.Copy(TestData.PathOf("iris.csv"), scratch["iris.csv"]);

        await Command.Run(scratch.Path, "dotnet", "build", "-c", "Release", "-o", "built", "-warnaserror");

        Assert.Equal(program.Output, (await Command.Run(scratch.Path, "dotnet", "built/Fresh.dll")).ReplaceLineEndings("\n"));
        Assert.True(
            Directory.Exists(Path.Combine(scratch.Path, "installed", "vecnet", packages.Version)),
            "The library did not come from its package.");
    }

    /// <summary>A sample in a directory outside of the repository, with packages instead of projects.</summary>
    [Theory]
    [MemberData(nameof(SampleTests.Samples), MemberType = typeof(SampleTests))]
    public async Task A_sample_runs_with_the_packages(string sample)
    {
        OnRequest.Only();
        packages.WriteSettings(scratch.Path);
        SampleTests.WriteData(scratch);
        string text = SampleTests.Text(sample);
        scratch.Write($"Samples/{sample}", Project().Replace(text, $"#:package $1@{packages.Version}"));

        string printed = await Command.Run(scratch["Samples"], "dotnet", "run", sample);

        Assert.Equal(SampleTests.Expected(text), printed.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task The_tool_installs_as_vecnet_and_learns()
    {
        OnRequest.Only();
        packages.WriteSettings(scratch.Path);

        await Command.Run(
            scratch.Path, "dotnet", "tool", "install", "VecNet.Cli", "--version",
            packages.Version, "--tool-path", "tool", "--configfile", "nuget.config");
        string vecnet = Path.Combine(scratch.Path, "tool", OperatingSystem.IsWindows() ? "vecnet.exe" : "vecnet");

        Assert.StartsWith(packages.Version, await Command.Run(scratch.Path, vecnet, "--version"), StringComparison.Ordinal);
        Assert.Contains(
            "accuracy",
            await Command.Run(
                scratch.Path, vecnet, "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--output", "iris"),
            StringComparison.OrdinalIgnoreCase);
        Assert.Contains(scratch.Files, file => file.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^#:project \.\./\.\./src/(\S+)", RegexOptions.Multiline)]
    private static partial Regex Project();

    private static IEnumerable<string> Pages() => MarkdownProgram.Pages
        .Where(page => page.StartsWith("src/VecNet/docs/", StringComparison.Ordinal))
        .Select(page => page["src/VecNet/".Length..]);
}
