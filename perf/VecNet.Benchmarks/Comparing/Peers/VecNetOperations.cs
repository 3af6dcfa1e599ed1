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
        (Operation.Exp, _) => Elementwise<Exp.Function<T>, Exp.Derivative<T>>(pass, saved),
        (Operation.Sigmoid, _) => Elementwise<Sigmoid.Function<T>, Sigmoid.Derivative<T>>(pass, saved),
        (Operation.Tanh, _) => Elementwise<Tanh.Function<T>, Tanh.Derivative<T>>(pass, saved),
        (Operation.Gelu, _) => Elementwise<GELU.Function<T>, GELU.Derivative<T>>(pass, operands.Input),
        (Operation.GeluTanh, _) => Elementwise<GELUTanh.Function<T>, GELUTanh.Derivative<T>>(pass, operands.Input),
        (Operation.ReLU or Operation.ReLUInPlace, _) => Elementwise<ReLU.Function<T>, ReLU.Derivative<T>>(pass, saved),
        (Operation.SiLU, _) => Elementwise<SiLU.Function<T>, SiLU.Derivative<T>>(pass, operands.Input),
        (Operation.LeakyReLU, _) => Elementwise<LeakyReLU.Function<T>, LeakyReLU.Derivative<T>>(
            pass, saved, new(T.CreateTruncating(LeakyReLU.DefaultSlope)), new(T.CreateTruncating(LeakyReLU.DefaultSlope))),
        (Operation.Elu, _) => Elementwise<ELU.Function<T>, ELU.Derivative<T>>(pass, saved, new(T.One), new(T.One)),
        (Operation.Softplus, _) => Elementwise<Softplus.Function<T>, Softplus.Derivative<T>>(pass, saved, new(T.One), new(T.One)),
        (Operation.Softmax, Pass.Forward) => Loop<SoftmaxForward>(),
        (Operation.LogSoftmax, Pass.Forward) => Loop<LogSoftmaxForward>(),
        (Operation.LogSoftmax, Pass.Backward) => Loop<LogSoftmaxBackward>(),
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
    /// inlines nothing into them. The views are locals, so that they stay in registers.
    /// </summary>
    private Action<int> Elementwise<TFunction, TDerivative>(
        Pass pass, TensorBuffer<T> derivedFrom, TFunction function = default, TDerivative derivative = default)
        where TFunction : struct, IUnaryKernel<T>
        where TDerivative : struct, IBinaryKernel<T>
    {
        TensorBuffer<T> source = pass == Pass.Backward ? derivedFrom : row.Operation == Operation.ReLUInPlace ? y : operands.Input;
        return pass == Pass.Backward ? Backward : Forward;

        void Forward(int calls)
        {
            ReadOnlyTensorView<T> input = source.View;
            TensorView<T> output = y.View;
            for (int call = 0; call < calls; call++)
            {
                UnaryMap.Run(input, output, function);
            }
        }

        void Backward(int calls)
        {
            ReadOnlyTensorView<T> from = source.View, gradOutput = operands.GradOutput.View;
            TensorView<T> gradInput = y.View;
            for (int call = 0; call < calls; call++)
            {
                ActivationBackward.Run(from, gradOutput, gradInput, derivative);
            }
        }
    }

    private Action<int> Loop<TPass>()
        where TPass : struct, IPass<Views> => IPass<Views>.Loop<TPass>(() => new Views(this));

    private struct SoftmaxForward : IPass<Views>
    {
        public static void Run(in Views v) => Softmax.Forward(v.X, v.Y);
    }

    private struct LogSoftmaxForward : IPass<Views>
    {
        public static void Run(in Views v) => LogSoftmax.Forward(v.X, v.Y);
    }

    private struct LogSoftmaxBackward : IPass<Views>
    {
        public static void Run(in Views v)
        {
            // Locals stay in registers, where the pass is inlined.
            ReadOnlyTensorView<T> saved = v.Saved, gradOutput = v.G;
            TensorView<T> gradInput = v.Y;
            LogSoftmax.Backward(saved, gradOutput, gradInput);
        }
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
        internal readonly ReadOnlyTensorView<T> Saved = of.saved.View;
        internal readonly TensorView<T> Mean = of.mean.View;
        internal readonly TensorView<T> Variance = of.variance.View;
        internal readonly TensorView<T> Y = of.y.View;
        internal readonly TensorView<T> Statistics = of.statistics.View;
        internal readonly TensorView<T> GradGamma = of.gradGamma.View;
        internal readonly TensorView<T> GradBeta = of.gradBeta.View;
    }
}
