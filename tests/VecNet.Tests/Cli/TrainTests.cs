using System.Text.Json;
using VecNet.Cli;
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
    public void Where_rows_abound_some_tell_how_long_to_train()
    {
        var random = new SplitMix64(1);
        string data = scratch.Write("many.csv", "x,z,y\n" + string.Concat(Enumerable.Range(0, 1400).Select(_ =>
        {
            (double x, double z) = (random.NextNormal(), random.NextNormal());
            return FormattableString.Invariant($"{x},{z},{(x * z > 0 ? 1 : 0)}\n");
        })));
        CommandRun run = CommandRun.Of("train", "--data", data, "--target", "y", "--epochs", "30", "--output", scratch.Path, "--seed", "3");
        Assert.Contains("1,050 training rows (158 for validation at first)", run.Output, StringComparison.Ordinal);
        Assert.Contains("Step 2 of 2: training on all 1,050 training rows", run.Output, StringComparison.Ordinal);
        Assert.Contains("Test accuracy 9", run.Output, StringComparison.Ordinal);
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
}
