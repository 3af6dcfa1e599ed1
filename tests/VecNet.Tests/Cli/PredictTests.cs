using System.Globalization;
using System.Numerics.Tensors;

namespace VecNet.Tests;

public sealed class PredictTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_saved_model_predicts_what_the_network_in_memory_does()
    {
        const int Rows = 600;
        var network = new NeuralNetwork<float>(3, 4, [16], new ReLU<float>(), WeightInitialization.HeNormal, seed: 5);
        var standardization = new Standardization<float>([1, -2, 0.5], [2, 1, 3]);
        new Model<float>(
            network, standardization, ["a", "b", "c"], ["north", "east", "say \"south\"", "west"], "wind")
            .Save(scratch["model.safetensors"]);
        var random = new SplitMix64(9);
        TensorBuffer<double> features = new(Rows, 3);
        var lines = new List<string> { "c,note,a,b" };
        for (int row = 0; row < Rows; row++)
        {
            foreach (ref double value in features.View.Row(row))
            {
                value = random.NextNormal();
            }

            Span<double> x = features.View.Row(row);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{x[2]:R},unread,{x[0]:R},{x[1]:R}"));
        }

        string data = scratch.Write("data.csv", string.Join('\n', lines));
        CommandRun run = CommandRun.Of("predict", scratch["model.safetensors"], "--data", data);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        var expected = new TensorBuffer<float>(Rows, 4);
        Softmax.Forward(
            network.Predict(standardization.Apply(features.View).View, network.CreateInferenceWorkspace(Rows)), expected.View);
        int[] classes = [.. Enumerable.Range(0, Rows).Select(row => TensorPrimitives.IndexOfMax<float>(expected.View.Row(row)))];
        string[] names = ["north", "east", "\"say \"\"south\"\"\"", "west"];
        Assert.Equal(
            [
                "row,label,probability",
                .. Enumerable.Range(0, Rows).Select(row =>
                    string.Create(CultureInfo.InvariantCulture, $"{row},{names[classes[row]]},{expected.View[row, classes[row]]:G9}")),
            ],
            run.Output.TrimEnd('\n').Split('\n'));
        Assert.InRange(classes.Distinct().Count(), 3, 4);

        CommandRun toFile = CommandRun.Of("predict", scratch["model.safetensors"], "--data", data, "--output", scratch["p.csv"]);
        Assert.Equal((0, "", ""), (toFile.ExitCode, toFile.Output, toFile.Error));
        Assert.Equal(run.Output, File.ReadAllText(scratch["p.csv"]));
    }

    [Fact]
    public void A_link_stays_a_link_and_what_it_leads_to_is_written()
    {
        new Model<float>(new NeuralNetwork<float>(1, 2, [], new ReLU<float>())).Save(scratch["model"]);
        string data = scratch.Write("data.csv", "a\n1\n");
        string target = scratch.Write("target.csv", "old");
        File.CreateSymbolicLink(scratch["link.csv"], "target.csv");
        Assert.Equal(0, CommandRun.Of("predict", scratch["model"], "--data", data, "-o", scratch["link.csv"]).ExitCode);
        Assert.Equal("target.csv", new FileInfo(scratch["link.csv"]).LinkTarget);
        Assert.StartsWith("row,label,probability\n0,", File.ReadAllText(target), StringComparison.Ordinal);
    }
}
