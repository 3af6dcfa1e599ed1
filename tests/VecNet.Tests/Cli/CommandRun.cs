namespace VecNet.Tests;

/// <summary>One run of the vecnet command inside the test's own process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static CommandRun Of(params string[] args) => Interrupted(args, default);

    public static CommandRun Interrupted(string[] args, CancellationToken cancellationToken)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = Tool.Run(args, output, error, cancellationToken: cancellationToken);
        return new(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>Calls an action when the first epochs are written.</summary>
internal sealed class InterferingWriter(Action interfere) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value!.Contains(" s", StringComparison.Ordinal) && value.Contains('%', StringComparison.Ordinal))
        {
            interfere();
        }
    }
}

/// <summary>A directory for one test.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vecnet-test-").FullName;

    /// <summary>The names of all files, in order.</summary>
    public string[] Files =>
        [.. Directory
            .EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Path, file))
            .Order(StringComparer.Ordinal)];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>The small real data sets beside the tests; NOTICE names their authors.</summary>
internal static class TestData
{
    public static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "VecNet.Tests", "Data", name);
}
