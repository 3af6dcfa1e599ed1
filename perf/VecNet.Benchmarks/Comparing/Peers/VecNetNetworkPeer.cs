using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's networks.</summary>
internal sealed class VecNetNetworkPeer : INetworkPeer
{
    /// <summary>Several times what the runtime waits for before it compiles a method for good.</summary>
    private static readonly TimeSpan CompilationTime = TimeSpan.FromMilliseconds(15);

    public string Description => VecNetPeer.Vectors;

    /// <summary>The library as it runs in a program that has been up for a while.</summary>
    internal static VecNetNetworkPeer Compiled()
    {
        var peer = new VecNetNetworkPeer();
        foreach (HiddenActivation activation in Enum.GetValues<HiddenActivation>())
        {
            foreach (Passes passes in Enum.GetValues<Passes>())
            {
                foreach ((string network, int batch) in ((string, int)[])[("2-2-1", 1), ("64-128-10", 1), ("64-128-10", 32), ("300-200-10", 100)])
                {
                    for (int threads = 1; threads <= Subject.MostThreads; threads++)
                    {
                        using var served = ServedNetwork.Of(peer, new NetworkRow(network, activation, batch, passes, threads));
                        served.Best(CompilationTime);
                    }
                }
            }
        }

        return peer;
    }

    internal static NeuralNetwork<float> NetworkOf(NetworkProblem problem, HiddenActivation activation) => new(
        problem.Widths[0],
        problem.Widths[^1],
        problem.Widths.AsSpan(1..^1),
        activation == HiddenActivation.Sigmoid ? new Sigmoid<float>() : new ReLU<float>());

    internal static void SetParameters(NeuralNetwork<float> network, NetworkProblem problem)
    {
        for (int layer = 0; layer < problem.Layers; layer++)
        {
            problem.Weights[layer].AsView(problem.Widths[layer], problem.Widths[layer + 1]).CopyTo(network.Weights[layer]);
            problem.Biases[layer].AsView().CopyTo(network.Biases[layer]);
        }
    }

    public IPreparedNetwork Prepare(NetworkRow row, NetworkProblem problem) => new PreparedNetwork(row, problem);

    private sealed class PreparedNetwork : IPreparedNetwork
    {
        private readonly Action<int> run;
        private readonly NetworkProblem problem;
        private readonly NeuralNetwork<float> network;
        private readonly Workspace<float> workspace;
        private readonly SoftmaxCrossEntropy<float> crossEntropy = new();
        private readonly MeanSquaredError<float> squares = new();
        private readonly Sgd<float> optimizer = new(NetworkProblem.LearningRate);

        internal PreparedNetwork(NetworkRow row, NetworkProblem problem)
        {
            this.problem = problem;
            network = NetworkOf(problem, row.Activation);
            workspace = row.Passes == Passes.Forward ? network.CreateInferenceWorkspace(row.Batch) : network.CreateTrainingWorkspace(row.Batch);
            workspace.Threads = row.Threads;
            run = row.Passes switch
            {
                Passes.Forward => Predict,
                Passes.ForwardBackward => ForwardBackward,
                _ => Step,
            };
        }

        private ReadOnlyTensorView<float> Input => problem.Input.AsView(problem.Batch, problem.Widths[0]);

        public void Run(int calls) => run(calls);

        public void Reset() => SetParameters(network, problem);

        public float[] Output() => network.Predict(Input, workspace).AsSpan().ToArray();

        public float[] LossAndGradients()
        {
            var result = new List<float> { ForwardBackward(Input) };
            for (int layer = 0; layer < problem.Layers; layer++)
            {
                result.AddRange(network.WeightGradients[layer].AsSpan());
                result.AddRange(network.BiasGradients[layer].AsSpan());
            }

            return [.. result];
        }

        public float Step() => Step(Input);

        public void Dispose()
        {
        }

        private void Predict(int calls)
        {
            ReadOnlyTensorView<float> input = Input;
            for (int call = 0; call < calls; call++)
            {
                network.Predict(input, workspace);
            }
        }

        private void ForwardBackward(int calls)
        {
            ReadOnlyTensorView<float> input = Input;
            for (int call = 0; call < calls; call++)
            {
                ForwardBackward(input);
            }
        }

        private void Step(int calls)
        {
            ReadOnlyTensorView<float> input = Input;
            for (int call = 0; call < calls; call++)
            {
                Step(input);
            }
        }

        private float ForwardBackward(ReadOnlyTensorView<float> input)
        {
            float loss = Loss(network.Forward(input, workspace));
            network.Backward(input, workspace.GradOutput, workspace);
            return loss;
        }

        private float Step(ReadOnlyTensorView<float> input)
        {
            float loss = Loss(network.Forward(input, workspace));
            network.BackwardAndStep(input, workspace.GradOutput, workspace, optimizer);
            return loss;
        }

        private float Loss(ReadOnlyTensorView<float> output) => problem.Classifies
            ? crossEntropy.ForwardBackward(output, problem.Classes, workspace.GradOutput)
            : squares.ForwardBackward(output, problem.Values.AsView(output.Rows, output.Columns), workspace.GradOutput);
    }
}
