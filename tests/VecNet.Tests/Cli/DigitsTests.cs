using System.Security.Cryptography;
using System.Text.Json;
using VecNet.Cli.Charts;
using VecNet.Cli.Digits;

namespace VecNet.Tests;

public sealed class DigitsTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_embedded_digits_are_those_of_the_original()
    {
        var digits = new EmbeddedDigits();
        Assert.Equal((1347, 450), (digits.TrainingRows.Length, digits.TestRows.Length));
        using Stream resource = typeof(EmbeddedDigits).Assembly.GetManifestResourceStream("digits.br")!;
        using var brotli = new System.IO.Compression.BrotliStream(resource, System.IO.Compression.CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        brotli.CopyTo(bytes);
        Assert.Equal(
            "2f911635a83efb5b526768a1ac39412eafa835285535e5a4b69521a9823b764f", Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())));
    }

    [Fact]
    public void Json_is_one_object_with_the_figures_and_the_same_seed_gives_the_same_parameters()
    {
        string[] fast = ["--json", "--epochs", "3", "--output", scratch["new/directory"]];
        CommandRun first = CommandRun.Of(fast);
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        string[] names =
        [
            .. ChartFile.Extensions.Select(ending => "confusion" + ending),
            .. ChartFile.Extensions.Select(ending => "curves" + ending),
            "safetensors",
        ];
        Assert.Equal(names.Select(name => Path.Combine("new", "directory", $"vecnet-digits.{name}")), scratch.Files);
        JsonElement result = JsonDocument.Parse(first.Output).RootElement;
        Assert.Equal("\n", first.Output[first.Output.IndexOf('\n')..]);
        Assert.InRange(result.GetProperty("testAccuracy").GetDouble(), 0.5, 1);
        Assert.True(result.GetProperty("seconds").GetDouble() > 0);
        Assert.True(result.GetProperty("samplesPerSecond").GetDouble() > 0);
        Assert.True(result.GetProperty("gflops").GetDouble() > 0);
        Assert.Equal(0, result.GetProperty("seed").GetInt32());
        string sha = result.GetProperty("parametersHash").GetString()!;
        Assert.Equal(sha, Model.Load<float>(result.GetProperty("model").GetString()!).GetParametersHash());

        Assert.Equal(sha, JsonDocument.Parse(CommandRun.Of(fast).Output).RootElement.GetProperty("parametersHash").GetString());
        Assert.NotEqual(
            sha,
            JsonDocument.Parse(CommandRun.Of([.. fast, "--seed", "1"]).Output).RootElement.GetProperty("parametersHash").GetString());
    }

    [Fact]
    public void A_third_of_the_epochs_beats_the_baseline_and_the_model_reads_the_pixels_as_they_are()
    {
        CommandRun run = CommandRun.Of("--epochs", "200", "--output", scratch.Path, "--json");
        double accuracy = JsonDocument.Parse(run.Output).RootElement.GetProperty("testAccuracy").GetDouble();
        Assert.True(accuracy > 0.9711, $"{accuracy}");

        var digits = new EmbeddedDigits();
        int[] rows = digits.TestRows;
        string data = scratch.Write("pixels.csv", string.Join(',', EmbeddedDigits.FeatureNames) + ",label\n"
            + string.Concat(rows.Select(row => $"{string.Join(',', digits.Image(row).ToArray())},{digits.Labels[row]}\n")));
        CommandRun judged = CommandRun.Of("evaluate", scratch["vecnet-digits.safetensors"], "--data", data);
        Assert.StartsWith(
            $"Accuracy       {100 * accuracy:F2} %: {Math.Round(accuracy * 450)} of 450 predictions correct\n",
            judged.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void All_is_told_in_plain_lines_where_nobody_watches_and_little_if_so_asked()
    {
        CommandRun full = CommandRun.Of("--epochs", "2", "--output", scratch.Path);
        string[] parts =
        [
            "64 → 128 → 64 → 10",
            "17,226 parameters",
            "Step 1 of 2",
            "Step 2 of 2",
            "validation",
            "samples/s",
            "Test accuracy",
            "Confusion matrix",
            "read as",
            "GFLOP/s",
            scratch["vecnet-digits.safetensors"],
            scratch["vecnet-digits.curves.svg"],
            scratch["vecnet-digits.confusion.svg"],
        ];
        foreach (string part in parts)
        {
            Assert.Contains(part, full.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\e', full.Output);
        CommandRun quiet = CommandRun.Of("--epochs", "2", "--output", scratch.Path, "--quiet");
        Assert.Equal(4 + (2 * ChartFile.Extensions.Count), quiet.Output.TrimEnd('\n').Split('\n').Length);
        Assert.StartsWith("Test accuracy", quiet.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 4)]
    [InlineData(40, 2)]
    [InlineData(10, 1)]
    public void Only_as_many_misread_digits_are_drawn_as_fit(int width, int drawn)
    {
        using var output = new StringWriter { NewLine = "\n" };
        int[] images = [0, 1, 2, 3, 4];
        MisclassifiedDigits.Draw(
            output, width, new EmbeddedDigits(), images, [0, 1, 2, 3, 4], new ClassPredictions([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]));
        string[] lines = output.ToString().Split('\n');
        Assert.Equal($"Misclassified digits, highest probability first ({drawn} of 5):", lines[0]);
        Assert.All(lines[1..], line => Assert.InRange(line.Length, 0, 18 * drawn));
    }

    [Fact]
    public void Warping_by_nothing_changes_nothing_and_inference_never_warps()
    {
        var digits = new EmbeddedDigits();
        Dataset<float> images = digits.Select([0, 1, 2]);
        var still = new NeuralNetwork<float>(64, [new ImageWarp(8, 0, 0, 0, 0)]);
        Assert.Equal(
            images.Features.Span.ToArray(), still.Forward(images.Features.View, still.CreateTrainingWorkspace(3)).AsSpan().ToArray());
        var moving = new NeuralNetwork<float>(64, [new ImageWarp(8, 0.5, 0.25, 0.15, 0.1)]);
        Assert.Equal(
            images.Features.Span.ToArray(), moving.Predict(images.Features.View, moving.CreateInferenceWorkspace(3)).AsSpan().ToArray());
        Assert.NotEqual(
            images.Features.Span.ToArray(), moving.Forward(images.Features.View, moving.CreateTrainingWorkspace(3)).AsSpan().ToArray());
    }

    [Fact]
    public void The_best_epoch_is_the_end_of_the_best_stretch()
    {
        double[] losses = [.. Enumerable.Range(0, 40).Select(epoch => epoch == 3 ? 0.0 : epoch is >= 20 and < 24 ? 0.1 : 1.0)];
        Assert.Equal(24, Best(losses));
        Assert.Equal(2, Best([double.NaN, double.NaN]));

        static int Best(double[] losses) => RecipeTraining.BestEpoch(
            [.. losses.Select((loss, epoch) => new TrainingProgress { Epoch = epoch + 1, ValidationLoss = loss })]);
    }
}
