using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Variants;

/// <summary>The network as a user of the library runs it.</summary>
internal sealed class VecNetVariant : NetworkVariant
{
    private readonly SoftmaxCrossEntropy<float> crossEntropy = new();
    private readonly MeanSquaredError<float> squares = new();
    private readonly NetworkProblem problem;
    private readonly NeuralNetwork<float> network;
    private readonly Workspace<float> workspace;

    internal VecNetVariant(NetworkProblem problem)
    {
        this.problem = problem;
        network = VecNetNetworkPeer.NetworkOf(problem, HiddenActivation.Sigmoid);
        VecNetNetworkPeer.SetParameters(network, problem);
        workspace = network.CreateTrainingWorkspace(problem.Batch);
    }

    private ReadOnlyTensorView<float> Input => problem.Input.AsView(problem.Batch, problem.Widths[0]);

    internal override float Forward() => network.Predict(Input, workspace)[0, 0];

    internal override float ForwardBackward()
    {
        ReadOnlyTensorView<float> output = network.Forward(Input, workspace);
        float loss = problem.Classifies
            ? crossEntropy.ForwardBackward(output, problem.Classes, workspace.GradOutput)
            : squares.ForwardBackward(output, problem.Values.AsView(output.Rows, output.Columns), workspace.GradOutput);
        network.Backward(Input, workspace.GradOutput, workspace);
        return loss;
    }

    internal override IEnumerable<(string Name, float[] Values)> Results()
    {
        List<(string, float[])> results = [("output", network.Predict(Input, workspace).AsSpan().ToArray())];
        for (int layer = 0; layer < problem.Layers; layer++)
        {
            results.Add(($"∂L/∂W{layer}", network.WeightGradients[layer].AsSpan().ToArray()));
            results.Add(($"∂L/∂b{layer}", network.BiasGradients[layer].AsSpan().ToArray()));
        }

        return results;
    }
}
