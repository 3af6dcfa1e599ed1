using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VecNet.Tests;

/// <summary>Weights, cross-validation, importance and calibration in the tool.</summary>
public sealed class EvaluationOptionTests : IDisposable
{
    private static readonly string Iris = TestData.PathOf("iris.csv");

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>The column is no feature; rows of weight 0 are as good as absent; the test score is weighted.</summary>
    [Fact]
    public void Weights_come_from_a_column()
    {
        string[] lines = File.ReadAllLines(Iris);
        string split = scratch.Write(
            "split.csv",
            "row,set\n" + string.Concat(Enumerable.Range(0, 150).Select(row => $"{row},{(row % 5 == 0 ? "test" : "train")}\n")));
        string weighted = scratch.Write(
            "weighted.csv",
            string.Concat(lines.Select((line, i) => i == 0 ? $"{line},w\n"
                : i % 10 == 1 ? $"{line[..line.LastIndexOf(',')]},{(line[^1] - '0' + 1) % 3},0\n"
                : i % 7 == 3 ? $"{line[..line.LastIndexOf(',')]},{(line[^1] - '0' + 1) % 3},0\n" : $"{line},2.5\n")));
        string alike = scratch.Write(
            "alike.csv", string.Concat(File.ReadAllLines(weighted).Select(line => $"{line[..line.LastIndexOf(',')]}\n")));
        JsonElement plain = Train(alike, split);
        JsonElement trained = Train(weighted, split, "--weights", "w");
        Assert.True(trained.GetProperty("testAccuracy").GetDouble() > 0.9, trained.ToString());
        Assert.True(plain.GetProperty("testAccuracy").GetDouble() < 0.85, plain.ToString());
        JsonElement inspected = Json("inspect", scratch["weighted.safetensors"]);
        Assert.Equal(4, inspected.GetProperty("inputs").GetInt32());

        JsonElement judged = Json("evaluate", scratch["weighted.safetensors"], "--data", weighted, "--weights", "w");
        Assert.True(judged.GetProperty("accuracy").GetDouble() > 0.93, judged.ToString());
        JsonElement unweighted = Json("evaluate", scratch["weighted.safetensors"], "--data", weighted);
        Assert.True(unweighted.GetProperty("accuracy").GetDouble() < 0.85, unweighted.ToString());
        Assert.True(judged.GetProperty("crossEntropy").GetDouble() < 0.5 * unweighted.GetProperty("crossEntropy").GetDouble());
        Assert.Equal(150, judged.GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Weights_of_numbers_are_used_in_training_and_in_the_score()
    {
        string data = scratch.Write(
            "line.csv",
            "x,y,w\n" + string.Concat(Enumerable.Range(0, 80).Select(row => row % 4 == 1
                ? FormattableString.Invariant($"{row},{1000 - (7 * row)},0\n")
                : FormattableString.Invariant($"{row},{5 * row},1\n"))));
        JsonElement trained = Json(
            "train", "--data", data, "--target", "y", "--regression", "--weights", "w", "--output", scratch.Path);
        Assert.True(trained.GetProperty("testRSquared").GetDouble() > 0.95, trained.ToString());
        JsonElement judged = Json("evaluate", scratch["line.safetensors"], "--data", data, "--weights", "w");
        Assert.True(judged.GetProperty("rSquared").GetDouble() > 0.95, judged.ToString());
        Assert.True(Json("evaluate", scratch["line.safetensors"], "--data", data).GetProperty("rSquared").GetDouble() < 0.9);
    }

    [Theory]
    [InlineData("x,y,w\n1,a,1\n2,b,-1\n", "w", ", line 3, column 'w': the weight is -1; it must be at least 0.")]
    [InlineData("x,y,w\n1,a,1\n2,b,much\n", "w", ", line 3, column 'w': 'much' is not a number.")]
    [InlineData("x,y,w\n1,a,0\n2,b,0\n", "w", ", column 'w': the weights of all rows are 0.")]
    [InlineData("x,y,w\n1,a,1\n2,b,1\n", "v", ", line 1: the column of weights 'v' does not exist; the columns are x, y, w.")]
    [InlineData("x,y,w\n1,a,1\n2,b,1\n", "y", ", line 1: column 'y' is the target and cannot also contain the weights.")]
    [InlineData("y,w\na,1\nb,1\n", "w", ", line 1: the file has no column other than the target 'y' and the weights.")]
    public void Weights_that_cannot_be_used_are_refused(string text, string column, string complaint)
    {
        string data = scratch.Write("data.csv", text);
        Refuses(data + complaint, "train", "--data", data, "--target", "y", "--weights", column, "--output", scratch.Path);
        Assert.Equal(["data.csv"], scratch.Files);
    }

    [Fact]
    public void A_column_of_weights_is_no_category()
    {
        string data = scratch.Write("data.csv", "x,y,w\n1,a,1\n2,b,1\n");
        Refuses(
            $"{data}, line 1: column 'w' has the weights and cannot also be a categorical feature.",
            "train", "--data", data, "--target", "y", "--weights", "w", "--categorical", "w", "--output", scratch.Path);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        foreach ((string option, string complaint) in new[]
        {
            ("--calibrate", "--calibrate cannot be used with --regression, whose predictions have no probabilities"),
            ("--class-weights=balanced", "--class-weights balanced cannot be used with --regression, whose target is a number"),
            ("--class-weights=heavy", "--class-weights must be equal or balanced, not 'heavy'"),
        })
        {
            CommandRun run = CommandRun.Of("train", "--data", Iris, "--target", "petal_length_cm", "--regression", option);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        }

        CommandRun texts = CommandRun.Of("train", "--data", TestData.PathOf("languages.tsv"), "--text", "--weights", "w");
        Assert.Contains("--weights cannot be used with --text", texts.Error, StringComparison.Ordinal);
    }

    /// <summary>A class of a tenth of the rows in the middle of the other.</summary>
    [Fact]
    public void Balanced_classes_raise_the_recall_of_the_rare_one()
    {
        var random = new SplitMix64(5);
        string data = scratch.Write(
            "rare.csv",
            "x,y\n" + string.Concat(Enumerable.Range(0, 900).Select(row => row % 10 == 0
                ? FormattableString.Invariant($"{random.NextNormal() + 1.5},rare\n")
                : FormattableString.Invariant($"{random.NextNormal()},frequent\n"))));
        double Recall(params string[] more)
        {
            Json(["train", "--data", data, "--target", "y", "--epochs", "30", "--output", scratch.Path, .. more]);
            JsonElement judged = Json("evaluate", scratch["rare.safetensors"], "--data", data);
            return judged.GetProperty("classes")[1].GetProperty("recall").GetDouble();
        }

        Assert.InRange(Recall(), 0, 0.45);
        Assert.InRange(Recall("--class-weights", "balanced"), 0.6, 0.95);
    }

    [Fact]
    public void Cross_validation_reports_each_fold_and_the_mean()
    {
        string[] args = ["cross-validate", "--data", Iris, "--target", "label", "--folds", "3", "--epochs", "30"];
        JsonElement result = Json(args);
        double[] scores = [.. result.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
        Assert.Equal(3, scores.Length);
        Assert.Equal(scores.Average(), result.GetProperty("mean").GetDouble(), 1e-12);
        Assert.InRange(scores.Average(), 0.9, 1);
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal($"Fold 1   accuracy {scores[0]:F4} (50 rows)", lines[0]);
        Assert.StartsWith($"Mean     accuracy {scores.Average():F4} ± ", lines[3], StringComparison.Ordinal);

        JsonElement numbers = Json(
            "cross-validate", "--data", Iris, "--target", "petal_length_cm", "--categorical", "label", "--regression", "--epochs", "30",
            "--folds", "3");
        Assert.Equal("rSquared", numbers.GetProperty("metric").GetString());
        Assert.InRange(numbers.GetProperty("mean").GetDouble(), 0.8, 1);
        Refuses(
            $"{Iris}, column 'label': there are 150 rows for 151 folds.",
            "cross-validate", "--data", Iris, "--target", "label", "--folds", "151");
    }

    [Fact]
    public void Importance_names_the_column_that_decides()
    {
        var random = new SplitMix64(6);
        string data = scratch.Write(
            "colors.csv",
            "noise,color,y\n" + string.Concat(Enumerable.Range(0, 200).Select(_ =>
            {
                int color = random.NextInt(3);
                return FormattableString.Invariant($"{random.NextNormal()},{"rgb"[color]},{(color == 1 ? "yes" : "no")}\n");
            })));
        Json("train", "--data", data, "--target", "y", "--categorical", "color", "--epochs", "30", "--output", scratch.Path);
        JsonElement judged = Json("evaluate", scratch["colors.safetensors"], "--data", data, "--importance");
        JsonElement importance = judged.GetProperty("importance");
        Assert.Equal(
            ["color", "noise"], importance.EnumerateArray().Select(column => column.GetProperty("column").GetString()));
        Assert.InRange(importance[0].GetProperty("mean").GetDouble(), 0.3, 0.6);
        Assert.InRange(importance[1].GetProperty("mean").GetDouble(), -0.02, 0.02);
        CommandRun run = CommandRun.Of("evaluate", scratch["colors.safetensors"], "--data", data, "--importance");
        Assert.Contains(
            "Importance: drop of the accuracy when a column is permuted (mean ± deviation of 5 permutations)\n     0.", run.Output,
            StringComparison.Ordinal);

        Json("train", "--data", TestData.PathOf("languages.tsv"), "--text", "--epochs", "1", "--output", scratch.Path);
        Refuses(
            "--importance requires a table; the features of texts have no meaning of their own.",
            "evaluate", scratch["languages.safetensors"], "--data", TestData.PathOf("languages.tsv"), "--importance");
    }

    /// <summary>Only the last layer differs, by the temperature; the exported graph has its weights, too.</summary>
    [Fact]
    public void A_calibrated_model_has_other_probabilities_and_the_same_predictions()
    {
        string data = scratch.Write("noisy.csv", Noisy(500));
        string[] args = ["train", "--data", data, "--target", "y", "--epochs", "60", "--no-search"];
        JsonElement plain = Json([.. args, "--output", scratch["plain"]]);
        JsonElement calibrated = Json([.. args, "--calibrate", "--output", scratch["calibrated"]]);
        double temperature = calibrated.GetProperty("temperature").GetDouble();
        Assert.False(plain.TryGetProperty("temperature", out _));
        Assert.True(temperature > 1.05, calibrated.ToString());
        Assert.Equal(plain.GetProperty("testAccuracy").GetDouble(), calibrated.GetProperty("testAccuracy").GetDouble());
        Assert.NotEqual(
            calibrated.GetProperty("testCalibrationError").GetDouble(), plain.GetProperty("testCalibrationError").GetDouble());
        Assert.Contains(calibrated.GetProperty("charts").EnumerateArray(), chart =>
            chart.GetString()!.EndsWith("noisy.reliability.svg", StringComparison.Ordinal));

        NeuralNetwork<float> one = Model.Load<float>(scratch["plain/noisy.safetensors"]).Network;
        NeuralNetwork<float> other = Model.Load<float>(scratch["calibrated/noisy.safetensors"]).Network;
        Assert.Equal(one.Weights[0].ToArray(), other.Weights[0].ToArray());
        Assert.All(
            one.Weights[1].ToArray().Zip(other.Weights[1].ToArray()),
            pair => Assert.Equal((float)(pair.First / temperature), pair.Second, 1e-6f));

        Json("export", scratch["calibrated/noisy.safetensors"], "--probabilities", "--output", scratch["noisy.onnx"]);
        using var session = new InferenceSession(scratch["noisy.onnx"]);
        double[] row = [0.5, -0.25, 1, 0, -1, 2, 0.125, 1, -2, 0.75, 0, 1];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> exported = session.Run(
            [NamedOnnxValue.CreateFromTensor("input", new DenseTensor<double>(row, [1, 12]))]);
        Prediction<string> predicted = Model.Load<float>(scratch["calibrated/noisy.safetensors"]).Predict(row);
        Assert.All(
            predicted.Classes.Zip(exported.Single().AsTensor<float>()), pair => Assert.Equal(pair.First.Probability, pair.Second, 1e-5));

        string fresh = scratch.Write("fresh.csv", Noisy(1000, seed: 8));
        JsonElement before = Json("evaluate", scratch["plain/noisy.safetensors"], "--data", fresh, "--output", scratch["before"]);
        JsonElement after = Json("evaluate", scratch["calibrated/noisy.safetensors"], "--data", fresh);
        Assert.True(after.GetProperty("calibrationError").GetDouble() < before.GetProperty("calibrationError").GetDouble());
        Assert.True(after.GetProperty("crossEntropy").GetDouble() < before.GetProperty("crossEntropy").GetDouble());
        Assert.Equal(1000, after.GetProperty("reliability").EnumerateArray().Sum(bin => bin.GetProperty("rows").GetInt32()));
        Assert.Equal(15, after.GetProperty("reliability").GetArrayLength());
        string diagram = File.ReadAllText(scratch["before/fresh.reliability.svg"]);
        Assert.Contains(
            FormattableString.Invariant($"expected calibration error {before.GetProperty("calibrationError").GetDouble():F4}"), diagram,
            StringComparison.Ordinal);
    }

    private static string Noisy(int rows, ulong seed = 7)
    {
        var random = new SplitMix64(seed);
        return $"{string.Concat(Enumerable.Range(0, 12).Select(i => $"x{i},"))}y\n" + string.Concat(Enumerable.Range(0, rows).Select(_ =>
        {
            double[] x = [.. Enumerable.Range(0, 12).Select(_ => random.NextNormal())];
            bool isYes = (x[0] + x[1] > 0) != (random.NextInt(4) == 0);
            return string.Concat(x.Select(one => FormattableString.Invariant($"{one:F4},"))) + (isYes ? "yes\n" : "no\n");
        }));
    }

    private JsonElement Train(string data, string split, params string[] more) => Json(
        ["train", "--data", data, "--target", "label", "--split", split, "--epochs", "60", "--output", scratch.Path, .. more]);

    private static JsonElement Json(params string[] args)
    {
        CommandRun run = CommandRun.Of([.. args, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static void Refuses(string complaint, params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((1, "", $"error: {complaint}\n"), (run.ExitCode, run.Output, run.Error));
    }
}
