using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VecNet.Benchmarks;

/// <summary>libtorch's networks, as a TorchSharp program has them: Sequential, functional losses, optim.SGD.</summary>
internal sealed class TorchNetworkPeer : NetworkPasses
{
    private readonly DisposeScope tensors = NewDisposeScope();
    private readonly NetworkProblem problem;
    private readonly Linear[] layers;
    private readonly Sequential model;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor input;
    private readonly Tensor targets;

    /// <summary>libtorch's squared error has no ½: its gradient gets it for nothing.</summary>
    private readonly Tensor half = tensor(0.5f);

    private TorchNetworkPeer(NetworkRow row)
    {
        problem = new NetworkProblem(row);
        layers = [.. problem.Widths.Zip(problem.Widths.Skip(1), (inputs, outputs) => Linear(inputs, outputs))];
        Module<Tensor, Tensor> Activation() => row.Activation == HiddenActivation.Sigmoid ? Sigmoid() : ReLU();
        model = Sequential([layers[0], .. layers.Skip(1).SelectMany(linear => (Module<Tensor, Tensor>[])[Activation(), linear])]);
        optimizer = optim.SGD(model.parameters(), NetworkProblem.LearningRate);
        input = tensor(problem.Input).reshape(problem.Batch, problem.Widths[0]);
        targets = problem.Classifies
            ? Torch.Indices(problem.Classes)
            : tensor(problem.Values).reshape(problem.Batch, problem.Widths[^1]);
    }

    internal static Peer Create() => Torch.CreatePeer((NetworkRow row) => new TorchNetworkPeer(row).Prepare(row.Pass));

    internal override void Reset()
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        for (int layer = 0; layer < problem.Layers; layer++)
        {
            Tensor weights = tensor(problem.Parameters[2 * layer]).reshape(problem.Widths[layer], problem.Widths[layer + 1]);
            layers[layer].weight!.copy_(weights.t());
            layers[layer].bias!.copy_(tensor(problem.Parameters[(2 * layer) + 1]));
        }
    }

    internal override void Forward(int calls)
    {
        using IDisposable inference = inference_mode();
        for (int call = 0; call < calls; call++)
        {
            using Tensor output = model.forward(input);
        }
    }

    internal override float[] Output()
    {
        using IDisposable inference = inference_mode();
        using Tensor output = model.forward(input);
        return Torch.Elements<float>(output);
    }

    internal override IEnumerable<float[]> Gradients() => layers.SelectMany(layer => (float[][])
        [Torch.Elements<float>(layer.weight!.grad!.t()), Torch.Elements<float>(layer.bias!.grad!)]);

    internal override void Release()
    {
        optimizer.Dispose();
        model.Dispose();
        half.Dispose();
        tensors.Dispose();
    }

    /// <summary>The loss of the last call is read: of a single call, which is compared, and not in every one that is timed.</summary>
    internal override float Train(int calls, bool isStep)
    {
        float last = 0;
        for (int call = 0; call < calls; call++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor output = model.forward(input);
            Tensor loss = problem.Classifies ? functional.cross_entropy(output, targets) : functional.mse_loss(output, targets);
            loss.backward(problem.Classifies ? null : [half]);
            if (isStep)
            {
                optimizer.step();
            }

            if (call == calls - 1)
            {
                last = loss.item<float>() * (problem.Classifies ? 1 : 0.5f);
            }
        }

        return last;
    }
}
