namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's networks.</summary>
internal sealed class VecNetNetworkPeer : NetworkPasses
{
    private readonly NetworkProblem problem;
    private readonly NeuralNetwork<float> network;
    private readonly Workspace<float> workspace;
    private readonly SoftmaxCrossEntropy<float> crossEntropy = new();
    private readonly MeanSquaredError<float> squaredError = new();
    private readonly Sgd<float> optimizer = new(NetworkProblem.LearningRate);

    internal VecNetNetworkPeer(NetworkRow row)
    {
        problem = new NetworkProblem(row);
        int[] widths = problem.Widths;
        ILayer<float> activation = row.Activation == HiddenActivation.Sigmoid ? new Sigmoid<float>() : new ReLU<float>();
        network = new NeuralNetwork<float>(widths[0], widths[^1], widths.AsSpan(1..^1), activation);
        workspace = row.Pass == Pass.Forward ? network.CreateInferenceWorkspace(row.Batch) : network.CreateTrainingWorkspace(row.Batch);
        workspace.Threads = row.Threads;
        Reset();
    }

    /// <summary>Small and middle-sized networks with one and several threads.</summary>
    internal static IEnumerable<NetworkRow> CompiledFirst =>
        from activation in Enum.GetValues<HiddenActivation>()
        from pass in NetworkRows.Passes
        from network in ((string Widths, int Batch)[])[("2-2-1", 1), ("64-128-10", 1), ("64-128-10", 32), ("300-200-10", 100)]
        from threads in Enumerable.Range(1, Subject.MostThreads)
        select new NetworkRow(network.Widths, activation, network.Batch, pass, threads);

    private ReadOnlyTensorView<float> Input => problem.Input.AsView(problem.Batch, problem.Widths[0]);

    internal static Peer Create() =>
        Peer.Of<NetworkRow>(MachineDescription.VectorsInForce, row => new VecNetNetworkPeer(row).Prepare(row.Pass));

    internal override void Reset()
    {
        for (int layer = 0; layer < problem.Layers; layer++)
        {
            problem.Parameters[2 * layer].AsView(problem.Widths[layer], problem.Widths[layer + 1]).CopyTo(network.Weights[layer]);
            problem.Parameters[(2 * layer) + 1].AsView().CopyTo(network.Biases[layer]);
        }
    }

    internal override void Forward(int calls)
    {
        ReadOnlyTensorView<float> input = Input;
        for (int call = 0; call < calls; call++)
        {
            network.Predict(input, workspace);
        }
    }

    internal override float Train(int calls, bool isStep)
    {
        ReadOnlyTensorView<float> input = Input;
        float loss = 0;
        for (int call = 0; call < calls; call++)
        {
            loss = Loss(network.Forward(input, workspace));
            if (isStep)
            {
                network.BackwardAndStep(input, workspace.GradOutput, workspace, optimizer);
            }
            else
            {
                network.Backward(input, workspace.GradOutput, workspace);
            }
        }

        return loss;
    }

    internal override float[] Output() => network.Predict(Input, workspace).AsSpan().ToArray();

    internal override IEnumerable<float[]> Gradients() => Enumerable.Range(0, problem.Layers).SelectMany(
        layer => (float[][])[network.WeightGradients[layer].AsSpan().ToArray(), network.BiasGradients[layer].AsSpan().ToArray()]);

    private float Loss(ReadOnlyTensorView<float> output) => problem.Classifies
        ? crossEntropy.ForwardBackward(output, problem.Classes, workspace.GradOutput)
        : squaredError.ForwardBackward(output, problem.Values.AsView(output.Rows, output.Columns), workspace.GradOutput);
}
