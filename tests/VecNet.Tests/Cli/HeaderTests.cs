using System.Text.Json;

namespace VecNet.Tests;

/// <summary>In every command that reads a table, a file without a header is an error unless an option says what its first row is.</summary>
public sealed class HeaderTests : IDisposable
{
    private const string Hint = " Use --no-header if the file has no header, or --header if these are the names of its columns.\n";

    private static readonly string Rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i + 2},{i % 2}\n"));

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_without_a_header_keeps_its_first_row()
    {
        string data = scratch.Write("t.csv", Rows);
        string doubt = $"error: {data}, line 1: the header has numbers instead of names (2, 0); it may be a row of data.{Hint}";
        string[] train = ["train", "--data", data, "--target", "column2", "--epochs", "2", "--output", scratch.Path];
        Refuses(doubt, train);
        CommandRun trained = CommandRun.Of([.. train, "--no-header"]);
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Contains("40 rows, 1 feature, 2 classes in column 'column2'", trained.Output, StringComparison.Ordinal);

        string model = scratch["t.safetensors"];
        Assert.Equal(["column1"], Model.Load<float>(model).FeatureNames!);
        string[][] commands =
        [
            ["predict", model, "--data", data],
            ["evaluate", model, "--data", data],
            ["inspect", data],
        ];
        foreach (string[] command in commands)
        {
            Refuses(doubt, command);
            CommandRun run = CommandRun.Of([.. command, "--no-header", "--json"]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            JsonElement rows = JsonDocument.Parse(run.Output).RootElement.GetProperty("rows");
            Assert.Equal(40, rows.ValueKind == JsonValueKind.Array ? rows.GetArrayLength() : rows.GetInt32());
            Refuses("error: --no-header and --header cannot be used together; try --help.\n", [.. command, "--no-header", "--header"]);
        }

        Assert.Equal(
            39, JsonDocument.Parse(CommandRun.Of("inspect", data, "--header", "--json").Output).RootElement.GetProperty("rows").GetInt32());
        CommandRun names = CommandRun.Of(
            "train", "--data", scratch.Write("n.csv", $"10,20\n{Rows}"), "--target", "20", "--header", "--epochs", "1", "--output",
            scratch.Path);
        Assert.Equal((0, ""), (names.ExitCode, names.Error));
        Assert.Equal(["10"], Model.Load<float>(scratch["n.safetensors"]).FeatureNames!);
    }

    /// <summary>A first row of numbers and words gets the hint, too.</summary>
    [Fact]
    public void Where_a_column_is_not_found_among_numbers_it_is_said_how_to_go_on()
    {
        string data = scratch.Write("flowers.csv", "5.1,3.5,setosa\n7,3.2,versicolor\n");
        Refuses(
            $"error: {data}, line 1: the target column 'kind' does not exist; the columns are 5.1, 3.5, setosa.{Hint}",
            "train", "--data", data, "--target", "kind");
        new Model<float>(new NeuralNetwork<float>(1, 2, [], new ReLU<float>()), null, ["a"]).Save(scratch["m"]);
        Refuses(
            $"error: {data}, line 1: the column 'a' does not exist; the columns are 5.1, 3.5, setosa.{Hint}",
            "predict",
            scratch["m"],
            "--data",
            data);
    }

    [Fact]
    public void Lines_of_text_have_no_header()
    {
        string data = scratch.Write("t.txt", "one\ntwo\n");
        Refuses(
            "error: --no-header and --header cannot be used with --text without a column; try --help.\n",
            "train", "--data", data, "--text", "--no-header");
        new Model<float>(new NeuralNetwork<float>(8, 2, [], new ReLU<float>()), text: new TextHashing(8)).Save(scratch["m"]);
        Refuses(
            "error: --no-header and --header apply to CSV files; this model takes lines of text.\n",
            "predict", scratch["m"], "--data", data, "--header");
    }

    private static void Refuses(string complaint, params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((1, "", complaint), (run.ExitCode, run.Output, run.Error));
    }
}
