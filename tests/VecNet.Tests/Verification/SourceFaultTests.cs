using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>The tests bite: with a fault planted in the library's source, built and put beside them, they fail.</summary>
[Collection(Alone.Name)]
public sealed class SourceFaultTests(MutableLibrary library) : IClassFixture<MutableLibrary>
{
    private static readonly Dictionary<string, SourceFault> Faults = SourceFault.All.ToDictionary(fault => fault.ToString());

    /// <summary>With a display name of their own: xunit would cut the argument off.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names =>
        Faults.Keys.Select(name => new TheoryDataRow<string>(name) { TestDisplayName = name });

    [Fact]
    public void Every_fault_finds_its_place_in_the_source()
    {
        Dictionary<(string, string), string> sources = MutableLibrary.Projects
            .SelectMany(project => Repository.LibrarySources(project).Select(source => (Key: (project, source.Path), source.Text)))
            .ToDictionary(source => source.Key, source => source.Text);
        string[] lost = [.. Faults.Values
            .Where(fault => sources.GetValueOrDefault((fault.Project, fault.File), "").Split(fault.Original).Length != 2)
            .Select(fault => fault.ToString())];
        Assert.True(
            lost.Length == 0, $"The source has changed under these faults, whose text must stand in it once: {string.Join("; ", lost)}.");
    }

    /// <summary>Takes some ten seconds each: a build, and the catching tests on it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_fault_in_the_source_is_caught(string name)
    {
        Assert.SkipUnless(LongRun.IsOn, $"Builds the library anew; runs with {LongRun.Variable}=1.");
        SourceFault fault = Faults[name];
        Assert.True(await library.Passes(fault.CaughtBy), $"{fault.CaughtBy.Name} fails without any fault.");
        Assert.False(await library.PassesWith(fault), $"Not caught: {fault}.");
    }
}

/// <summary>A copy of the libraries' source and of the tests' assembly, where faults can be planted.</summary>
public sealed class MutableLibrary : IDisposable
{
    /// <summary>The libraries; each is built with those before it that it uses.</summary>
    internal static readonly string[] Projects = ["VecNet", "VecNet.Text", "VecNet.Mpi"];

    private readonly ScratchDirectory scratch = new();
    private readonly Dictionary<Type, bool> passed = [];
    private bool isReady;

    /// <summary>Whether the tests pass beside the library as it is.</summary>
    internal async Task<bool> Passes(Type tests)
    {
        if (!isReady)
        {
            CopySources();
            CopyFolder(AppContext.BaseDirectory, scratch["run"]);
            isReady = true;
        }

        if (!passed.TryGetValue(tests, out bool passes))
        {
            foreach (string project in Projects)
            {
                await Build(project);
            }

            passed[tests] = passes = await Run(tests);
        }

        return passes;
    }

    internal async Task<bool> PassesWith(SourceFault fault)
    {
        string path = Path.Combine(scratch[$"src/{fault.Project}"], fault.File);
        string original = await File.ReadAllTextAsync(path);
        try
        {
            await File.WriteAllTextAsync(path, original.Replace(fault.Original, fault.Mutated, StringComparison.Ordinal));
            await Build(fault.Project);
            return await Run(fault.CaughtBy);
        }
        finally
        {
            await File.WriteAllTextAsync(path, original);
        }
    }

    public void Dispose() => scratch.Dispose();

    private async Task Build(string project)
    {
        (int exitCode, string output) = await Start(
            scratch[$"src/{project}"], "build", "-c", "Release", "-o", scratch["library"], "-nologo",
            "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-p:EnforceCodeStyleInBuild=false");
        Assert.True(exitCode == 0, output);
        foreach (string built in Projects.Where(built => File.Exists(Path.Combine(scratch["library"], $"{built}.dll"))))
        {
            File.Copy(Path.Combine(scratch["library"], $"{built}.dll"), Path.Combine(scratch["run"], $"{built}.dll"), overwrite: true);
        }
    }

    /// <summary>A process that died of a fault has not passed; one that ran nothing proves nothing.</summary>
    private async Task<bool> Run(Type tests)
    {
        (int exitCode, string output) = await Start(
            scratch["run"], Path.Combine(scratch["run"], "VecNet.Tests.dll"), "-noColor", "-class", tests.FullName!);
        Assert.DoesNotContain("Total: 0", output, StringComparison.Ordinal);
        return exitCode == 0;
    }

    private static async Task<(int ExitCode, string Output)> Start(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }

    private void CopySources()
    {
        foreach (string name in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "VecNet.sln" })
        {
            File.Copy(Path.Combine(Repository.Root, name), scratch[name]);
        }

        // Tests find their data below the solution.
        CopyFolder(Path.Combine(Repository.Root, "tests", "VecNet.Tests", "Data"), scratch["tests/VecNet.Tests/Data"]);

        foreach (string project in Projects)
        {
            foreach ((string path, string text) in Repository.LibrarySources(project))
            {
                string target = Path.Combine(scratch[$"src/{project}"], path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllText(target, text);
            }

            File.Copy(
                Path.Combine(Repository.Root, "src", project, $"{project}.csproj"), scratch[$"src/{project}/{project}.csproj"]);
        }
    }

    private static void CopyFolder(string source, string target)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
