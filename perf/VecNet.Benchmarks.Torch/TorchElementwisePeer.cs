using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VecNet.Benchmarks.Comparing.Protocol;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch's functions, and its autograd for backward passes.</summary>
internal sealed class TorchElementwisePeer : IElementwisePeer
{
    internal TorchElementwisePeer()
    {
        InitializeDeviceType(DeviceType.CPU);
        set_num_threads(1);
        Description = $"{__version__} (TorchSharp {typeof(Tensor).Assembly.GetName().Version!.ToString(3)})";
    }

    public string Description { get; }

    public IPreparedElementwise Prepare<T>(ElementwiseRow row, ElementwiseOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => row.IsBackward ? new Backward<T>(row.Operation, operands)
        : row.Operation == ElementwiseOperation.SoftmaxCrossEntropy ? new CrossEntropy<T>(operands)
        : new Forward<T>(row.Operation, operands);

    private static Tensor Copy<T>(TensorBuffer<T> memory)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor tensor = empty(memory.Rows, memory.Columns, typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64);
        MemoryMarshal.AsBytes(memory.Span).CopyTo(tensor.bytes);
        return tensor;
    }

    private static Tensor Apply(ElementwiseOperation operation, Tensor x) => operation switch
    {
        ElementwiseOperation.Exp => x.exp(),
        ElementwiseOperation.Sigmoid or ElementwiseOperation.SigmoidBackward => x.sigmoid(),
        ElementwiseOperation.Tanh or ElementwiseOperation.TanhBackward => x.tanh(),
        ElementwiseOperation.ReLU or ElementwiseOperation.ReLUBackward => x.relu(),
        ElementwiseOperation.ReLUInPlace => x.relu_(),
        ElementwiseOperation.GELU or ElementwiseOperation.GELUBackward => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.none),
        ElementwiseOperation.GELUTanh or ElementwiseOperation.GELUTanhBackward => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        ElementwiseOperation.Softmax => nn.functional.softmax(x, 1),
        ElementwiseOperation.LogSoftmax => nn.functional.log_softmax(x, 1),
        _ => throw new NotSupportedException($"There is no {operation}."),
    };

    private sealed class Forward<T>(ElementwiseOperation operation, ElementwiseOperands<T> operands) : IPreparedElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tensor x = Copy(operands.Input);

        public void Run(int calls)
        {
            using IDisposable inference = inference_mode();
            for (int call = 0; call < calls; call++)
            {
                using Tensor? y = Temporary(Apply(operation, x));
            }
        }

        public void CopyResult()
        {
            using IDisposable inference = inference_mode();
            Tensor y = Apply(operation, x);
            y.bytes.CopyTo(MemoryMarshal.AsBytes(operands.Result.Span));
        }

        public void Dispose() => x.Dispose();

        /// <summary>The result, to be given back, unless it is the operand itself.</summary>
        private Tensor? Temporary(Tensor result) => operation == ElementwiseOperation.ReLUInPlace ? null : result;
    }

    /// <summary>The graph is kept: each call is the backward pass alone.</summary>
    private sealed class Backward<T> : IPreparedElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ElementwiseOperands<T> operands;
        private readonly Tensor x;
        private readonly Tensor y;
        private readonly Tensor gradOutput;

        internal Backward(ElementwiseOperation operation, ElementwiseOperands<T> operands)
        {
            this.operands = operands;
            x = Copy(operands.Input).requires_grad_();
            y = Apply(operation, x);
            gradOutput = Copy(operands.GradOutput);
        }

        public void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                using Tensor gradient = Gradient();
            }
        }

        public void CopyResult()
        {
            using Tensor gradient = Gradient();
            gradient.bytes.CopyTo(MemoryMarshal.AsBytes(operands.Result.Span));
        }

        public void Dispose()
        {
            gradOutput.Dispose();
            y.Dispose();
            x.Dispose();
        }

        private Tensor Gradient() => autograd.grad([y], [x], [gradOutput], retain_graph: true)[0];
    }

    /// <summary>Forward with a graph, and backward through it.</summary>
    private sealed class CrossEntropy<T>(ElementwiseOperands<T> operands) : IPreparedElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tensor x = Copy(operands.Input).requires_grad_();
        private readonly Tensor targets = tensor([.. operands.Classes.Select(index => (long)index)]);

        public void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                using Tensor loss = nn.functional.cross_entropy(x, targets);
                using Tensor gradient = autograd.grad([loss], [x])[0];
            }
        }

        public void CopyResult()
        {
            using Tensor loss = nn.functional.cross_entropy(x, targets);
            using Tensor gradient = autograd.grad([loss], [x])[0];
            operands.Loss = loss.item<T>();
            gradient.bytes.CopyTo(MemoryMarshal.AsBytes(operands.Result.Span));
        }

        public void Dispose()
        {
            targets.Dispose();
            x.Dispose();
        }
    }
}
