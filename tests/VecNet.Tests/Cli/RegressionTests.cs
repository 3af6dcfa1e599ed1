using System.Globalization;
using System.Text.Json;

namespace VecNet.Tests;

/// <summary>Regression, from the file to the exported graph.</summary>
public sealed class RegressionTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>
    /// The target is y = 1000 + 300·a − 200·b plus noise, which is far from the mean 0 and deviation 1 that the network is trained on.
    /// </summary>
    [Fact]
    public void A_plane_is_learned_and_predicted_in_its_own_units()
    {
        string data = scratch.Write("plane.csv", Plane(240));
        JsonElement trained = Json("train", "--data", data, "--target", "y", "--regression", "--output", scratch.Path);
        Assert.True(trained.GetProperty("testRSquared").GetDouble() > 0.97, trained.ToString());
        Assert.InRange(trained.GetProperty("testMeanAbsoluteError").GetDouble(), 1, 60);
        Assert.False(trained.TryGetProperty("testAccuracy", out JsonElement _));
        Assert.Contains(scratch.Files, file => file == "plane.predictions.svg");

        JsonElement judged = Json("evaluate", scratch["plane.safetensors"], "--data", data, "--output", scratch["judged"]);
        Assert.Equal(240, judged.GetProperty("rows").GetInt32());
        Assert.True(File.Exists(judged.GetProperty("charts")[0].GetString()));

        CommandRun predicted = CommandRun.Of("predict", scratch["plane.safetensors"], "--data", data);
        Assert.Equal(0, predicted.ExitCode);
        string[] lines = predicted.Output.TrimEnd('\n').Split('\n');
        Assert.Equal("row,prediction", lines[0]);
        double[] truth = [.. File
            .ReadAllLines(data)
            .Skip(1)
            .Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture))];
        double meanError = lines.Skip(1).Select((line, row) =>
            Math.Abs(double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture) - truth[row])).Average();
        Assert.Equal(judged.GetProperty("meanAbsoluteError").GetDouble(), meanError, 1e-3);
        Assert.Equal("", predicted.Error);

        CommandRun asJson = CommandRun.Of("predict", scratch["plane.safetensors"], "--data", data, "--json");
        Assert.Equal(240, JsonDocument.Parse(asJson.Output).RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal("a number", Json("inspect", scratch["plane.safetensors"]).GetProperty("predicts").GetString());
        Assert.Contains("the predicted number", CommandRun.Of("export", scratch["plane.safetensors"]).Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandRun.Of("gradcheck", scratch["plane.safetensors"]).ExitCode);
        Refuses(
            $"{scratch["plane.safetensors"]}: --probabilities cannot be used with a model that predicts a number.",
            "export",
            scratch["plane.safetensors"],
            "--probabilities");
        string unknown = scratch.Write("unknown.csv", "a,b\n1,2\n");
        Refuses(
            $"{unknown}: the column 'y' with the true numbers is missing.", "evaluate", scratch["plane.safetensors"], "--data", unknown);
        string words = scratch.Write("words.csv", "a,b,y\n1,2,many\n");
        Refuses($"{words}, line 2, column 'y': 'many' is not a number.", "evaluate", scratch["plane.safetensors"], "--data", words);
    }

    /// <summary>
    /// R² of seven equal targets of 0.1 is undefined in text, JSON and chart, although their rounded mean is a different number.
    /// </summary>
    [Fact]
    public void Equal_numbers_have_no_R_squared()
    {
        string data = scratch.Write("plane.csv", Plane(60));
        Assert.Equal(0, CommandRun.Of("train", "--data", data, "--target", "y", "--regression", "--output", scratch.Path).ExitCode);
        string equal = scratch.Write("equal.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 7).Select(row => $"{row},1,0.1\n")));
        JsonElement judged = Json("evaluate", scratch["plane.safetensors"], "--data", equal, "--output", scratch["judged"]);
        Assert.Equal(JsonValueKind.Null, judged.GetProperty("rSquared").ValueKind);
        Assert.True(judged.GetProperty("meanAbsoluteError").GetDouble() > 0);
        Assert.DoesNotContain(
            "R²",
            File.ReadAllText(
                judged.GetProperty("charts").EnumerateArray().Select(chart => chart.GetString()!).First(chart =>
                    chart.EndsWith(".svg", StringComparison.Ordinal))),
            StringComparison.Ordinal);
        Assert.Contains(
            "R²                        – on 7 rows",
            CommandRun.Of("evaluate", scratch["plane.safetensors"], "--data", equal).Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,y\n1,2\n2,much\n", ", line 3, column 'y': 'much' is not a number.")]
    [InlineData("a,y\n1,2\n2,1e400\n", ", line 3, column 'y': '1e400' is not a finite number.")]
    [InlineData("a,y\n1,2\n2,inf\n", ", line 3, column 'y': 'inf' is not a number.")]
    [InlineData("a,y\n1,2\n2,2\n", ", column 'y': all 2 rows have the value 2; training needs at least two different values.")]
    [InlineData("a,y\n1,2\n", ", column 'y': the only row has the value 2; training needs at least two different values.")]
    public void Targets_that_are_no_numbers_are_refused(string text, string complaint)
    {
        string data = scratch.Write("data.csv", text);
        Refuses(data + complaint, "train", "--data", data, "--target", "y", "--regression", "--output", scratch.Path);
        Assert.Equal(["data.csv"], scratch.Files);
    }

    private static string Plane(int rows)
    {
        var random = new SplitMix64(3);
        return "a,b,y\n" + string.Concat(Enumerable.Range(0, rows).Select(_ =>
        {
            (double a, double b) = (random.NextNormal(), random.NextNormal());
            return FormattableString.Invariant($"{a},{b},{1000 + (300 * a) - (200 * b) + (5 * random.NextNormal())}\n");
        }));
    }

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
