using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's functions and layers in a row: every operation is one line, and the loops that time them are three.</summary>
internal sealed class VecNetOperations<T>(OperationRow row)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OperationOperands<T> operands = new(row);

    /// <summary>The output, or the gradient of the input or of the table.</summary>
    private readonly TensorBuffer<T> y = !row.IsEmbedding ? new(row.Rows, row.Columns)
        : row.Pass == Pass.Backward ? new(OperationRow.Entries, OperationRow.Dimension)
        : new(row.Rows, row.Columns * OperationRow.Dimension);

    /// <summary>The output of the forward pass before a backward pass.</summary>
    private readonly TensorBuffer<T> saved = row.Pass == Pass.Backward ? new(row.Rows, row.Columns) : new(0, 0);

    /// <summary>What a normalization keeps for its backward pass: for each row of the batch, or for each column.</summary>
    private readonly TensorBuffer<T> statistics = row.Operation == Operation.LayerNorm ? new(row.Rows, 2) : new(2, row.Columns);

    private readonly TensorBuffer<T> mean = new(1, row.Columns);
    private readonly TensorBuffer<T> variance = new(1, row.Columns);
    private readonly TensorBuffer<T> gradGamma = new(1, row.Columns);
    private readonly TensorBuffer<T> gradBeta = new(1, row.Columns);

    /// <summary>A pass of a function of one operand; a forward pass has no gradient.</summary>
    private interface IPass
    {
        static abstract void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y);
    }

    internal PreparedRow Prepare()
    {
        operands.Beta.Span.CopyTo(mean.Span);
        operands.Variance.Span.CopyTo(variance.Span);
        Action<int> run = Of(row.Pass);
        if (row.Pass == Pass.Backward && !row.IsEmbedding)
        {
            Of(Pass.Forward)(1);
            y.View.CopyTo(saved.View);
        }

        return new(run, () =>
        {
            y.Span.Fill(T.NaN);
            if (row.Operation == Operation.ReLUInPlace)
            {
                operands.Input.View.CopyTo(y.View);
            }

            run(1);
            TensorBuffer<T>[] results = row switch
            {
                { Operation: Operation.BatchNorm, Pass: Pass.Forward } => [y, mean, variance],
                { Operation: Operation.LayerNorm or Operation.BatchNorm, Pass: Pass.Backward } => [y, gradGamma, gradBeta],
                _ => [y],
            };
            return [.. results.Select(result => result.Span.ToArray())];
        });
    }

    private Action<int> Of(Pass pass) => (row.Operation, pass) switch
    {
        (Operation.Exp, Pass.Forward) => Loop<Forward<Exp.Function<T>>>(operands.Input),
        (Operation.Sigmoid, Pass.Forward) => Loop<Forward<Sigmoid.Function<T>>>(operands.Input),
        (Operation.Sigmoid, Pass.Backward) => Loop<Backward<Sigmoid.Derivative<T>>>(saved),
        (Operation.Tanh, Pass.Forward) => Loop<Forward<Tanh.Function<T>>>(operands.Input),
        (Operation.Tanh, Pass.Backward) => Loop<Backward<Tanh.Derivative<T>>>(saved),
        (Operation.Gelu, Pass.Forward) => Loop<Forward<GELU.Function<T>>>(operands.Input),
        (Operation.Gelu, Pass.Backward) => Loop<Backward<GELU.Derivative<T>>>(operands.Input),
        (Operation.GeluTanh, Pass.Forward) => Loop<Forward<GELUTanh.Function<T>>>(operands.Input),
        (Operation.GeluTanh, Pass.Backward) => Loop<Backward<GELUTanh.Derivative<T>>>(operands.Input),
        (Operation.ReLU, Pass.Forward) => Loop<Forward<ReLU.Function<T>>>(operands.Input),
        (Operation.ReLUInPlace, Pass.Forward) => Loop<Forward<ReLU.Function<T>>>(y),
        (Operation.ReLU, Pass.Backward) => Loop<Backward<ReLU.Derivative<T>>>(saved),
        (Operation.SiLU, Pass.Forward) => Loop<Forward<SiLU.Function<T>>>(operands.Input),
        (Operation.SiLU, Pass.Backward) => Loop<Backward<SiLU.Derivative<T>>>(operands.Input),
        (Operation.LeakyReLU, Pass.Forward) => Loop<LeakyReLUForward>(operands.Input),
        (Operation.LeakyReLU, Pass.Backward) => Loop<LeakyReLUBackward>(saved),
        (Operation.Elu, Pass.Forward) => Loop<EluForward>(operands.Input),
        (Operation.Elu, Pass.Backward) => Loop<EluBackward>(saved),
        (Operation.Softplus, Pass.Forward) => Loop<SoftplusForward>(operands.Input),
        (Operation.Softplus, Pass.Backward) => Loop<SoftplusBackward>(saved),
        (Operation.Softmax, Pass.Forward) => Loop<SoftmaxForward>(operands.Input),
        (Operation.LogSoftmax, Pass.Forward) => Loop<LogSoftmaxForward>(operands.Input),
        (Operation.LogSoftmax, Pass.Backward) => Loop<LogSoftmaxBackward>(saved),
        (Operation.LayerNorm, Pass.Forward) => LayerLoop<LayerNormForward>(),
        (Operation.LayerNorm, Pass.Backward) => LayerLoop<LayerNormBackward>(),
        (Operation.BatchNorm, Pass.Forward) => LayerLoop<BatchNormForward>(),
        (Operation.BatchNorm, Pass.Backward) => LayerLoop<BatchNormBackward>(),
        (Operation.BatchNormInference, Pass.Forward) => LayerLoop<BatchNormInference>(),
        (Operation.Embedding, Pass.Forward) => LayerLoop<EmbeddingForward>(),
        (Operation.Embedding, Pass.Backward) => LayerLoop<EmbeddingBackward>(),
        _ => throw new NotSupportedException($"There is no {row.Operation} {pass}."),
    };

    /// <summary>
    /// The loops are generic over the pass: in one method for all, the compiler takes those that did not run first for unlikely and
    /// inlines nothing into them. The views are locals, so that they stay in registers; neither they nor a kernel may come from a field
    /// of a struct or of a closure, which would be read again in every call.
    /// </summary>
    private Action<int> Loop<TPass>(TensorBuffer<T> source)
        where TPass : struct, IPass
    {
        (TensorBuffer<T> upstream, TensorBuffer<T> destination) = (operands.GradOutput, y);
        return calls =>
        {
            ReadOnlyTensorView<T> from = source.View, gradOutput = upstream.View;
            TensorView<T> to = destination.View;
            for (int call = 0; call < calls; call++)
            {
                TPass.Run(from, gradOutput, to);
            }
        };
    }

    private Action<int> LayerLoop<TPass>()
        where TPass : struct, IPass<Views> => IPass<Views>.Loop<TPass>(() => new Views(this));

    /// <summary>What the public functions call.</summary>
    private struct Forward<TFunction> : IPass
        where TFunction : struct, IUnaryKernel<T>
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => UnaryMap.Run(x, y, default(TFunction));
    }

    private struct Backward<TDerivative> : IPass
        where TDerivative : struct, IBinaryKernel<T>
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) =>
            ActivationBackward.Run(x, g, y, default(TDerivative));
    }

    private struct LeakyReLUForward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LeakyReLU.Forward(x, y);
    }

    private struct LeakyReLUBackward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LeakyReLU.Backward(x, g, y);
    }

    private struct EluForward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => ELU.Forward(x, y);
    }

    private struct EluBackward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => ELU.Backward(x, g, y);
    }

    private struct SoftplusForward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Softplus.Forward(x, y);
    }

    private struct SoftplusBackward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Softplus.Backward(x, g, y);
    }

    private struct SoftmaxForward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Softmax.Forward(x, y);
    }

    private struct LogSoftmaxForward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LogSoftmax.Forward(x, y);
    }

    private struct LogSoftmaxBackward : IPass
    {
        public static void Run(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LogSoftmax.Backward(x, g, y);
    }

    private struct LayerNormForward : IPass<Views>
    {
        public static void Run(in Views v) => LayerNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics);
    }

    private struct LayerNormBackward : IPass<Views>
    {
        public static void Run(in Views v) => LayerNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta);
    }

    private struct BatchNormForward : IPass<Views>
    {
        public static void Run(in Views v) => BatchNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics, v.Mean, v.Variance);
    }

    private struct BatchNormBackward : IPass<Views>
    {
        public static void Run(in Views v) => BatchNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta);
    }

    private struct BatchNormInference : IPass<Views>
    {
        public static void Run(in Views v) => BatchNorm.Infer(v.X, v.Gamma, v.Beta, v.Mean, v.Variance, v.Y);
    }

    private struct EmbeddingForward : IPass<Views>
    {
        public static void Run(in Views v) => Embedding.Forward(v.X, v.Table, v.Y);
    }

    private struct EmbeddingBackward : IPass<Views>
    {
        public static void Run(in Views v) => Embedding.Backward(v.X, v.G, v.Y);
    }

    private readonly ref struct Views(VecNetOperations<T> of)
    {
        internal readonly ReadOnlyTensorView<T> X = of.operands.Input.View;
        internal readonly ReadOnlyTensorView<T> G = of.operands.GradOutput.View;
        internal readonly ReadOnlyTensorView<T> Gamma = of.operands.Gamma.View;
        internal readonly ReadOnlyTensorView<T> Beta = of.operands.Beta.View;
        internal readonly ReadOnlyTensorView<T> Table = of.operands.Table.View;
        internal readonly TensorView<T> Mean = of.mean.View;
        internal readonly TensorView<T> Variance = of.variance.View;
        internal readonly TensorView<T> Y = of.y.View;
        internal readonly TensorView<T> Statistics = of.statistics.View;
        internal readonly TensorView<T> GradGamma = of.gradGamma.View;
        internal readonly TensorView<T> GradBeta = of.gradBeta.View;
    }
}
