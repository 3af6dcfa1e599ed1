using System.Text.Json;
using VecNet.Cli.Charts;

namespace VecNet.Tests;

public sealed class TrainTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>
    /// The baselines are the medians of scikit-learn's MLPClassifier on the same split; one row is a large share of these small data sets.
    /// </summary>
    [Theory]
    [InlineData("iris", 38, 0.9473684210526315)]
    [InlineData("wine", 45, 0.9777777777777777)]
    [InlineData("breast_cancer", 143, 0.986013986013986)]
    public void Small_tables_are_learned_as_well_as_by_scikit_learn_within_one_row(string name, int testRows, double baseline)
    {
        double[] accuracies = [.. Enumerable.Range(0, 5).Select(seed => Accuracy(CommandRun.Of(
            "train", "--data", TestData.PathOf($"{name}.csv"), "--target", "label", "--seed", $"{seed}", "--json", "--output",
            scratch.Path)))];
        Assert.True(accuracies.Order().ElementAt(2) >= baseline - (1.0 / testRows) - 1e-9, string.Join(", ", accuracies));
        Assert.Equal(
            [
                .. ChartFile.Extensions.Select(ending => $"{name}.confusion{ending}"),
                .. ChartFile.Extensions.Select(ending => $"{name}.curves{ending}"),
                $"{name}.safetensors",
            ],
            scratch.Files);
    }

    [Fact]
    public void The_split_beside_the_data_is_taken_and_said()
    {
        CommandRun run = CommandRun.Of(
            "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "1", "--output", scratch.Path);
        Assert.Contains("112 training rows, 38 test rows", run.Output, StringComparison.Ordinal);
        Assert.Contains($"split as in {TestData.PathOf("iris.split.csv")}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_classes_and_without_a_split_the_seed_divides()
    {
        string data = scratch.Write(
            "flowers.csv",
            "kind,x,constant\n" + string.Concat(
                Enumerable.Range(0, 80).Select(row => $"{(row % 2 == 0 ? "rose" : "\"a, tulip\"")},{row % 2}.{row},7\n")));
        CommandRun run = CommandRun.Of(
            "train", "--data", data, "--target", "kind", "--hidden", "8", "4", "--epochs", "40", "--output", scratch.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("60 training rows, 20 test rows", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 → 8 → 4 → 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("Test accuracy 100.00 %", run.Output, StringComparison.Ordinal);
        CommandRun prediction = CommandRun.Of("predict", scratch["flowers.safetensors"], "--data", data);
        Assert.Contains("1,\"a, tulip\",", prediction.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "Accuracy       100.00 %: 80 of 80 predictions correct",
            CommandRun.Of("evaluate", scratch["flowers.safetensors"], "--data", data).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_rows_tell_which_model_is_best()
    {
        var random = new SplitMix64(1);
        string data = scratch.Write("many.csv", "x,z,y\n" + string.Concat(Enumerable.Range(0, 1400).Select(_ =>
        {
            (double x, double z) = (random.NextNormal(), random.NextNormal());
            return FormattableString.Invariant($"{x},{z},{(x * z > 0 ? 1 : 0)}\n");
        })));
        CommandRun run = CommandRun.Of("train", "--data", data, "--target", "y", "--epochs", "30", "--output", scratch.Path, "--seed", "3");
        Assert.Contains("the best of 6 in 5-fold cross-validation, seed 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("Choosing a model: 30 trainings", run.Output, StringComparison.Ordinal);
        Assert.Contains("  a linear model, weight decay 1 / rows\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Training on all 1,050 training rows for 30 epochs, the first of 8 times", run.Output, StringComparison.Ordinal);
        Assert.Contains("Test accuracy 9", run.Output, StringComparison.Ordinal);
        Assert.Matches("\nChosen: one hidden layer of .* in 5-fold cross-validation; a linear model, .* has 0\\.[456]", run.Output);
    }

    [Fact]
    public void A_search_can_be_limited_or_left_out()
    {
        string data = TestData.PathOf("iris.csv");
        string[] train = ["train", "--data", data, "--target", "label", "--output", scratch.Path];
        CommandRun limited = CommandRun.Of([.. train, "--budget", "0.001s", "--json"]);
        Assert.Equal((0, ""), (limited.ExitCode, limited.Error));
        JsonElement[] candidates =
            [.. JsonDocument.Parse(limited.Output).RootElement.GetProperty("candidates").EnumerateArray()];
        Assert.Equal(JsonValueKind.Null, candidates[^1].GetProperty("score").ValueKind);
        CommandRun ample = CommandRun.Of([.. train, "--budget", "2h", "--epochs", "3", "--json"]);
        Assert.Equal(Hash(CommandRun.Of([.. train, "--epochs", "3", "--json"])), Hash(ample));
        CommandRun none = CommandRun.Of([.. train, "--no-search", "--epochs", "3"]);
        Assert.Contains("Network   4 → 128 → 3, ReLU, dropout 0.1", none.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Choosing", none.Output, StringComparison.Ordinal);
        foreach (string wrong in new[] { "10", "0s", "s", "1d", "1e9h", "NaNs", "" })
        {
            Assert.Equal(
                $"error: --budget requires a duration in seconds, minutes or hours such as 30s, 5m or 1h, not '{wrong}'; try --help.\n",
                CommandRun.Of([.. train, "--budget", wrong]).Error);
        }
    }

    [Fact]
    public void The_results_are_told_even_if_the_picture_cannot_be_written()
    {
        string picture = scratch["iris.curves.svg"];
        using var output = new InterferingWriter(() => Directory.CreateDirectory(picture));
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = Tool.Run(
            ["train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "2", "--output", scratch.Path],
            output,
            error,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            (0, $"warning: {picture}: cannot be written: it is a directory. The model has been saved.\n"), (exitCode, error.ToString()));
        Assert.Contains("Test accuracy", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("iris.safetensors", scratch.Files);
        Assert.DoesNotContain("iris.curves.svg", scratch.Files);
    }

    private static double Accuracy(CommandRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("testAccuracy").GetDouble();
    }

    private static string? Hash(CommandRun run) =>
        JsonDocument.Parse(run.Output).RootElement.GetProperty("parametersHash").GetString();
}
