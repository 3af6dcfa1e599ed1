using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VecNet.Benchmarks.Comparing.Protocol;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VecNet.Benchmarks;

/// <summary>libtorch's layers and losses with its autograd, and TorchSharp's optimisers.</summary>
internal sealed class TorchLayerPeer : ILayerPeer
{
    internal TorchLayerPeer()
    {
        InitializeDeviceType(DeviceType.CPU);
        set_num_threads(1);
        Description = $"{__version__} (TorchSharp {typeof(Tensor).Assembly.GetName().Version!.ToString(3)})";
    }

    public string Description { get; }

    public IPreparedLayer Prepare(LayerRow row, LayerOperands operands) => row switch
    {
        { IsEmbedding: true } => new TorchEmbedding(row, operands),
        { Pass: LayerPass.Step } => new Step(row.Kind, operands),
        _ => new Pass(row, operands),
    };

    internal static Tensor Copy(TensorBuffer<float> memory)
    {
        Tensor tensor = empty(memory.Rows, memory.Columns, ScalarType.Float32);
        MemoryMarshal.AsBytes(memory.Span).CopyTo(tensor.bytes);
        return tensor;
    }

    internal static float[] Elements(Tensor tensor)
    {
        using Tensor whole = tensor.detach().contiguous();
        return [.. whole.data<float>()];
    }

    private sealed class Pass : IPreparedLayer
    {
        private readonly DisposeScope scope = NewDisposeScope();
        private readonly LayerRow row;
        private readonly Tensor x;
        private readonly Tensor gradOutput;
        private readonly Tensor targets;
        private readonly Tensor gamma;
        private readonly Tensor beta;
        private readonly Tensor mean;
        private readonly Tensor variance;
        private readonly Tensor[] trained;
        private readonly Tensor? y;
        private Tensor[] latest = [];

        internal Pass(LayerRow row, LayerOperands operands)
        {
            this.row = row;
            bool isNormalisation = row.Kind is LayerKind.LayerNorm or LayerKind.BatchNorm;
            x = Copy(operands.Input).requires_grad_();
            gradOutput = Copy(operands.GradOutput);
            targets = Copy(operands.Targets);
            gamma = Copy(operands.Gamma).reshape(-1).requires_grad_();
            beta = Copy(operands.Beta).reshape(-1).requires_grad_();
            mean = Copy(operands.Beta).reshape(-1);
            variance = Copy(operands.Variance).reshape(-1);
            trained = isNormalisation ? [x, gamma, beta] : [x];
            y = row.Pass == LayerPass.Backward ? Apply() : null;
        }

        public void Run(int calls)
        {
            using IDisposable? inference = row.Pass == LayerPass.Forward ? inference_mode() : null;
            for (int call = 0; call < calls; call++)
            {
                foreach (Tensor tensor in latest)
                {
                    tensor.Dispose();
                }

                latest = Once();
            }
        }

        public float[][] Results() => row is { Kind: LayerKind.BatchNorm, Pass: LayerPass.Forward }
            ? [.. latest.Select(Elements), Elements(mean), Elements(variance)]
            : [.. latest.Select(Elements)];

        public void Dispose() => scope.Dispose();

        private Tensor[] Once()
        {
            switch (row.Pass)
            {
                case LayerPass.Forward:
                    return [Apply()];
                case LayerPass.Backward:
                    return [.. autograd.grad([y!], trained, [gradOutput], retain_graph: true)];
                default:
                    Tensor loss = Apply();
                    return [loss, .. autograd.grad([loss], trained)];
            }
        }

        private Tensor Apply() => row.Kind switch
        {
            LayerKind.Activation => Activation(),
            LayerKind.LogSoftmax => F.log_softmax(x, 1),
            LayerKind.LayerNorm => F.layer_norm(x, [row.Columns], gamma, beta, 1e-5),
            LayerKind.BatchNorm => F.batch_norm(x, mean, variance, gamma, beta, training: true, momentum: 0.1, eps: 1e-5),
            LayerKind.BatchNormInference => F.batch_norm(x, mean, variance, gamma, beta, training: false, momentum: 0.1, eps: 1e-5),
            LayerKind.BinaryCrossEntropy => F.binary_cross_entropy_with_logits(x, targets),
            LayerKind.Huber => F.huber_loss(x, targets),
            LayerKind.MeanAbsoluteError => F.l1_loss(x, targets),
            LayerKind.KullbackLeibler => F.kl_div(x, targets, log_target: false, reduction: nn.Reduction.Sum) / row.Rows,
            _ => throw new NotSupportedException($"There is no {row.Kind}."),
        };

        private Tensor Activation() => row.Function switch
        {
            "LeakyReLU" => F.leaky_relu(x, 0.01),
            "ELU" => F.elu(x, 1),
            "GELU" => F.gelu(x, TorchSharp.Modules.GELU.Approximate.none),
            "GELUTanh" => F.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
            "SiLU" => F.silu(x),
            "Softplus" => F.softplus(x, 1, 20),
            _ => throw new NotSupportedException($"has no {row.Function} here"),
        };
    }

    private sealed class Step : IPreparedLayer
    {
        private readonly DisposeScope scope = NewDisposeScope();
        private readonly Parameter parameter;
        private readonly optim.Optimizer optimizer;

        internal Step(LayerKind kind, LayerOperands operands)
        {
            parameter = new Parameter(Copy(operands.Input)) { grad = Copy(operands.GradOutput) };
            optimizer = kind switch
            {
                LayerKind.Sgd => optim.SGD([parameter], LayerRow.LearningRate, momentum: LayerRow.Momentum),
                LayerKind.Adagrad => optim.Adagrad([parameter], LayerRow.LearningRate),
                LayerKind.RmsProp => optim.RMSProp([parameter], LayerRow.LearningRate),
                LayerKind.Adam => optim.Adam([parameter], LayerRow.LearningRate),
                LayerKind.AdamW => optim.AdamW([parameter], LayerRow.LearningRate, weight_decay: LayerRow.WeightDecay),
                _ => throw new NotSupportedException($"There is no {kind}."),
            };
        }

        public void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                optimizer.step();
            }
        }

        public float[][] Results() => [Elements(parameter)];

        public void Dispose()
        {
            optimizer.Dispose();
            scope.Dispose();
        }
    }
}
