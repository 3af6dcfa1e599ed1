using System.Text.Json;
using VecNet.Cli.Benchmark;

namespace VecNet.Tests;

/// <summary>The results of a benchmark are complete and consistent, whatever the speed of the machine.</summary>
public sealed class BenchmarkCommandTests
{
    [Fact]
    public void Every_row_has_its_figures_in_both_forms()
    {
        var progress = new List<double>();
        var found = MachineBenchmark.Run(TimeSpan.FromSeconds(1), progress.Add, TestContext.Current.CancellationToken);
        Assert.Equal(found.Rounds, progress.Count);
        Assert.Equal(1, progress[^1], 1e-9);
        int threads = int.Min(2, Environment.ProcessorCount);
        Assert.Equal(Enumerable.Range(1, threads), found.Threads);

        JsonElement json = JsonDocument.Parse(BenchmarkReport.Json(found)).RootElement;
        Assert.Equal(2 * threads, json.GetProperty("peaks").GetArrayLength());
        Assert.Equal(7 * threads, json.GetProperty("rows").GetArrayLength());
        foreach (JsonElement row in json.GetProperty("rows").EnumerateArray())
        {
            Assert.True(row.GetProperty("gflops").GetDouble() > 0, row.ToString());
            Assert.True(row.GetProperty("medianMicroseconds").GetDouble() >= row.GetProperty("microseconds").GetDouble(), row.ToString());
            Assert.Equal(
                row.GetProperty("group").GetString() == "training step", row.TryGetProperty("samplesPerSecond", out JsonElement _));
        }

        // The product has 2·128³ operations.
        JsonElement product = json.GetProperty("rows")[0];
        Assert.Equal(
            2 * 128 * 128 * 128 / 1e3 / product.GetProperty("microseconds").GetDouble(), product.GetProperty("gflops").GetDouble(), 0.1);

        string[] lines = BenchmarkReport.Markdown(found).Split('\n');
        Assert.StartsWith("### VecNet ", lines[0], StringComparison.Ordinal);
        Assert.Contains(found.Machine.Vectors, lines[2], StringComparison.Ordinal);
        Assert.Contains($": {Caches.Here};", lines[3], StringComparison.Ordinal);
        Assert.Contains(lines[3].TrimEnd('.'), json.GetProperty("blocks").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, lines.Count(line => line.StartsWith("|---|", StringComparison.Ordinal)));
        Assert.Equal(3 + 3 + 2 + 4 + 3, lines.Count(line => line.StartsWith('|')));
        Assert.All(lines.Where(line => line.StartsWith('|')), line => Assert.Equal(threads + 2, line.Count(character => character == '|')));
    }

    [Theory]
    [InlineData("--seconds requires an integer of at least 1, not '0'", "0")]
    [InlineData("--seconds requires an integer of at most 3600", "3601")]
    public void A_duration_that_makes_no_sense_is_refused(string complaint, string seconds)
    {
        CommandRun run = CommandRun.Of("benchmark", "--seconds", seconds);
        Assert.Equal((1, "", $"error: {complaint}; try --help.\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        CommandRun run = CommandRun.Interrupted(["benchmark", "--seconds", "60"], new CancellationToken(canceled: true));
        Assert.Equal((130, "", "canceled: nothing was saved.\n"), (run.ExitCode, run.Output, run.Error));
    }
}
