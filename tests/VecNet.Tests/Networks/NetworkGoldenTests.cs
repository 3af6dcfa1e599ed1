using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's multi-layer perceptrons: every activation, the loss and every gradient.</summary>
public abstract class NetworkGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Cases => GoldenFile.Load("mlp").CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Network_equals_PyTorch(string name) => AssertEqual(GoldenFile.Load("mlp").Case(name), null);

    [Fact]
    public void All_nine_networks_run() => Assert.Equal(9, Cases.Count);

    /// <summary>The assignment's example, to 1e-12 in double.</summary>
    [Fact]
    public void Worked_example() =>
        AssertEqual(
            GoldenFile.Load("worked_example").Case("worked_example_2_2_1"),
            typeof(T) == typeof(double) ? new Tolerance(1e-12, 1e-12) : null);

    /// <summary>The same, written as the issue states it, with the assignment's constructor.</summary>
    [Fact]
    public void Worked_example_as_it_is_stated()
    {
        GoldenCase @case = GoldenFile.Load("worked_example").Case("worked_example_2_2_1");
        var network = new NeuralNetwork<double>(2, 1, [2], new Sigmoid<double>());
        new[,] { { 0.5, 0.75 }, { 0.25, 0.25 } }.AsView().CopyTo(network.Weights[0]);
        new[,] { { 0.5 }, { 0.5 } }.AsView().CopyTo(network.Weights[1]);
        double[,] x = { { 1, 1 } };
        double[,] y = { { 0 } };
        Workspace<double> workspace = network.CreateTrainingWorkspace(1, inputGradient: true);

        ReadOnlyTensorView<double> prediction = network.Forward(x, workspace);
        double loss = new MeanSquaredError<double>().ForwardBackward(prediction, y, workspace.GradOutput);
        network.Backward(x, workspace.GradOutput, workspace);

        Assert.Equal(@case.Outputs["prediction"].Scalar, prediction[0, 0], 1e-12);
        Assert.Equal(@case.Outputs["loss"].Scalar, loss, 1e-12);
        var tolerance = new Tolerance(0, 1e-12);
        @case.AssertClose("gradient of x", @case.Gradients["x"], workspace.GradInput.AsReadOnly(), tolerance);
        for (int i = 0; i < 2; i++)
        {
            @case.AssertClose($"gradient of W{i + 1}", @case.Gradients[$"W{i + 1}"], network.WeightGradients[i].AsReadOnly(), tolerance);
            @case.AssertClose($"gradient of b{i + 1}", @case.Gradients[$"b{i + 1}"], network.BiasGradients[i].AsReadOnly(), tolerance);
        }
    }

    private static void AssertEqual(GoldenCase @case, Tolerance? tolerance)
    {
        AssertEqual(@case, tolerance, apart: false);
        AssertEqual(@case, tolerance, apart: true);
    }

    private static void AssertEqual(GoldenCase @case, Tolerance? tolerance, bool apart)
    {
        void AssertClose(string what, GoldenTensor expected, ReadOnlyTensorView<T> actual)
        {
            if (tolerance is { } given)
            {
                @case.AssertClose(what, expected, actual, given);
            }
            else
            {
                @case.AssertClose(what, expected, actual);
            }
        }

        var golden = new GoldenNetwork<T>(@case, apart);
        T loss = golden.Run();
        AssertClose("loss", @case.Outputs["loss"], new[] { loss });
        Dictionary<string, int> counts = [];
        foreach (FusedOperation<T> operation in golden.Network.Plan.Operations)
        {
            // A layer's number is that of the fully connected layer before it; what goes
            // into an activation that is fused with it is not stored.
            counts["z"] = counts.GetValueOrDefault("z") + (operation.IsFullyConnected ? 1 : 0);
            ILayer<T> last = (operation.ActivationNode ?? operation.Node).Layer!;
            string letter = last.Name switch { "fully_connected" => "z", "mask" => "d", _ => "a" };
            string hidden = $"{letter}{counts["z"]}";
            AssertClose($"output {hidden}", @case.Outputs[hidden], golden.Workspace.Value(operation.Output));
        }

        AssertClose("output prediction", @case.Outputs["prediction"], golden.Workspace.Output);
        AssertClose("gradient of x", @case.Gradients["x"], golden.Workspace.GradInput);
        Assert.Equal(counts["z"], golden.Network.WeightGradients.Count);
        for (int i = 0; i < counts["z"]; i++)
        {
            AssertClose($"gradient of W{i + 1}", @case.Gradients[$"W{i + 1}"], golden.Network.WeightGradients[i]);
            AssertClose($"gradient of b{i + 1}", @case.Gradients[$"b{i + 1}"], golden.Network.BiasGradients[i]);
        }
    }
}

public sealed class NetworkFloatGoldenTests : NetworkGoldenTests<float>;

public sealed class NetworkDoubleGoldenTests : NetworkGoldenTests<double>;
