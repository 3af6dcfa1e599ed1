using System.Text.Json;

namespace VecNet.Tests;

/// <summary>A trained model is not lost if it cannot be saved at its path.</summary>
public sealed class LostPlaceTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    private string[] Arguments =>
        ["train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "30", "--output", scratch["out"]];

    [Fact]
    public void A_model_is_saved_beside_its_place_and_the_line_says_where()
    {
        (int exitCode, string output, string error) = Interfered(
            () => Directory.CreateDirectory(scratch["out/iris.safetensors"]), TestContext.Current.CancellationToken);
        string place = scratch["out/iris.safetensors"];
        Assert.Equal(1, exitCode);
        Assert.Matches(
            $@"^error: {place}: cannot be written: it is a directory\. The model was saved as "
                + $@"{scratch["out"]}/iris\.[a-z0-9]+\.safetensors\.\n$",
            error);
        string saved = Directory.GetFiles(scratch["out"], "iris.*.safetensors").Single();
        Assert.Contains($"Model         {saved}\n", output, StringComparison.Ordinal);
        Assert.Contains("Test accuracy", output, StringComparison.Ordinal);
        string expected = JsonDocument.Parse(
            CommandRun.Of([.. Arguments[..^1], scratch["whole"], "--json"]).Output)
            .RootElement.GetProperty("parametersHash").GetString()!;
        Assert.Equal(expected, Model.Load<float>(saved).GetParametersHash());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(saved));
        }
    }

    /// <summary>A file has replaced the whole directory.</summary>
    [Fact]
    public void A_model_whose_directory_is_lost_is_saved_among_temporary_files()
    {
        (int exitCode, _, string error) = Interfered(() => File.WriteAllText(scratch["out"], ""), TestContext.Current.CancellationToken);
        Assert.Equal(1, exitCode);
        System.Text.RegularExpressions.Match match = System.Text.RegularExpressions.Regex.Match(error, @"The model was saved as (\S+)\.");
        Assert.True(match.Success, error);
        string saved = match.Groups[1].Value;
        try
        {
            Assert.StartsWith(Path.GetTempPath(), saved, StringComparison.Ordinal);
            Assert.True(Model.Load<float>(saved).Network.ParameterCount > 0);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(saved)!, recursive: true);
        }
    }

    [Fact]
    public void A_checkpoint_is_saved_beside_its_place_and_the_command_goes_on_from_there()
    {
        using var cancellation = new CancellationTokenSource();
        (int exitCode, _, string error) = Interfered(
            () =>
            {
                Directory.CreateDirectory(scratch["out/iris.checkpoint.safetensors"]);
                cancellation.Cancel();
            },
            cancellation.Token);
        Assert.Equal(130, exitCode);
        string saved = Directory.GetFiles(scratch["out"], "iris.checkpoint.*.safetensors").Single();
        Assert.Contains("it is a directory", error, StringComparison.Ordinal);
        Assert.EndsWith($"--resume {saved}\n", error, StringComparison.Ordinal);
        Directory.Delete(scratch["out/iris.checkpoint.safetensors"]);
        Assert.Equal(0, CommandRun.Of([.. Arguments, "--resume", saved]).ExitCode);
    }

    /// <summary>The space is checked before the training: no disk has half an exbibyte.</summary>
    [Fact]
    public void Room_is_asked_for_before_the_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere room is not taken beforehand.");
        IOException error = Assert.Throws<IOException>(() => OutputFiles.CheckDirectory(scratch["out"], 1L << 59));
        Assert.StartsWith($"{scratch["out"]}: cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(scratch.Files);
    }

    private (int ExitCode, string Output, string Error) Interfered(Action interfere, CancellationToken cancellationToken)
    {
        bool isDone = false;
        using var output = new InterferingWriter(() =>
        {
            if (!isDone)
            {
                isDone = true;
                interfere();
            }
        }) { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = Tool.Run(Arguments, output, error, cancellationToken: cancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
