namespace VecNet.Benchmarks.Variants;

/// <summary>The network as a user of the library runs it.</summary>
internal sealed class VecNetVariant(Problem problem) : NetworkVariant
{
    private readonly Workspace<float> workspace = problem.Network.CreateTrainingWorkspace(problem.Batch);

    private ReadOnlyTensorView<float> Input => problem.Input.AsView(problem.Batch, problem.Widths[0]);

    internal override float Forward() => problem.Network.Predict(Input, workspace)[0, 0];

    internal override float ForwardBackward()
    {
        ReadOnlyTensorView<float> output = problem.Network.Forward(Input, workspace);
        float loss = problem.Classifies
            ? SoftmaxCrossEntropy.ForwardBackward(output, problem.Classes, workspace.GradOutput)
            : MeanSquaredError.ForwardBackward(output, problem.Values.AsView(output.Rows, output.Columns), workspace.GradOutput);
        problem.Network.Backward(Input, workspace.GradOutput, workspace);
        return loss;
    }

    protected override IEnumerable<(string Name, float[] Values)> Results()
    {
        NeuralNetwork<float> network = problem.Network;
        List<(string, float[])> results = [("output", network.Predict(Input, workspace).AsSpan().ToArray())];
        int layers = problem.Widths.Length - 1;
        results.AddRange(Enumerable.Range(0, layers).Select(layer => ($"∂L/∂W{layer}", network.WeightGradients[layer].AsSpan().ToArray())));
        results.AddRange(Enumerable.Range(0, layers).Select(layer => ($"∂L/∂b{layer}", network.BiasGradients[layer].AsSpan().ToArray())));
        return results;
    }
}
