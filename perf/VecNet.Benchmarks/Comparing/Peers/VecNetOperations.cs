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

    /// <summary>A function of one operand; x is what its backward pass derives from, g the gradient of the output.</summary>
    private interface IFunction
    {
        static abstract void Forward(ReadOnlyTensorView<T> x, TensorView<T> y);

        static abstract void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y);
    }

    /// <summary>A pass of a layer, which has more operands.</summary>
    private interface ILayerPass
    {
        static abstract void Run(in Views v);
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
        (Operation.Exp, _) => Loop<Elementwise<Exp.Function<T>, Exp.Derivative<T>>>(pass, saved),
        (Operation.Sigmoid, _) => Loop<Elementwise<Sigmoid.Function<T>, Sigmoid.Derivative<T>>>(pass, saved),
        (Operation.Tanh, _) => Loop<Elementwise<Tanh.Function<T>, Tanh.Derivative<T>>>(pass, saved),
        (Operation.Gelu, _) => Loop<Elementwise<GELU.Function<T>, GELU.Derivative<T>>>(pass, operands.Input),
        (Operation.GeluTanh, _) => Loop<Elementwise<GELUTanh.Function<T>, GELUTanh.Derivative<T>>>(pass, operands.Input),
        (Operation.ReLU or Operation.ReLUInPlace, _) => Loop<Elementwise<ReLU.Function<T>, ReLU.Derivative<T>>>(pass, saved),
        (Operation.SiLU, _) => Loop<Elementwise<SiLU.Function<T>, SiLU.Derivative<T>>>(pass, operands.Input),
        (Operation.LeakyReLU, _) => Loop<LeakyReLUPasses>(pass, saved),
        (Operation.Elu, _) => Loop<EluPasses>(pass, saved),
        (Operation.Softplus, _) => Loop<SoftplusPasses>(pass, saved),
        (Operation.Softmax, _) => Loop<SoftmaxPasses>(pass, saved),
        (Operation.LogSoftmax, _) => Loop<LogSoftmaxPasses>(pass, saved),
        (Operation.LayerNorm, Pass.Forward) => Loop<LayerNormForward>(),
        (Operation.LayerNorm, Pass.Backward) => Loop<LayerNormBackward>(),
        (Operation.BatchNorm, Pass.Forward) => Loop<BatchNormForward>(),
        (Operation.BatchNorm, Pass.Backward) => Loop<BatchNormBackward>(),
        (Operation.BatchNormInference, Pass.Forward) => Loop<BatchNormInference>(),
        (Operation.Embedding, Pass.Forward) => Loop<EmbeddingForward>(),
        (Operation.Embedding, Pass.Backward) => Loop<EmbeddingBackward>(),
        _ => throw new NotSupportedException($"There is no {row.Operation} {pass}."),
    };

    /// <summary>
    /// The loops are generic over the function: in one method for all, the compiler takes those that did not run first for unlikely and
    /// inlines nothing into them. The views are locals, so that they stay in registers; neither they nor a kernel may come from a field
    /// of a struct or of a closure, which would be read again in every call.
    /// </summary>
    private Action<int> Loop<TFunction>(Pass pass, TensorBuffer<T> derivedFrom)
        where TFunction : struct, IFunction
    {
        TensorBuffer<T> source = pass == Pass.Backward ? derivedFrom : row.Operation == Operation.ReLUInPlace ? y : operands.Input;
        return pass == Pass.Backward ? Backward : Forward;

        void Forward(int calls)
        {
            ReadOnlyTensorView<T> input = source.View;
            TensorView<T> output = y.View;
            for (int call = 0; call < calls; call++)
            {
                TFunction.Forward(input, output);
            }
        }

        void Backward(int calls)
        {
            ReadOnlyTensorView<T> from = source.View, gradOutput = operands.GradOutput.View;
            TensorView<T> gradInput = y.View;
            for (int call = 0; call < calls; call++)
            {
                TFunction.Backward(from, gradOutput, gradInput);
            }
        }
    }

    private Action<int> Loop<TPass>()
        where TPass : struct, ILayerPass => calls =>
    {
        var views = new Views(this);
        for (int call = 0; call < calls; call++)
        {
            TPass.Run(views);
        }
    };

    /// <summary>The body of the public functions without coefficients.</summary>
    private struct Elementwise<TFunction, TDerivative> : IFunction
        where TFunction : struct, IUnaryKernel<T>
        where TDerivative : struct, IBinaryKernel<T>
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => UnaryMap.Run(x, y, default(TFunction));

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) =>
            ActivationBackward.Run(x, g, y, default(TDerivative));
    }

    private struct LeakyReLUPasses : IFunction
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => LeakyReLU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LeakyReLU.Backward(x, g, y);
    }

    private struct EluPasses : IFunction
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => ELU.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => ELU.Backward(x, g, y);
    }

    private struct SoftplusPasses : IFunction
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Softplus.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Softplus.Backward(x, g, y);
    }

    private struct SoftmaxPasses : IFunction
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => Softmax.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => Softmax.Backward(x, g, y);
    }

    private struct LogSoftmaxPasses : IFunction
    {
        public static void Forward(ReadOnlyTensorView<T> x, TensorView<T> y) => LogSoftmax.Forward(x, y);

        public static void Backward(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> g, TensorView<T> y) => LogSoftmax.Backward(x, g, y);
    }

    private struct LayerNormForward : ILayerPass
    {
        public static void Run(in Views v) => LayerNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics);
    }

    private struct LayerNormBackward : ILayerPass
    {
        public static void Run(in Views v) => LayerNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta);
    }

    private struct BatchNormForward : ILayerPass
    {
        public static void Run(in Views v) => BatchNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics, v.Mean, v.Variance);
    }

    private struct BatchNormBackward : ILayerPass
    {
        public static void Run(in Views v) => BatchNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta);
    }

    private struct BatchNormInference : ILayerPass
    {
        public static void Run(in Views v) => BatchNorm.Infer(v.X, v.Gamma, v.Beta, v.Mean, v.Variance, v.Y);
    }

    private struct EmbeddingForward : ILayerPass
    {
        public static void Run(in Views v) => Embedding.Forward(v.X, v.Table, v.Y);
    }

    private struct EmbeddingBackward : ILayerPass
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
