using System.Text.Json;
using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>The page on the tool describes every option of its commands and every member of their JSON output.</summary>
public sealed partial class CommandLinePageTests : IDisposable
{
    private const string JsonSection = "## JSON output";

    private readonly ScratchDirectory scratch = new();
    private readonly string page = File.ReadAllText(Path.Combine(Repository.Root, "src/VecNet/docs/command-line.md"));

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("train")]
    [InlineData("cross-validate")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("embed")]
    [InlineData("search")]
    [InlineData("generate train")]
    [InlineData("generate write")]
    [InlineData("inspect")]
    [InlineData("export")]
    [InlineData("gradcheck")]
    [InlineData("benchmark")]
    [InlineData("example")]
    public void Every_option_is_described(string command)
    {
        Assert.Contains($"| `vecnet {command}` |", page, StringComparison.Ordinal);
        string help = CommandRun.Of([.. command.Split(' '), "--help"]).Output;
        string[] options = [.. Option().Matches(help).Select(match => match.Value).Distinct()];
        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Matches($"`{option}[` ]", page));
    }

    [Fact]
    public void Every_member_of_the_JSON_output_is_described()
    {
        NpyFile.Write<float>(scratch["a.npy"], new float[] { 1, 2 });
        using (FileStream stream = File.OpenRead(scratch["a.npy"]))
        {
            NpzFile.Write(scratch["a.npz"], [new("a", NpyFile.Read(stream))]);
        }

        var network = new NeuralNetwork<float>(2, 1, hiddenSizes: [], new ReLU<float>());
        Model.SaveParameters(network, scratch["weights.safetensors"]);
        using var encoder = new TinyEncoder();
        string texts = scratch.Write("texts.tsv", string.Concat(Enumerable.Repeat("x\ta b\ny\tred fox\n", 8)));
        string iris = TestData.PathOf("iris.csv"), languages = TestData.PathOf("languages.tsv");
        string[][] commands =
        [
            ["train", "--data", iris, "--target", "label", "--epochs", "5", "--output", scratch["c"]],
            ["train", "--data", iris, "--target", "petal_length_cm", "--categorical", "label", "--regression", "--epochs", "5",
                "--output", scratch["r"]],
            ["train", "--data", languages, "--text", "--epochs", "2", "--output", scratch["t"]],
            ["train", "--data", iris, "--target", "label", "--epochs", "5", "--calibrate", "--output", scratch["k"]],
            ["train", "--data", texts, "--text", "--encoder", encoder.Folder, "--output", scratch["e"]],
            ["embed", texts, "--model", encoder.Folder, "--output", scratch["v.npy"]],
            ["search", "a fox", "--in", texts, "--model", encoder.Folder],
            ["cross-validate", "--data", iris, "--target", "label", "--epochs", "5"],
            ["evaluate", scratch["c/iris.safetensors"], "--data", iris],
            ["evaluate", scratch["c/iris.safetensors"], "--data", iris, "--importance"],
            ["evaluate", scratch["r/iris.safetensors"], "--data", iris],
            ["predict", scratch["c/iris.safetensors"], "--data", iris],
            ["predict", scratch["r/iris.safetensors"], "--data", iris],
            ["export", scratch["c/iris.safetensors"], "--output", scratch["c.onnx"]],
            [
                "generate", "train", "--text", TestData.PathOf("iris.csv"), "--steps", "2", "--width", "8", "--heads", "2",
                "--output", scratch["g"],
            ],
            ["generate", "write", scratch["g/iris.safetensors"], "--prompt", "1", "--tokens", "3"],
            ["gradcheck"],
            ["benchmark", "--seconds", "1"],
            .. new[]
            {
                iris, languages, scratch["c/iris.safetensors"], scratch["r/iris.safetensors"], scratch["t/languages.safetensors"],
                scratch["g/iris.safetensors"], scratch["weights.safetensors"], scratch["a.npy"], scratch["a.npz"],
            }.Select(file => (string[])["inspect", file]),
        ];

        string section = page[page.IndexOf(JsonSection, StringComparison.Ordinal)..];
        foreach (string[] command in commands)
        {
            CommandRun run = CommandRun.Of([.. command, "--json"]);
            Assert.True(run.ExitCode == 0, run.Error);
            string name = command[0] == "generate" ? $"{command[0]} {command[1]}" : command[0];
            string rows = string.Join('\n', Rows(section, name));
            Assert.All(
                Members(JsonDocument.Parse(run.Output).RootElement).Distinct(),
                member => Assert.Contains($"`{member}`", rows, StringComparison.Ordinal));
        }
    }

    /// <summary>The rows of the table that belong to a command: the first names it.</summary>
    private static IEnumerable<string> Rows(string section, string command)
    {
        string current = "";
        foreach (string row in section.Split('\n').Where(line => line.StartsWith('|')))
        {
            string first = row.Split('|')[1].Trim();
            current = first.Length > 0 ? first : current;
            if (current.Contains($"`{command}`", StringComparison.Ordinal))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<string> Members(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Members),
        _ => [],
    };

    [GeneratedRegex("(?<= )--[a-z-]+(?=[ ,])")]
    private static partial Regex Option();
}
