using System.Globalization;
using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>
/// Large numbers that differ little, from the file to the model, its evaluation and the exported graph; and labels and categories that
/// differ only in their spelling.
/// </summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>
    /// Unix seconds and milliseconds, the first integer that a float cannot represent, and sizes outside the range of a float.
    /// </summary>
    [Theory]
    [InlineData("1700000000", "1700000050")]
    [InlineData("1700000000000", "1700000000050")]
    [InlineData("16777216", "16777217")]
    [InlineData("1e60", "1.000000001e60")]
    [InlineData("-1e300", "1e300")]
    [InlineData("1e-200", "1.5e-200")]
    public void Two_times_are_told_apart(string first, string second)
    {
        string data = scratch.Write(
            "t.csv", "time,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? $"{first},a\n" : $"{second},b\n")));
        Assert.Equal(
            1,
            Json("train", "--data", data, "--target", "y", "--epochs", "60", "-o", scratch.Path).GetProperty("testAccuracy").GetDouble());
        Assert.Equal(1, Json("evaluate", scratch["t.safetensors"], "--data", data).GetProperty("accuracy").GetDouble());
        Assert.Equal(
            (0, ""),
            CommandRun.Of("predict", scratch["t.safetensors"], "--data", data) is var table ? (table.ExitCode, table.Error) : default);

        JsonElement exported = Json("export", scratch["t.safetensors"], "--probabilities");
        Assert.Equal(("double", "float"), (exported.GetProperty("inputType").GetString(), exported.GetProperty("outputType").GetString()));
        float[] probabilities = OnnxFileTests.Run<double, float>(scratch["t.onnx"], CsvTable.Read(data, ["time"]).Features);
        JsonElement[] predicted = [.. JsonDocument
            .Parse(CommandRun.Of("predict", scratch["t.safetensors"], "--data", data, "--json").Output).RootElement
            .GetProperty("rows")
            .EnumerateArray()];
        for (int row = 0; row < predicted.Length; row++)
        {
            double told = predicted[row].GetProperty("probability").GetDouble();
            Assert.Equal(row % 2 == 0 ? "a" : "b", predicted[row].GetProperty("label").GetString());
            Assert.Equal(1, probabilities[(2 * row) + (row % 2)] / told, 1e-5);
        }
    }

    /// <summary>For y = offset + scale · x, the mean absolute error in units of the scale is the same as without an offset.</summary>
    [Theory]
    [InlineData("100000000", "1")]
    [InlineData("-1000000000000", "1")]
    [InlineData("100000000", "0.001")]
    [InlineData("0", "1e-30")]
    [InlineData("1e300", "1e290")]
    [InlineData("-1e-310", "1e-312")]
    public void An_offset_of_the_target_costs_no_accuracy(string offset, string scale)
    {
        double without = Train("plain", 0, 1);
        Assert.InRange(without, 0.1, 2);
        double size = double.Parse(scale, CultureInfo.InvariantCulture);
        double mean = double.Parse(offset, CultureInfo.InvariantCulture);
        Assert.Equal(1, Train("offset", mean, size) / size / without, 0.02);

        string data = scratch["offset.csv"];
        double judged = Json("evaluate", scratch["offset.safetensors"], "--data", data).GetProperty("meanAbsoluteError").GetDouble() / size;
        double plain = Json(
            "evaluate", scratch["plain.safetensors"], "--data", scratch["plain.csv"]).GetProperty("meanAbsoluteError").GetDouble();
        Assert.Equal(1, judged / plain, 0.02);

        double[] predicted = [.. CommandRun
            .Of("predict", scratch["offset.safetensors"], "--data", data).Output
            .Split('\n')[1..^1]
            .Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];
        JsonElement exported = Json("export", scratch["offset.safetensors"]);
        Assert.Equal("double", exported.GetProperty("outputType").GetString());
        double[] graph = OnnxFileTests.Run<double, double>(scratch["offset.onnx"], CsvTable.Read(data, ["x"]).Features);
        for (int row = 0; row < predicted.Length; row++)
        {
            Assert.Equal(predicted[row] / size, graph[row] / size, 1e-4 + Math.Abs(mean / size * 1e-15));
            Assert.Equal((mean + (row * size)) / size, predicted[row] / size, 8.0);
        }

        double Train(string name, double offset, double scale)
        {
            string file = scratch.Write(
                $"{name}.csv",
                "x,y\n" + string.Concat(
                    Enumerable.Range(0, 40).Select(x => string.Create(CultureInfo.InvariantCulture, $"{x},{offset + (scale * x):R}\n"))));
            return Json(
                "train", "--data", file, "--target", "y", "--regression", "-o", scratch.Path)
                .GetProperty("testMeanAbsoluteError").GetDouble();
        }
    }

    /// <summary>The outputs of older models are not restored, and have the digits of single precision.</summary>
    [Fact]
    public void A_file_of_before_whose_weights_hold_the_scale_predicts_as_ever()
    {
        var network = new NeuralNetwork<float>(1, 1, [], new ReLU<float>());
        (network.Weights[0][0, 0], network.Biases[0][0, 0]) = (8, 20);
        new Model<float>(network, new Standardization<float>([16], [4]), ["x"], targetName: "y").Save(scratch["old"]);
        string description = SafetensorsFile.Read(scratch["old"]).Metadata["vecnet"];
        Assert.StartsWith("{\"version\":1,", description, StringComparison.Ordinal);
        Assert.DoesNotContain("target_", description, StringComparison.Ordinal);
        CommandRun run = CommandRun.Of("predict", scratch["old"], "--data", scratch.Write("t.csv", "x\n0\n39\n1.1\n"));
        float Expected(double x) => (8 * (float)((x - 16) / 4)) + 20;
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"row,prediction\n0,{Expected(0):G9}\n1,{Expected(39):G9}\n2,{Expected(1.1):G9}\n"),
            run.Output);
    }

    /// <summary>
    /// A number of a test row may be so far outside the range of the training rows that it overflows in single precision.
    /// </summary>
    [Fact]
    public void A_row_that_single_precision_does_not_hold_is_named()
    {
        string data = scratch.Write("t.csv", "a,y\n1,u\n2,v\n1.5,u\n1e300,v\n");
        string split = scratch.Write("s.csv", "row,set\n0,train\n1,train\n2,train\n3,test\n");
        CommandRun run = CommandRun.Of("train", "--data", data, "--target", "y", "--split", split, "-o", scratch.Path);
        Assert.Equal(
            (1, $"error: {data}, line 5, column 'a': 1E+300 is too far outside the range of the training rows.\n"),
            (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("9007199254740992", "9007199254740993", false)]
    [InlineData("1e400", "1e999", false)]
    [InlineData("007", "7", true)]
    [InlineData("100", "1E2", true)]
    [InlineData("1.1", "1.10", true)]
    [InlineData("1", "1.0", true)]
    [InlineData("A", "a", false)]
    public void Labels_that_are_written_differently_are_two_classes(string first, string second, bool isOneNumber)
    {
        string data = scratch.Write(
            "t.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{(i % 2 == 0 ? first : second)}\n")));
        CommandRun run = CommandRun.Of("train", "--data", data, "--target", "y", "--epochs", "60", "-q", "-o", scratch.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            isOneNumber
                ? $"warning: {data}, column 'y': '{first}' and '{second}' are different classes, since labels are compared as text; use "
                    + "--numeric-labels to compare them as numbers.\n"
                : "",
            run.Error);
        JsonElement judged = Json("evaluate", scratch["t.safetensors"], "--data", data);
        Assert.Equal("[[20,0],[0,20]]", judged.GetProperty("confusion").GetRawText());
        Assert.Equal([first, second], judged.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("name").GetString()));

        CommandRun numbers = CommandRun.Of(
            "train", "--data", data, "--target", "y", "--numeric-labels", "--epochs", "1", "-q", "-o", scratch.Path);
        Assert.Equal(isOneNumber || first == "A" ? 1 : 0, numbers.ExitCode);
        Assert.Contains(
            isOneNumber ? "all 40 rows have the class" : first == "A" ? "line 2, column 'y': the label 'A' is not a number" : "",
            numbers.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_numeric_labels_judges_by_numbers()
    {
        string data = scratch.Write(
            "t.csv",
            "x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{(i % 2 == 0 ? i % 4 == 0 ? "1" : "1.0" : "2")}\n")));
        CommandRun run = CommandRun.Of(
            "train", "--data", data, "--target", "y", "--numeric-labels", "--epochs", "60", "--json", "-o", scratch.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string more = scratch.Write("more.csv", "x,y\n0,1.00\n1,2e0\n");
        Assert.Equal(1, Json("evaluate", scratch["t.safetensors"], "--data", more).GetProperty("accuracy").GetDouble());
        CommandRun refused = CommandRun.Of("train", "--data", data, "--target", "y", "--numeric-labels", "--regression");
        Assert.Equal(
            (1, "error: --numeric-labels cannot be used with --regression, whose target is always a number; try --help.\n"),
            (refused.ExitCode, refused.Error));
    }

    /// <summary>The message suggests the known label or category that an unknown one is similar to.</summary>
    [Fact]
    public void What_is_unknown_only_by_its_writing_is_told_so()
    {
        string data = scratch.Write(
            "t.csv", "c,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "3,x\n" : "Apple,z\n")));
        (string Cell, string? Similar)[] cells =
        [
            ("3.0", "3"),
            ("03", "3"),
            ("3e0", "3"),
            ("apple", "Apple"),
            ("a pple", "Apple"),
            ("\" 3\"", "3"),
            ("\"Apple \"", "Apple"),
            ("4", null),
        ];
        foreach ((string cell, string? similar) in cells)
        {
            string more = scratch.Write("more.csv", $"c\n3\n{cell}\n{cell}\n");
            Train("refuse");
            CommandRun run = CommandRun.Of("predict", scratch["t.safetensors"], "--data", more);
            string told = cell.Trim('"');
            string reason = similar is null
                ? "not one of the categories seen in training: 3, Apple."
                : $"not one of the categories; '{similar}' is: categories are compared as text.";
            Assert.Equal($"error: {more}, line 3, column 'c': '{told}' is {reason}\n", run.Error);
            Train("zeros");
            run = CommandRun.Of("predict", scratch["t.safetensors"], "--data", more);
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(
                similar is null
                    ? ""
                    : $"warning: {more}, line 3, column 'c': '{told}' is not one of the categories and is encoded as zeros. Did you mean "
                        + $"'{similar}'? Categories are compared as text.\n",
                run.Error);
        }

        Train("refuse");
        string labeled = scratch.Write("labeled.csv", "c,y\n3,x\n3,X\n");
        Assert.Equal(
            $"error: {labeled}, line 3, column 'y': 'X' is not one of the model's classes. Did you mean 'x'? Labels are compared as "
                + "text.\n",
            CommandRun.Of("evaluate", scratch["t.safetensors"], "--data", labeled).Error);

        void Train(string unknown) => Assert.Equal(
            0,
            CommandRun.Of(
                "train", "--data", data, "--target", "y", "--categorical", "c", "--unknown", unknown, "--epochs", "1", "-q", "-o",
                scratch.Path).ExitCode);
    }

    private static JsonElement Json(params string[] args)
    {
        CommandRun run = CommandRun.Of([.. args, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
