using System.Diagnostics;
using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>Every command in the documentation is known here, and does what its page says.</summary>
public sealed partial class DocumentedCommandTests : IDisposable
{
    private const string ToolCommand = "dotnet run -c Release --project src/VecNet.Cli";
    private const string InstalledTool = "vecnet";
    private const string TestCommand = "dotnet test -c Release";
    private const string MatrixCommand = "tests/matrix.sh";
    private const int LongestReadme = 9_000;
    private const string BenchmarkCommand = "dotnet run -c Release --project perf/VecNet.Benchmarks -- ";
    private const string AccuracyCommand = BenchmarkCommand + "accuracy --quick";

    /// <summary>Commands that set up a project or need a server: the package tests and the tests of the service do the same.</summary>
    private static readonly string[] OtherCommands =
    [
        .. Packages.Names.Select(name => $"dotnet pack src/{name} -c Release -o artifacts/packages"),
        .. Packages.Names.Select(name => $"dotnet add package {name}"),
        "dotnet nuget add source \"$PWD/artifacts/packages\" --name vecnet",
        "dotnet tool install --global VecNet.Cli",
        "dotnet new console -o flowers",
        "cd flowers",
        "apt-get install openmpi-bin",
        "dotnet build -c Release -o built",
        "mpirun -n 4 dotnet built/Train.dll",
        "curl --json '[6.3, 3.3, 6.0, 2.5]' http://localhost:5000/predict",
        "dotnet run -c Release --project tests/VecNet.Service -- load 8 10",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("vecnet-readme-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_readme_opens_with_the_two_commands() => Assert.Equal([ToolCommand, TestCommand], Commands("README.md").Take(2));

    [Fact]
    public void The_readme_is_short() =>
        Assert.InRange(new FileInfo(Path.Combine(Repository.Root, "README.md")).Length, 1, LongestReadme);

    [Fact]
    public void The_readme_leads_to_every_page()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.All(
            MarkdownProgram.Pages.Where(page => page.StartsWith("src/VecNet/docs/", StringComparison.Ordinal)),
            page => Assert.Contains($"]({page})", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Continuous_integration_runs_the_test_command() =>
        Assert.Contains(TestCommand, File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);

    [Fact]
    public void The_tool_s_commands_succeed_in_their_order()
    {
        MiniLm.WriteFolder(Path.Combine(folder, "artifacts/all-MiniLM-L6-v2"));
        foreach (string command in Commands().Where(command => ProgramOf(command) is not null).Distinct())
        {
            string[] arguments = [.. Arguments(command, ProgramOf(command)!)];
            if (arguments is ["benchmark"])
            {
                arguments = [.. arguments, "--seconds", "1"];
            }
            else if (arguments is ["generate", "train", ..])
            {
                arguments = [.. arguments, "--steps", "20"];
            }

            using var output = new StringWriter();
            using var error = new StringWriter();

            int exitCode = Tool.Run(
                arguments.Length == 0 ? ["--output", folder] : arguments, output, error,
                cancellationToken: TestContext.Current.CancellationToken);

            Assert.True(exitCode == 0, $"{command}: {error}");
            Assert.True(output.ToString().Length > 100, $"{command} prints only: {output}");
        }

        Assert.True(File.Exists(Path.Combine(folder, "vecnet-digits.safetensors")));
        Assert.True(File.Exists(Path.Combine(folder, "artifacts/iris/iris.safetensors")));
    }

    [Fact]
    public void The_benchmark_command_finds_its_benchmarks()
    {
        string command = Assert.Single(BenchmarkCommands(), command => !IsComparison(command) && command != AccuracyCommand);

        Assert.Contains("MatMul", Output(["--list", "flat", .. Arguments(command, BenchmarkCommand.TrimEnd())]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("matmul", "8³ A·Bᵀ float32", "1024³ Aᵀ·B float64, 2 threads", "37×61×53 A·B float32", "784×512×128 Aᵀ·B float32")]
    [InlineData(
        "network",
        "784-512-256-10 sigmoid, batch 1, forward",
        "784-512-256-10 relu, batch 1024, step, 2 threads",
        "2-2-1 sigmoid, batch 1, forward + backward",
        "64-128-10 sigmoid, batch 32, step",
        "1600-1600-1600-10 sigmoid, batch 128, step")]
    [InlineData(
        "sequences",
        "attention 12×64, T 64, batch 1, causal, forward + backward",
        "block 384, T 64, batch 8, step",
        "GPT 4×128, vocabulary 65, T 64, batch 12, step of AdamW, 2 threads",
        "LSTM 512, T 256, batch 8, inference",
        "GRU 64, T 32, batch 1, step",
        "Conv1d 64→128, kernel 5, T 1024, batch 8, step",
        "block 384, 64 sequences of median 20 up to 200, inference")]
    [InlineData(
        "embeddings",
        "1 × 16 tokens",
        "8 × 64 tokens, 2 threads",
        "64 texts, in the given order in batches of 32",
        "64 texts, sorted by length in batches of 32",
        "64 texts, one at a time",
        "64 strings, one at a time")]
    public void The_comparisons_know_their_rows(string subject, params string[] expected)
    {
        string command = Assert.Single(
            BenchmarkCommands(), command => command.StartsWith($"{BenchmarkCommand}compare {subject} ", StringComparison.Ordinal));

        string rows = Output([.. Arguments(command, BenchmarkCommand.TrimEnd()), "--list"]);

        Assert.All(expected, row => Assert.Contains(row, rows.Split(Environment.NewLine)));
    }

    [Fact]
    public void The_functions_are_as_exact_as_promised()
    {
        Assert.Contains(AccuracyCommand, Commands());
        string table = Output([.. Arguments(AccuracyCommand, BenchmarkCommand.TrimEnd())]);
        Assert.All(["exp", "sigmoid", "tanh", "gelu"], function => Assert.Contains($"\n| {function} ", table, StringComparison.Ordinal));
    }

    /// <summary>The table of guarantees and the tests that verify them: each test that it names is there.</summary>
    [Fact]
    public void The_guarantees_name_tests_that_exist()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "src/VecNet/docs/quality.md"));
        string table = page.Split("| guarantee | verified by |\n")[1].Split("\n\n")[0];
        HashSet<string> classes = [.. typeof(DocumentedCommandTests).Assembly.GetTypes().Select(type => type.Name.Split('`')[0])];
        string[] named = [.. TestClass().Matches(table).Select(match => match.Value)];

        Assert.True(named.Length > 20, $"Only {named.Length} tests are named.");
        Assert.All(named, name => Assert.Contains(name, classes));
        Assert.All(table.Split('\n').Skip(1), row => Assert.Matches(TestClass(), row));
    }

    [Fact]
    public void There_is_no_command_of_another_kind() => Assert.All(
        Commands(),
        command => Assert.True(
            command is TestCommand or MatrixCommand
            || OtherCommands.Contains(command)
            || ProgramOf(command) is not null
            || command.StartsWith(BenchmarkCommand, StringComparison.Ordinal),
            command));

    private static IEnumerable<string> BenchmarkCommands() =>
        Commands().Where(command => command.StartsWith(BenchmarkCommand, StringComparison.Ordinal));

    private static bool IsComparison(string command) => command.StartsWith(BenchmarkCommand + "compare ", StringComparison.Ordinal);

    /// <summary>What the benchmarks' program prints, which must succeed. It is asked for names: to measure would take minutes.</summary>
    private string Output(string[] arguments)
    {
        string program = Path.Combine(
            Repository.Root, "perf", "VecNet.Benchmarks", "bin", "Release", "net10.0", "VecNet.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    /// <summary>It runs this suite, so that this suite cannot run it; each of its runs proves that it is what it is named.</summary>
    [Fact]
    public void The_script_of_all_vector_widths_is_there()
    {
        Assert.Contains(MatrixCommand, Commands());
        string script = File.ReadAllText(Path.Combine(Repository.Root, MatrixCommand));
        Assert.All(
            ["default", "EnableAVX512=0", "EnableAVX2=0", "EnableHWIntrinsic=0", "MaxVectorTBitWidth=128", "MaxVectorTBitWidth=512"],
            setting => Assert.Contains($"\nrun {setting} ", script, StringComparison.Ordinal));
        Assert.Contains(
            $"{typeof(VectorWidthTests)}.{nameof(VectorWidthTests.The_width_that_the_run_names_is_in_force)}",
            script,
            StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows()
            || File.GetUnixFileMode(Path.Combine(Repository.Root, MatrixCommand)).HasFlag(UnixFileMode.UserExecute));
    }

    private static IEnumerable<string> Commands() => MarkdownProgram.Pages.SelectMany(Commands);

    private static IEnumerable<string> Commands(string page) => ShellBlock()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
        .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>How a command starts the tool, or null if it does not.</summary>
    private static string? ProgramOf(string command) =>
        new[] { ToolCommand, InstalledTool }.FirstOrDefault(program => command == program || command.StartsWith($"{program} "));

    /// <summary>What follows the command: input files are those of the repository, results go to the test's own folder.</summary>
    private IEnumerable<string> Arguments(string command, string program) => command[program.Length..]
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .SkipWhile(argument => argument == "--")
        .Select(argument => argument.Trim('\''))
        .Select(argument => argument.StartsWith("tests/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, argument)
            : argument.StartsWith("artifacts/", StringComparison.Ordinal) ? Path.Combine(folder, argument)
            : argument);

    [GeneratedRegex(@"\b[A-Z]\w+Tests\b")]
    private static partial Regex TestClass();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
