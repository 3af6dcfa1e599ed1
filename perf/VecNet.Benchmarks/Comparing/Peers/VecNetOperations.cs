using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's stateless functions: every pass is one line here, and the loop that times it is one for all.</summary>
internal static class VecNetOperations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private interface IForward
    {
        static abstract void Forward(ReadOnlyTensorView<T> x, TensorView<T> y);
    }

    private interface IBackward : IForward
    {
        static abstract void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y);
    }

    /// <summary>A pass of a layer, which has more operands.</summary>
    private interface ILayerPass
    {
        static abstract void Call(in Views v);
    }

    /// <summary>The loop over a pass.</summary>
    internal static Action<int> Of(Operation operation, Pass pass, Buffers buffers)
    {
        (TensorBuffer<T> x, TensorBuffer<T> saved, TensorBuffer<T> g, TensorBuffer<T> y) = (buffers.X, buffers.Saved, buffers.G, buffers.Y);
        return (operation, pass) switch
        {
            (Operation.Exp, Pass.Forward) => Forward<ExpFunction>(x, y),
            (Operation.Sigmoid, Pass.Forward) => Forward<SigmoidFunction>(x, y),
            (Operation.Sigmoid, Pass.Backward) => Backward<SigmoidFunction>(saved, g, y),
            (Operation.Tanh, Pass.Forward) => Forward<TanhFunction>(x, y),
            (Operation.Tanh, Pass.Backward) => Backward<TanhFunction>(saved, g, y),
            (Operation.Gelu, Pass.Forward) => Forward<GeluFunction>(x, y),
            (Operation.Gelu, Pass.Backward) => Backward<GeluFunction>(x, g, y),
            (Operation.GeluTanh, Pass.Forward) => Forward<GeluTanhFunction>(x, y),
            (Operation.GeluTanh, Pass.Backward) => Backward<GeluTanhFunction>(x, g, y),
            (Operation.ReLU, Pass.Forward) => Forward<ReLUFunction>(x, y),
            (Operation.ReLUInPlace, Pass.Forward) => Forward<ReLUFunction>(y, y),
            (Operation.ReLU, Pass.Backward) => Backward<ReLUFunction>(saved, g, y),
            (Operation.Softmax, Pass.Forward) => Forward<SoftmaxFunction>(x, y),
            (Operation.LogSoftmax, Pass.Forward) => Forward<LogSoftmaxFunction>(x, y),
            (Operation.LogSoftmax, Pass.Backward) => Backward<LogSoftmaxFunction>(saved, g, y),
            (Operation.LeakyReLU, Pass.Forward) => Forward<LeakyReLUFunction>(x, y),
            (Operation.LeakyReLU, Pass.Backward) => Backward<LeakyReLUFunction>(saved, g, y),
            (Operation.Elu, Pass.Forward) => Forward<EluFunction>(x, y),
            (Operation.Elu, Pass.Backward) => Backward<EluFunction>(saved, g, y),
            (Operation.SiLU, Pass.Forward) => Forward<SiLUFunction>(x, y),
            (Operation.SiLU, Pass.Backward) => Backward<SiLUFunction>(x, g, y),
            (Operation.Softplus, Pass.Forward) => Forward<SoftplusFunction>(x, y),
            (Operation.Softplus, Pass.Backward) => Backward<SoftplusFunction>(saved, g, y),
            (Operation.LayerNorm, Pass.Forward) => Loop<LayerNormForward>(buffers),
            (Operation.LayerNorm, Pass.Backward) => Loop<LayerNormBackward>(buffers),
            (Operation.BatchNorm, Pass.Forward) => Loop<BatchNormForward>(buffers),
            (Operation.BatchNorm, Pass.Backward) => Loop<BatchNormBackward>(buffers),
            (Operation.BatchNormInference, Pass.Forward) => Loop<BatchNormInference>(buffers),
            (Operation.Embedding, Pass.Forward) => Loop<EmbeddingForward>(buffers),
            (Operation.Embedding, Pass.Backward) => Loop<EmbeddingBackward>(buffers),
            _ => throw new NotSupportedException($"There is no {operation} {pass}."),
        };
    }

    /// <summary>
    /// Generic over the function: in one method for all, the compiler takes those that did not run first for unlikely and inlines nothing
    /// into them. The views are locals, so that they stay in registers.
    /// </summary>
    private static Action<int> Forward<TFunction>(TensorBuffer<T> input, TensorBuffer<T> output)
        where TFunction : struct, IForward => calls =>
    {
        ReadOnlyTensorView<T> x = input.View;
        TensorView<T> y = output.View;
        for (int call = 0; call < calls; call++)
        {
            TFunction.Forward(x, y);
        }
    };

    private static Action<int> Backward<TFunction>(TensorBuffer<T> saved, TensorBuffer<T> gradOutput, TensorBuffer<T> gradInput)
        where TFunction : struct, IBackward => calls =>
    {
        ReadOnlyTensorView<T> x = saved.View, g = gradOutput.View;
        TensorView<T> y = gradInput.View;
        for (int call = 0; call < calls; call++)
        {
            TFunction.Backward(x, g, y);
        }
    };

    private static Action<int> Loop<TPass>(Buffers buffers)
        where TPass : struct, ILayerPass => calls =>
    {
        var views = new Views(buffers);
        for (int call = 0; call < calls; call++)
        {
            TPass.Call(views);
        }
    };

    private struct ExpFunction : IForward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Exp.Forward(x, y);
    }

    private struct SigmoidFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Sigmoid.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Sigmoid.Backward(x, g, y);
    }

    private struct TanhFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Tanh.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Tanh.Backward(x, g, y);
    }

    private struct GeluFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => GELU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => GELU.Backward(x, g, y);
    }

    private struct GeluTanhFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => GELUTanh.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => GELUTanh.Backward(x, g, y);
    }

    private struct ReLUFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => ReLU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => ReLU.Backward(x, g, y);
    }

    private struct SoftmaxFunction : IForward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Softmax.Forward(x, y);
    }

    private struct LogSoftmaxFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => LogSoftmax.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LogSoftmax.Backward(x, g, y);
    }

    private struct LeakyReLUFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => LeakyReLU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LeakyReLU.Backward(x, g, y);
    }

    private struct EluFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => ELU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => ELU.Backward(x, g, y);
    }

    private struct SiLUFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => SiLU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => SiLU.Backward(x, g, y);
    }

    private struct SoftplusFunction : IBackward
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Softplus.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Softplus.Backward(x, g, y);
    }

    private struct LayerNormForward : ILayerPass
    {
        public static void Call(in Views v) => LayerNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics);
    }

    private struct LayerNormBackward : ILayerPass
    {
        public static void Call(in Views v) => LayerNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta);
    }

    private struct BatchNormForward : ILayerPass
    {
        public static void Call(in Views v) => BatchNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics, v.Mean, v.Variance);
    }

    private struct BatchNormBackward : ILayerPass
    {
        public static void Call(in Views v) => BatchNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta);
    }

    private struct BatchNormInference : ILayerPass
    {
        public static void Call(in Views v) => BatchNorm.Infer(v.X, v.Gamma, v.Beta, v.Mean, v.Variance, v.Y);
    }

    private struct EmbeddingForward : ILayerPass
    {
        public static void Call(in Views v) => Embedding.Forward(v.X, v.Table, v.Y);
    }

    private struct EmbeddingBackward : ILayerPass
    {
        public static void Call(in Views v) => Embedding.Backward(v.X, v.G, v.Y);
    }

    /// <summary>The operands of a row, and what its passes write.</summary>
    internal sealed class Buffers(OperationRow row, OperationOperands<T> operands)
    {
        private static readonly TensorBuffer<T> None = new(0, 0);

        /// <summary>The input; of an embedding, what is looked up.</summary>
        internal TensorBuffer<T> X { get; } = row.IsEmbedding ? Numbers(operands.Indices, row) : operands.Input;

        internal TensorBuffer<T> G { get; } = operands.GradOutput;

        internal TensorBuffer<T> Gamma { get; } = operands.Gamma;

        internal TensorBuffer<T> Beta { get; } = operands.Beta;

        internal TensorBuffer<T> Table { get; } = operands.Table;

        /// <summary>The output, or the gradient of the input or of the table.</summary>
        internal TensorBuffer<T> Y { get; } = !row.IsEmbedding ? new(row.Rows, row.Columns)
            : row.Pass == Pass.Backward ? new(OperationRow.Entries, OperationRow.Dimension)
            : new(row.Rows, row.Columns * OperationRow.Dimension);

        /// <summary>The output of the forward pass before a backward pass.</summary>
        internal TensorBuffer<T> Saved { get; } = row.Pass == Pass.Backward ? new(row.Rows, row.Columns) : None;

        /// <summary>The statistics that a normalization keeps for its backward pass: for each row of the batch, or for each column.</summary>
        internal TensorBuffer<T> Statistics { get; } = row.Operation == Operation.LayerNorm ? new(row.Rows, 2) : new(2, row.Columns);

        internal TensorBuffer<T> Mean { get; } = TensorBuffer<T>.CopyOf(operands.Beta.View);

        internal TensorBuffer<T> Variance { get; } = TensorBuffer<T>.CopyOf(operands.Variance.View);

        internal TensorBuffer<T> GradGamma { get; } = new(1, row.Columns);

        internal TensorBuffer<T> GradBeta { get; } = new(1, row.Columns);

        private static TensorBuffer<T> Numbers(int[] indices, OperationRow row)
        {
            var numbers = new TensorBuffer<T>(row.Rows, row.Columns);
            for (int i = 0; i < indices.Length; i++)
            {
                numbers.Span[i] = T.CreateTruncating(indices[i]);
            }

            return numbers;
        }
    }

    /// <summary>Views of the buffers of a layer.</summary>
    private readonly ref struct Views(Buffers buffers)
    {
        internal readonly ReadOnlyTensorView<T> X = buffers.X.View;
        internal readonly ReadOnlyTensorView<T> G = buffers.G.View;
        internal readonly ReadOnlyTensorView<T> Gamma = buffers.Gamma.View;
        internal readonly ReadOnlyTensorView<T> Beta = buffers.Beta.View;
        internal readonly ReadOnlyTensorView<T> Table = buffers.Table.View;
        internal readonly TensorView<T> Y = buffers.Y.View;
        internal readonly TensorView<T> Statistics = buffers.Statistics.View;
        internal readonly TensorView<T> Mean = buffers.Mean.View;
        internal readonly TensorView<T> Variance = buffers.Variance.View;
        internal readonly TensorView<T> GradGamma = buffers.GradGamma.View;
        internal readonly TensorView<T> GradBeta = buffers.GradBeta.View;
    }
}
