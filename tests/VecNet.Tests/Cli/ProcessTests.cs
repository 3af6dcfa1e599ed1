using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>The exit code and the error of a separate process.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Exit_code_and_complaint_reach_the_shell()
    {
        using var scratch = new ScratchDirectory();
        string[] arguments = [typeof(Cli.Tool).Assembly.Location, "train", "--data", "no.csv", "--target", "y"];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = scratch.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, "", "error: no.csv: the file does not exist."), (process.ExitCode, output, error.TrimEnd()));
        Assert.Empty(scratch.Files);
    }
}
