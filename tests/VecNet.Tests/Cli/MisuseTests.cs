using System.Text.Json;

namespace VecNet.Tests;

/// <summary>Mistakes of new users and scripts: misplaced options, files of the wrong kind, a single row.</summary>
public sealed class MisuseTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Options before the command are those of the root command: the subcommand would silently use its defaults.</summary>
    [Theory]
    [InlineData("--epochs", "3")]
    [InlineData("--json")]
    [InlineData("-o", "elsewhere")]
    public void Options_before_a_command_are_not_lost_without_a_word(params string[] options)
    {
        CommandRun run = CommandRun.Of(
            [.. options, "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "2", "--output", scratch["out"]]);
        string name = options[0] == "-o" ? "--output" : options[0];
        Assert.Equal((1, "", $"error: {name} must come after the command 'train'; try --help.\n"), (run.ExitCode, run.Output, run.Error));
        Assert.Empty(scratch.Files);
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("export")]
    [InlineData("gradcheck")]
    public void A_checkpoint_in_the_place_of_a_model_is_called_by_its_name(string command)
    {
        string path = scratch["run.checkpoint.safetensors"];
        var network = new NeuralNetwork<float>(4, [new FullyConnectedLayer<float>(3)]);
        var trainer = new Trainer<float>(network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), new() { Epochs = 1 });
        trainer.Train(new(new TensorBuffer<float>(3, 4), [0, 1, 2]), cancellationToken: TestContext.Current.CancellationToken);
        CheckpointFile.Save(trainer.Checkpoint(), path);
        string[] data = command is "evaluate" or "predict" ? ["--data", TestData.PathOf("iris.csv")] : [];
        CommandRun run = CommandRun.Of([command, path, .. data]);
        Assert.Equal(
            (
                1,
                "",
                $"error: {path}: this is a checkpoint of an unfinished training run, not a model; use train --resume to finish the run.\n"),
            (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("?")]
    [InlineData("null")]
    [InlineData("NaN")]
    public void What_is_missing_is_no_class(string label)
    {
        string data = scratch.Write("data.csv", $"a,y\n1,u\n2,v\n1,u\n2,{label}\n1,u\n2,v\n2,{label}\n");
        CommandRun run = CommandRun.Of("train", "--data", data, "--target", "y", "--output", scratch["out"]);
        Assert.Equal(
            (1, "", $"error: {data}, line 5, column 'y': the label is missing: '{label}' counts as missing.\n"),
            (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Layers_are_told_to_scripts_in_parts()
    {
        string path = scratch["model.safetensors"];
        new Model<float>(
            new NeuralNetwork<float>(
                4, [new FullyConnectedLayer<float>(3), new Residual<float>(new Tanh<float>(), new BatchNorm<float>())])).Save(path);
        CommandRun run = CommandRun.Of("inspect", path, "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement layers = JsonDocument.Parse(run.Output).RootElement.GetProperty("layers");
        Assert.Equal(
            """[{"layer":"0","name":"fully_connected","inputs":4,"outputs":3,"parameters":15},"""
                + """{"layer":"1.0","name":"tanh","inputs":3,"outputs":3,"parameters":0},"""
                + """{"layer":"1.1","name":"batch_norm","inputs":3,"outputs":3,"parameters":6}]""",
            layers.GetRawText());
    }

    /// <summary>R² is undefined for one number, which has no variance.</summary>
    [Fact]
    public void One_row_has_no_R_squared()
    {
        string path = scratch["model.safetensors"];
        new Model<float>(new NeuralNetwork<float>(1, [new FullyConnectedLayer<float>(1)]), featureNames: ["a"], targetName: "y").Save(path);
        string data = scratch.Write("data.csv", "a,y\n1,2\n");
        CommandRun evaluated = CommandRun.Of("evaluate", path, "--data", data);
        Assert.StartsWith(
            "R²                        – on 1 row (undefined: there are no two different targets)\n",
            evaluated.Output,
            StringComparison.Ordinal);
        CommandRun trained = CommandRun.Of(
            "train", "--data", scratch.Write("three.csv", "a,y\n1,3\n2,4\n5,2\n"), "--target", "y", "--regression", "--epochs", "1",
            "--quiet", "--output", scratch["out"]);
        Assert.StartsWith(
            "Test R² – on 1 row (undefined: there are no two different targets)\n", trained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", evaluated.Output, StringComparison.Ordinal);
    }
}
