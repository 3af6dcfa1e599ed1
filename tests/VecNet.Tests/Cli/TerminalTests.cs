using System.Diagnostics;
using System.Text;

namespace VecNet.Tests;

/// <summary>The command in locales that are not UTF-8, and in very narrow terminals.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Class = "é日本😀";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("C")]
    [InlineData("POSIX")]
    [InlineData("en_US.ISO-8859-1")]
    [InlineData("ja_JP.eucJP")]
    [InlineData("de_DE.UTF-8")]
    [InlineData(null)]
    public void Output_and_errors_are_UTF_8_in_any_locale(string? locale)
    {
        var network = new NeuralNetwork<float>(1, 2, [], new ReLU<float>());
        network.Parameters.Clear();
        new Model<float>(network, null, ["a"], [Class, "ж"], "y").Save(scratch["m"]);
        scratch.Write("t.csv", "a\n1\n");
        (int exitCode, byte[] output, byte[] error) = Run(locale, "predict", "m", "--data", "t.csv");
        Assert.Equal(
            (0, $"row,label,probability\n0,{Class},0.5\n", ""),
            (exitCode, Encoding.UTF8.GetString(output), Encoding.UTF8.GetString(error)));
        Assert.Equal((byte)'r', output[0]);
        (exitCode, output, error) = Run(locale, "inspect", Class);
        Assert.Equal(
            (1, "", $"error: {Class}: the file does not exist.\n"),
            (exitCode, Encoding.UTF8.GetString(output), Encoding.UTF8.GetString(error)));
        Assert.Equal((byte)'e', error[0]);
    }

    /// <summary>The commands write live displays, colors and tables to a real terminal.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(45)]
    public void Any_command_ends_well_in_a_terminal_of_any_width(int columns)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (of util-linux), which makes a terminal, is not installed.");
        string data = TestData.PathOf("iris.csv");
        string train = InTerminal(columns, $"train --data {data} --target label --epochs 3 --output .");
        Assert.Contains("Test accuracy", train, StringComparison.Ordinal);
        Assert.Contains("Model", train, StringComparison.Ordinal);
        Assert.Contains("Confusion matrix", InTerminal(columns, $"evaluate iris.safetensors --data {data}"), StringComparison.Ordinal);
        Assert.Contains("fully_connected", InTerminal(columns, "inspect iris.safetensors"), StringComparison.Ordinal);
        Assert.Contains("Exit codes:", InTerminal(columns, "train --help"), StringComparison.Ordinal);
    }

    private string InTerminal(int columns, string arguments)
    {
        var start = new ProcessStartInfo(
            "/usr/bin/script", ["-qec", $"stty cols {columns}; dotnet {typeof(Cli.Tool).Assembly.Location} {arguments}", "/dev/null"]);
        start.Environment["TERM"] = "xterm-256color";
        (int exitCode, byte[] output, _) = Run(start);
        string text = Encoding.UTF8.GetString(output);
        Assert.True(exitCode == 0, text);
        Assert.InRange(text.Length, 1, 100_000);
        return text;
    }

    private (int ExitCode, byte[] Output, byte[] Error) Run(string? locale, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Cli.Tool).Assembly.Location, .. arguments]);
        foreach (string name in new[] { "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LANG" })
        {
            start.Environment.Remove(name);
        }

        if (locale is not null)
        {
            start.Environment["LC_ALL"] = locale;
        }

        return Run(start);
    }

    private (int ExitCode, byte[] Output, byte[] Error) Run(ProcessStartInfo start)
    {
        start.WorkingDirectory = scratch.Path;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        Task reading = process.StandardError.BaseStream.CopyToAsync(error, TestContext.Current.CancellationToken);
        process.StandardOutput.BaseStream.CopyTo(output);
        reading.Wait(TestContext.Current.CancellationToken);
        process.WaitForExit();
        return (process.ExitCode, output.ToArray(), error.ToArray());
    }
}
