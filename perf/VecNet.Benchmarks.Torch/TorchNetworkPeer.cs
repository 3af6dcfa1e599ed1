using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using VecNet.Benchmarks.Comparing.Protocol;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VecNet.Benchmarks;

/// <summary>libtorch's networks, as a TorchSharp program has them: Sequential, functional losses, optim.SGD.</summary>
internal sealed class TorchNetworkPeer : INetworkPeer
{
    internal TorchNetworkPeer()
    {
        InitializeDeviceType(DeviceType.CPU);
        Description = $"{__version__} (TorchSharp {typeof(Tensor).Assembly.GetName().Version!.ToString(3)})";
    }

    public string Description { get; }

    public IPreparedNetwork Prepare(NetworkRow row, NetworkProblem problem)
    {
        set_num_threads(row.Threads);
        return new PreparedNetwork(row, problem);
    }

    private sealed class PreparedNetwork : IPreparedNetwork
    {
        private readonly DisposeScope tensors = NewDisposeScope();
        private readonly NetworkProblem problem;
        private readonly Passes passes;
        private readonly List<Linear> layers = [];
        private readonly Sequential model;
        private readonly optim.Optimizer optimizer;
        private readonly Tensor input;
        private readonly Tensor targets;

        /// <summary>libtorch's squared error has no ½: its gradient gets it for nothing.</summary>
        private readonly Tensor half = tensor(0.5f);

        internal PreparedNetwork(NetworkRow row, NetworkProblem problem)
        {
            this.problem = problem;
            passes = row.Passes;
            var modules = new List<(string, Module<Tensor, Tensor>)>();
            for (int layer = 0; layer < problem.Layers; layer++)
            {
                if (layer > 0)
                {
                    modules.Add(($"activation{layer}", row.Activation == HiddenActivation.Sigmoid ? Sigmoid() : ReLU()));
                }

                layers.Add(Linear(problem.Widths[layer], problem.Widths[layer + 1]));
                modules.Add(($"linear{layer}", layers[^1]));
            }

            model = Sequential(modules);
            optimizer = optim.SGD(model.parameters(), NetworkProblem.LearningRate);
            input = tensor(problem.Input).reshape(problem.Batch, problem.Widths[0]);
            targets = problem.Classifies
                ? tensor([.. problem.Classes.Select(index => (long)index)])
                : tensor(problem.Values).reshape(problem.Batch, problem.Widths[^1]);
        }

        public void Run(int calls)
        {
            switch (passes)
            {
                case Passes.Forward:
                    Predict(calls);
                    break;
                case Passes.ForwardBackward:
                    ForwardBackward(calls);
                    break;
                case Passes.Step:
                    Step(calls);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        public void Reset()
        {
            using IDisposable noGradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            for (int layer = 0; layer < problem.Layers; layer++)
            {
                layers[layer].weight!.copy_(tensor(problem.Weights[layer]).reshape(problem.Widths[layer], problem.Widths[layer + 1]).t());
                layers[layer].bias!.copy_(tensor(problem.Biases[layer]));
            }
        }

        public float[] Output()
        {
            using IDisposable inference = inference_mode();
            using Tensor output = model.forward(input);
            return [.. output.data<float>()];
        }

        public float[] LossAndGradients()
        {
            using DisposeScope scope = NewDisposeScope();
            float loss = Backward();
            return
            [
                loss,
                .. layers.SelectMany(layer => layer.weight!.grad!.t().contiguous().data<float>().Concat(layer.bias!.grad!.data<float>())),
            ];
        }

        public float Step()
        {
            using DisposeScope scope = NewDisposeScope();
            float loss = Backward();
            optimizer.step();
            return loss;
        }

        public void Dispose()
        {
            optimizer.Dispose();
            model.Dispose();
            half.Dispose();
            tensors.Dispose();
        }

        private void Predict(int calls)
        {
            using IDisposable inference = inference_mode();
            for (int call = 0; call < calls; call++)
            {
                using Tensor output = model.forward(input);
            }
        }

        private void ForwardBackward(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                using DisposeScope scope = NewDisposeScope();
                optimizer.zero_grad();
                BackwardFrom(Loss());
            }
        }

        private void Step(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                using DisposeScope scope = NewDisposeScope();
                optimizer.zero_grad();
                BackwardFrom(Loss());
                optimizer.step();
            }
        }

        private float Backward()
        {
            optimizer.zero_grad();
            Tensor loss = Loss();
            BackwardFrom(loss);
            return loss.item<float>() * (problem.Classifies ? 1 : 0.5f);
        }

        private Tensor Loss() => problem.Classifies
            ? functional.cross_entropy(model.forward(input), targets)
            : functional.mse_loss(model.forward(input), targets);

        private void BackwardFrom(Tensor loss)
        {
            if (problem.Classifies)
            {
                loss.backward();
            }
            else
            {
                loss.backward([half]);
            }
        }
    }
}
