namespace VecNet.Tests;

/// <summary>A user's error gives one line that says where it is, the exit code 1, and no file.</summary>
public sealed class ErrorTests : IDisposable
{
    private const string TwoClasses = "a,y\n1,u\n2,v\n1,u\n2,v\n1,u\n2,v\n1,u\n2,v\n";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("", ": the file is empty.")]
    [InlineData("a,y\n", ": the file has a header but no rows.")]
    [InlineData("a,y\n1,u\n2\n", ", line 3, column 'y': the field is missing: the row has 1 field, but the header has 2 columns.")]
    [InlineData("a,y\n1,u\ntwo,v\n", ", line 3, column 'a': 'two' is not a number.")]
    [InlineData("a,y\n1,u\nnan,v\n", ", line 3, column 'a': 'nan' is not a finite number.")]
    [InlineData("a,y\n1,u\n2,u\n", ", column 'y': all 2 rows have the class 'u'; training needs at least two classes.")]
    [InlineData("a,y\n1,u\n2,v\n", ", column 'y': there are too few rows of each class to hold some out for the test (2 in all).")]
    [InlineData("a,label\n1,u\n", ", line 1: the target column 'y' does not exist; the columns are a, label.")]
    public void Bad_data_are_refused(string text, string complaint)
    {
        string data = scratch.Write("data.csv", text);
        Refuses(data + complaint, ["data.csv"], "train", "--data", data, "--target", "y", "--output", scratch["out"]);
    }

    [Fact]
    public void Missing_data_are_refused() => Refuses(
        $"{scratch["no.csv"]}: the file does not exist.", [], "train", "--data", scratch["no.csv"], "--target", "y", "--output",
        scratch["out"]);

    [Fact]
    public void A_directory_is_no_data() => Refuses(
        $"{scratch.Path}: this is a directory, not a CSV file.",
        [], "train", "--data", scratch.Path, "--target", "y", "--output", scratch["out"]);

    [Fact]
    public void A_split_that_does_not_fit_is_refused()
    {
        string data = scratch.Write("data.csv", TwoClasses);
        string split = scratch.Write("data.split.csv", "row,set\n0,train\n9,test\n");
        Refuses(
            $"{split}, line 3, column 'row': '9' is not a row of the data; the rows are numbered from 0 to 7.",
            ["data.csv", "data.split.csv"], "train", "--data", data, "--target", "y", "--output", scratch["out"]);
        Refuses(
            $"{scratch["no.csv"]}: the file does not exist.", ["data.csv", "data.split.csv"], "train", "--data", data, "--target", "y",
            "--split", scratch["no.csv"], "--output", scratch["out"]);
    }

    [Fact]
    public void A_class_without_a_training_row_is_refused()
    {
        string data = scratch.Write("data.csv", TwoClasses);
        string split = scratch.Write(
            "s.csv", "row,set\n" + string.Concat(Enumerable.Range(0, 8).Select(row => $"{row},{(row % 2 == 0 ? "train" : "test")}\n")));
        Refuses(
            $"{data}, column 'y': the split has no training row of class 'v'.",
            ["data.csv", "s.csv"], "train", "--data", data, "--target", "y", "--split", split, "--output", scratch["out"]);
    }

    [Fact]
    public void Output_that_is_a_file_is_refused_before_the_work()
    {
        string file = scratch.Write("file", "");
        Refuses($"{file}: the directory cannot be created: this is a file.", ["file"], "--output", file);
        string below = Path.Combine(file, "below");
        Refuses($"{below}: the directory cannot be created: '{file}' is a file.", ["file"], "--output", below);
    }

    [Fact]
    public void A_model_that_is_none_is_refused()
    {
        string data = scratch.Write("data.csv", TwoClasses);
        string text = scratch.Write("text.safetensors", "this is not a model");
        string[] files = ["data.csv", "text.safetensors"];
        Refuses(
            $"{scratch["no"]}: the model does not exist.", files, "predict", scratch["no"], "--data", data, "--output", scratch["p.csv"]);
        Refuses(
            $"{scratch.Path}: this is a directory, not a model.",
            files, "predict", scratch.Path, "--data", data, "--output", scratch["p.csv"]);
        CommandRun run = CommandRun.Of("predict", text, "--data", data, "--output", scratch["p.csv"]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error: {text}: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(files, scratch.Files);
    }

    [Fact]
    public void A_model_that_does_not_fit_the_data_is_refused()
    {
        string data = scratch.Write("data.csv", "b,c\n1,2\n");
        new Model<float>(new NeuralNetwork<float>(2, 2, [], new ReLU<float>()), null, ["a", "b"], ["u", "v"], "y").Save(scratch["named"]);
        new Model<float>(new NeuralNetwork<float>(3, 2, [], new ReLU<float>())).Save(scratch["unnamed"]);
        Refuses(
            $"{data}, line 1: the column 'a' does not exist; the columns are b, c.",
            ["data.csv", "named", "unnamed"], "predict", scratch["named"], "--data", data, "--output", scratch["p.csv"]);
        Refuses(
            $"{data}, line 1: the file has 2 columns, but the model expects 3 (it has no column names).",
            ["data.csv", "named", "unnamed"], "predict", scratch["unnamed"], "--data", data, "--output", scratch["p.csv"]);
    }

    [Fact]
    public void Predictions_are_not_written_to_a_directory()
    {
        string data = scratch.Write("data.csv", "a,b\n1,2\n");
        new Model<float>(new NeuralNetwork<float>(2, 2, [], new ReLU<float>())).Save(scratch["model"]);
        Refuses(
            $"{scratch.Path}: cannot be written: it is a directory.",
            ["data.csv", "model"], "predict", scratch["model"], "--data", data, "--output", scratch.Path);
        Refuses(
            $"{scratch["no/p.csv"]}: cannot be written: there is no such directory.",
            ["data.csv", "model"], "predict", scratch["model"], "--data", data, "--output", scratch["no/p.csv"]);
    }

    [Fact]
    public void What_is_read_is_never_overwritten()
    {
        string data = scratch.Write("data.csv", TwoClasses);
        new Model<float>(new NeuralNetwork<float>(1, 2, [], new ReLU<float>()), null, ["a"], ["u", "v"]).Save(scratch["model"]);
        byte[] model = File.ReadAllBytes(scratch["model"]);
        File.CreateSymbolicLink(scratch["link.csv"], "data.csv");
        Directory.CreateSymbolicLink(scratch["folder"], scratch.Path);
        string[] files = scratch.Files;
        foreach (string path in new[] { data, scratch["link.csv"], scratch["folder/link.csv"], scratch["none/../data.csv"] })
        {
            Refuses(
                $"{path}: the output would overwrite the data; choose another --output.",
                files, "predict", scratch["model"], "--data", data, "--output", path);
        }

        Refuses(
            $"{scratch["model"]}: the output would overwrite the model; choose another --output.",
            files, "predict", scratch["model"], "--data", data, "-o", scratch["model"]);
        Assert.Equal(TwoClasses, File.ReadAllText(data));
        Assert.Equal(model, File.ReadAllBytes(scratch["model"]));
    }

    [Fact]
    public void Neither_model_nor_picture_overwrites_what_is_trained_on()
    {
        string data = scratch.Write("data.safetensors", TwoClasses);
        Refuses(
            $"{data}: the output would overwrite the data; choose another --output.",
            ["data.safetensors"], "train", "--data", data, "--target", "y", "-o", scratch.Path);
        string split = scratch.Write(
            "t.curves.svg", "row,set\n" + string.Concat(Enumerable.Range(0, 8).Select(row => $"{row},{(row < 6 ? "train" : "test")}\n")));
        File.Move(data, scratch["t.csv"]);
        Refuses(
            $"{split}: the output would overwrite the split; choose another --output.",
            ["t.csv", "t.curves.svg"], "train", "--data", scratch["t.csv"], "--target", "y", "--split", split, "-o", scratch.Path);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_result_is_told_before_the_work()
    {
        foreach (string ending in new[] { ".safetensors", ".checkpoint.safetensors", ".curves.svg", ".confusion.svg" })
        {
            string folder = Directory.CreateDirectory(scratch["vecnet-digits" + ending]).FullName;
            Refuses($"{folder}: cannot be written: it is a directory.", [], "--output", scratch.Path);
            Directory.Delete(folder);
        }
    }

    [Theory]
    [InlineData("Option '--data' is required; try --help.", "train", "--target", "y")]
    [InlineData("--epochs requires an integer of at least 1, not '0'; try --help.", "--epochs", "0")]
    [InlineData(
        "--hidden requires an integer of at least 1, not '-3'; try --help.",
        "train", "--data", "d", "--target", "y", "--hidden", "8", "-3")]
    [InlineData("--epochs requires an integer of at least 1, not 'many'; try --help.", "--epochs", "many")]
    [InlineData("--seed requires an integer of at least 0, not '-1'; try --help.", "--seed", "-1")]
    [InlineData(
        "--seed requires an integer from 0 to 18446744073709551615, not '18446744073709551616'; try --help.",
        "--seed", "18446744073709551616")]
    [InlineData("--epochs requires an integer from 1 to 2147483647, not '2147483648'; try --help.", "--epochs", "2147483648")]
    [InlineData("--output requires a path that is not empty; try --help.", "-o", "")]
    [InlineData("--data requires a path that is not empty; try --help.", "train", "--data", "", "--target", "y")]
    [InlineData("--split requires a path that is not empty; try --help.", "train", "--data", "d", "--target", "y", "--split", "")]
    [InlineData("--output requires a path that is not empty; try --help.", "predict", "m", "--data", "d", "-o", "")]
    [InlineData("--data requires a path that is not empty; try --help.", "predict", "m", "--data", "")]
    [InlineData("MODEL requires a path that is not empty; try --help.", "predict", "", "--data", "d")]
    [InlineData("Unrecognized command or argument 'trian'; try --help.", "trian")]
    public void Wrong_options_are_refused(string complaint, params string[] args) => Refuses(complaint, [], args);

    [Theory]
    [InlineData("--hidden 2000000000: the network would have 8,000,000,002 parameters; the limit is 100,000,000.", "2000000000")]
    [InlineData("--hidden 100000 100000: the network would have 10,000,500,002 parameters; the limit is 100,000,000.", "100000", "100000")]
    [InlineData(
        "--hidden 2147483647 2147483647 2147483647: the network would have 9,223,372,041,149,743,102 parameters",
        "2147483647", "2147483647", "2147483647")]
    [InlineData("--hidden 1000001: the network would have 1,000,001 hidden units; the limit is 1,000,000.", "1000001")]
    public void A_network_that_is_too_large_is_refused(string complaint, params string[] hidden)
    {
        string data = scratch.Write("data.csv", TwoClasses);
        CommandRun run = CommandRun.Of(["train", "--data", data, "--target", "y", "--output", scratch["out"], "--hidden", .. hidden]);
        Assert.StartsWith($"error: {complaint}", run.Error, StringComparison.Ordinal);
        Assert.Equal((1, "", 1), (run.ExitCode, run.Output, run.Error.Count('\n')));
        Assert.Equal(["data.csv"], scratch.Files);
    }

    [Fact]
    public void Too_little_memory_is_one_line()
    {
        using var output = new InterferingWriter(() => throw new InsufficientMemoryException());
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Equal(
            1,
            Tool.Run(
                ["train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--output", scratch["out"]],
                output,
                error,
                cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("error: there is not enough memory; use a smaller network or fewer rows.\n", error.ToString());
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void A_model_of_what_is_not_finite_or_of_parameters_alone_is_refused()
    {
        string data = scratch.Write("data.csv", "a\n1\n");
        var network = new NeuralNetwork<float>(1, 2, [], new ReLU<float>());
        Model.SaveParameters(network, scratch["parameters"]);
        network.Parameters[1] = float.NaN;
        new Model<float>(network).Save(scratch["model"]);
        string[] files = scratch.Files;
        Refuses(
            $"{scratch["model"]}: the model cannot be used: some of its parameters are not finite.",
            files, "predict", scratch["model"], "--data", data);
        Refuses(
            $"{scratch["parameters"]}: the file has tensors only; a model that vecnet saved is required.",
            files, "predict", scratch["parameters"], "--data", data);
    }

    [Fact]
    public void Values_that_overflow_in_the_model_are_named()
    {
        string data = scratch.Write("data.csv", "a,b\n1,x\n3e38,x\n");
        var network = new NeuralNetwork<float>(1, 2, [], new ReLU<float>());
        network.Parameters.Fill(100);
        new Model<float>(network, null, ["a"]).Save(scratch["model"]);
        Refuses(
            $"{data}, line 3: the values are too large for this model.",
            ["data.csv", "model"], "predict", scratch["model"], "--data", data, "-o", scratch["p.csv"]);
    }

    [Fact]
    public void Cancelling_ends_with_130_and_saves_nothing()
    {
        CommandRun run = CommandRun.Interrupted(["--output", scratch["out"]], new CancellationToken(canceled: true));
        Assert.Equal((130, "canceled: nothing was saved.\n"), (run.ExitCode, run.Error));
        Assert.Empty(scratch.Files);
    }

    private void Refuses(string complaint, string[] files, params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal($"error: {complaint}\n", run.Error);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal(files, scratch.Files);
    }
}
