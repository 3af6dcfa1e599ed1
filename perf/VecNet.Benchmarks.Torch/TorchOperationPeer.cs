using System.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch's functions, layers and losses with its autograd for backward passes, and TorchSharp's optimizers.</summary>
internal static class TorchOperationPeer
{
    internal static Peer Create() =>
        Torch.CreatePeer((OperationRow row) => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));

    private static PreparedRow Prepare<T>(OperationRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        row.Pass == Pass.Step ? Step(row, new OperationOperands<T>(row)) : Function(row, new OperationOperands<T>(row));

    /// <summary>The graph of a backward pass is kept: each call is the backward pass alone. A loss makes a graph with each call.</summary>
    private static PreparedRow Function<T>(OperationRow row, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isForward = row.Pass == Pass.Forward;
        Tensor x = Torch.Copy(operands.Input).requires_grad_(!isForward);
        Tensor indices = Torch.Indices(operands.Indices);
        Tensor targets = row.Operation == Operation.SoftmaxCrossEntropy ? indices : Torch.Copy(operands.Targets);
        Tensor gamma = Torch.Copy(operands.Gamma).reshape(-1).requires_grad_(!isForward);
        Tensor beta = Torch.Copy(operands.Beta).reshape(-1).requires_grad_(!isForward);
        Tensor mean = Torch.Copy(operands.Beta).reshape(-1);
        Tensor variance = Torch.Copy(operands.Variance).reshape(-1);
        TorchSharp.Modules.Embedding? embedding = row.IsEmbedding ? EmbeddingOf(row, operands) : null;
        Tensor[] trained = embedding is not null ? [embedding.weight!]
            : row.Operation is Operation.LayerNorm or Operation.BatchNorm ? [x, gamma, beta]
            : [x];
        Tensor[] outputs = row.Pass == Pass.Backward ? [Apply()] : [];
        Tensor gradOutput = Torch.Copy(operands.GradOutput).reshape(outputs is [var output] ? output.shape : [-1]);
        IDisposable?[] owned = [x, indices, targets, gamma, beta, mean, variance, embedding, gradOutput, .. outputs];
        return new(Run, Results) { Release = () => Array.ForEach(owned, resource => resource?.Dispose()) };

        void Run(int calls)
        {
            using IDisposable? inference = isForward ? inference_mode() : null;
            for (int call = 0; call < calls; call++)
            {
                if (!isForward)
                {
                    Array.ForEach(Gradients(), result => result.Dispose());
                }
                else if (Apply() is { } y && row.Operation != Operation.ReLUInPlace)
                {
                    y.Dispose();
                }
            }
        }

        Array[] Results()
        {
            using DisposeScope results = NewDisposeScope();
            if (!isForward)
            {
                return [.. Gradients().Select(Torch.Elements<T>)];
            }

            using IDisposable inference = inference_mode();
            T[] y = Torch.Elements<T>(Apply());
            return row.Operation == Operation.BatchNorm ? [y, Torch.Elements<T>(mean), Torch.Elements<T>(variance)] : [y];
        }

        Tensor[] Gradients()
        {
            if (row.Pass == Pass.Backward)
            {
                return [.. autograd.grad(outputs, trained, [gradOutput], retain_graph: true)];
            }

            Tensor loss = Apply();
            return [loss, .. autograd.grad([loss], trained)];
        }

        Tensor Apply() => row.Operation switch
        {
            Operation.Exp => x.exp(),
            Operation.Sigmoid => x.sigmoid(),
            Operation.Tanh => x.tanh(),
            Operation.ReLU => x.relu(),
            Operation.ReLUInPlace => x.relu_(),
            Operation.Gelu => F.gelu(x, TorchSharp.Modules.GELU.Approximate.none),
            Operation.GeluTanh => F.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
            Operation.Softmax => F.softmax(x, 1),
            Operation.LogSoftmax => F.log_softmax(x, 1),
            Operation.SoftmaxCrossEntropy => F.cross_entropy(x, targets),
            Operation.LeakyReLU => F.leaky_relu(x, 0.01),
            Operation.Elu => F.elu(x, 1),
            Operation.SiLU => F.silu(x),
            Operation.Softplus => F.softplus(x, 1, 20),
            Operation.LayerNorm => F.layer_norm(x, [row.Columns], gamma, beta, 1e-5),
            Operation.BatchNorm or Operation.BatchNormInference =>
                F.batch_norm(x, mean, variance, gamma, beta, training: row.Operation == Operation.BatchNorm, momentum: 0.1, eps: 1e-5),
            Operation.BinaryCrossEntropy => F.binary_cross_entropy_with_logits(x, targets),
            Operation.Huber => F.huber_loss(x, targets),
            Operation.MeanAbsoluteError => F.l1_loss(x, targets),
            Operation.KullbackLeibler => Divergence(),
            Operation.Embedding => embedding!.forward(indices),
            _ => throw new NotSupportedException($"There is no {row.Operation}."),
        };

        Tensor Divergence()
        {
            using Tensor sum = F.kl_div(x, targets, log_target: false, reduction: nn.Reduction.Sum);
            return sum / row.Rows;
        }
    }

    /// <summary>
    /// A step of TorchSharp's optimizer; of an embedding the backward pass, with a dense or a sparse gradient, and plain gradient descent.
    /// </summary>
    private static PreparedRow Step<T>(OperationRow row, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DisposeScope scope = NewDisposeScope();
        TorchSharp.Modules.Embedding? embedding = row.IsEmbedding ? EmbeddingOf(row, operands) : null;
        Tensor? y = embedding?.forward(Torch.Indices(operands.Indices));
        Tensor gradOutput = y is null ? Torch.Copy(operands.GradOutput) : Torch.Copy(operands.GradOutput).reshape(y.shape);
        Parameter parameter = embedding?.weight ?? new Parameter(Torch.Copy(operands.Input)) { grad = gradOutput };
        optim.Optimizer optimizer = row.Operation switch
        {
            Operation.Embedding or Operation.SparseEmbedding => optim.SGD([parameter], OperationRow.LearningRate),
            Operation.Sgd => optim.SGD([parameter], OperationRow.LearningRate, momentum: OperationRow.Momentum),
            Operation.Adagrad => optim.Adagrad([parameter], OperationRow.LearningRate),
            Operation.RmsProp => optim.RMSProp([parameter], OperationRow.LearningRate),
            Operation.Adam => optim.Adam([parameter], OperationRow.LearningRate),
            Operation.AdamW => optim.AdamW([parameter], OperationRow.LearningRate, weight_decay: OperationRow.WeightDecay),
            _ => throw new NotSupportedException($"There is no {row.Operation}."),
        };
        IDisposable?[] owned = [scope, optimizer, embedding];
        return PreparedRow.Of(
            y is null ? () => optimizer.step() : BackwardAndStep,
            OperationRow.ComparedSteps,
            () => [Torch.Elements<T>(parameter)]) with
        {
            Release = () => Array.ForEach(owned, resource => resource?.Dispose()),
        };

        void BackwardAndStep()
        {
            optimizer.zero_grad();
            y!.backward([gradOutput], retain_graph: true);
            optimizer.step();
        }
    }

    private static TorchSharp.Modules.Embedding EmbeddingOf<T>(OperationRow row, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isSparse = row.Operation == Operation.SparseEmbedding;
        TorchSharp.Modules.Embedding embedding = nn.Embedding(OperationRow.Entries, OperationRow.Dimension, sparse: isSparse);
        using IDisposable noGradients = no_grad();
        using Tensor table = Torch.Copy(operands.Table);
        embedding.weight!.copy_(table);
        return embedding;
    }
}
