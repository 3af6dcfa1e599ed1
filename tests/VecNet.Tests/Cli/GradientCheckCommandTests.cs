using System.Text.Json;
using VecNet.Cli.GradientChecks;

namespace VecNet.Tests;

/// <summary>The gradient check of the tool covers everything that has a backward pass, and reports a wrong gradient.</summary>
public sealed class GradientCheckCommandTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void The_library_s_gradients_are_right(int seed)
    {
        CommandRun run = CommandRun.Of("gradcheck", "--seed", $"{seed}");
        Assert.True(
            (run.ExitCode, run.Error) is (0, ""),
            $"{run.Error}{string.Join('\n', run.Output.Split('\n').Where(line => !line.EndsWith("  passed", StringComparison.Ordinal)))}");
        Assert.Contains($"All {GradientCheckCommand.Library.Count} gradient checks passed.", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            GradientCheckCommand.Library.Count, run.Output.Split('\n').Count(line => line.EndsWith("  passed", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_that_has_a_backward_pass_is_left_out()
    {
        string[] passes = [.. GradientCheckCommand.Library
            .Where(subject => subject.Kind != "layer")
            .Select(subject => subject.Name.Split(',')[0])];
        string[] layers = [.. GradientCheckCommand.Library.Where(subject => subject.Kind == "layer").Select(subject => subject.Name)];
        Assert.All(GradientCoverageTests.WithBackward, row => Assert.Contains(row.Data, passes));
        Assert.All(GradientCoverageTests.Layers, row => Assert.Contains(row.Data, layers));
    }

    [Fact]
    public void A_wrong_gradient_is_named_and_the_exit_code_says_so()
    {
        (int exitCode, string output) = Run(
            json: false,
            LayerSubjects.Of("Right", _ => new Tanh<double>()),
            LayerSubjects.Of("Broken", _ => new WrongInOnePlace(new FullyConnectedLayer<double>(3))));
        Assert.Equal(1, exitCode);
        Assert.Contains("1 of 2 gradient checks FAILED.", output, StringComparison.Ordinal);
        Assert.Contains("layer Broken: 0.weight[0, 1] is ", output, StringComparison.Ordinal);

        (exitCode, output) = Run(json: true, LayerSubjects.Of("Broken", _ => new NotFinite(new Tanh<double>())));
        Assert.Equal(1, exitCode);
        JsonElement found = JsonDocument.Parse(output).RootElement;
        Assert.False(found.GetProperty("passed").GetBoolean());
        Assert.Equal(JsonValueKind.Null, found.GetProperty("checks")[0].GetProperty("worstErrorRatio").ValueKind);
    }

    [Fact]
    public void A_check_that_zeros_would_pass_is_no_proof()
    {
        var constant = new GradientCheckSubject("function", "Constant", c => GradientCheck.Scalar(
            (_, gradient) =>
            {
                if (!gradient.IsEmpty)
                {
                    gradient.Clear();
                }

                return 1;
            },
            c.Input().View));
        (int exitCode, string output) = Run(json: false, constant);
        Assert.Equal(1, exitCode);
        Assert.Contains("INCONCLUSIVE", output, StringComparison.Ordinal);
    }

    /// <summary>The model has ReLU and dropout, whose kinks the check must avoid for ten seeds.</summary>
    [Fact]
    public void The_network_of_a_model_is_checked_too()
    {
        Assert.Equal(
            0,
            CommandRun.Of(
                "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--hidden", "32", "16", "--output", scratch.Path,
                "-q").ExitCode);
        for (int seed = 0; seed < 10; seed++)
        {
            GradientCheckSubject model = ModelSubject.Of(scratch["iris.safetensors"]);
            (int exitCode, string output) = Run(json: false, (ulong)seed, model);
            Assert.True(exitCode == 0, output);
        }

        JsonElement found = JsonDocument.Parse(CommandRun.Of("gradcheck", scratch["iris.safetensors"], "--json").Output).RootElement;
        Assert.True(found.GetProperty("passed").GetBoolean());
        JsonElement last = found.GetProperty("checks")[GradientCheckCommand.Library.Count];
        Assert.Equal(("model", "iris.safetensors"), (last.GetProperty("kind").GetString(), last.GetProperty("name").GetString()));
        CommandRun none = CommandRun.Of("gradcheck", scratch["none"]);
        Assert.Equal((1, "", $"error: {scratch["none"]}: the model does not exist.\n"), (none.ExitCode, none.Output, none.Error));
    }

    /// <summary>
    /// A model that is certain of its classes has a loss of almost 0, which says nothing of the size of its rounding errors.
    /// </summary>
    [Fact]
    public void A_model_that_is_certain_has_right_gradients()
    {
        var network = new NeuralNetwork<double>(
            4, [new FullyConnectedLayer<double>(8), new Tanh<double>(), new FullyConnectedLayer<double>(2)], seed: 3);
        foreach (ref double parameter in network.Parameters)
        {
            parameter *= 6;
        }

        new Model<double>(network).Save(scratch["certain"]);
        for (ulong seed = 0; seed < 20; seed++)
        {
            (int exitCode, string output) = Run(json: false, seed, ModelSubject.Of(scratch["certain"]));
            Assert.True(exitCode == 0, output);
        }
    }

    /// <summary>
    /// A ReLU inside a residual connection gets 10⁻⁵ of the first input, whose sign a step of the check would change in most batches.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kinks_inside_composite_layers_are_kept_away_from(bool inBranch)
    {
        var bent = new Residual<double>(new FullyConnectedLayer<double>(1), new ReLU<double>(), new FullyConnectedLayer<double>(2));
        ILayer<double> composite = inBranch ? new Parallel<double>(new Tanh<double>(), new Sequential<double>(bent)) : bent;
        var network = new NeuralNetwork<double>(2, [composite, new Dropout<double>(0.2), new FullyConnectedLayer<double>(3)], seed: 2);
        TensorView<double> weights = network.GetParameters(0)[0];
        (weights[0, 0], weights[1, 0]) = (1e-5, 0);
        new Model<double>(network).Save(scratch["bent"]);
        for (ulong seed = 0; seed < 20; seed++)
        {
            (int exitCode, string output) = Run(json: false, seed, ModelSubject.Of(scratch["bent"]));
            Assert.True(exitCode == 0, output);
        }
    }

    private static (int ExitCode, string Output) Run(bool json, params GradientCheckSubject[] subjects) => Run(json, 0, subjects);

    private static (int ExitCode, string Output) Run(bool json, ulong seed, params GradientCheckSubject[] subjects)
    {
        using var output = new StringWriter { NewLine = "\n" };
        int exitCode = GradientCheckCommand.Run(
            new CommandContext(output, TextWriter.Null, terminal: false, TestContext.Current.CancellationToken), subjects, seed, json);
        return (exitCode, output.ToString());
    }

    private sealed class WrongInOnePlace(ILayer<double> inner) : FaultyLayer(inner)
    {
        protected override void Spoil(in BackwardPass<double> pass) => pass.Gradient(0)[0, 1] += 1e-3;
    }

    private sealed class NotFinite(ILayer<double> inner) : FaultyLayer(inner)
    {
        protected override void Spoil(in BackwardPass<double> pass) => pass.GradInput[0, 0] = double.NaN;
    }
}
