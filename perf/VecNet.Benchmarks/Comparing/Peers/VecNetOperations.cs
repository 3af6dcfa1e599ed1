using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's functions and layers in a row: every operation is one line here, and the loops that time them are three.</summary>
internal sealed class VecNetOperations<T>(OperationRow row)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OperationOperands<T> operands = new(row);

    /// <summary>The output, or the gradient of the input or of the table.</summary>
    private readonly TensorBuffer<T> y = !row.IsEmbedding ? new(row.Rows, row.Columns)
        : row.Pass == Pass.Backward ? new(OperationRow.Entries, OperationRow.Dimension)
        : new(row.Rows, row.Columns * OperationRow.Dimension);

    /// <summary>The output of the forward pass before a backward pass.</summary>
    private readonly TensorBuffer<T> saved = new(row.Rows, row.Columns);

    /// <summary>What a normalization keeps for its backward pass: for each row of the batch, or for each column.</summary>
    private readonly TensorBuffer<T> statistics = row.Operation == Operation.LayerNorm ? new(row.Rows, 2) : new(2, row.Columns);

    private readonly TensorBuffer<T> gradGamma = new(1, row.Columns);
    private readonly TensorBuffer<T> gradBeta = new(1, row.Columns);

    /// <summary>A pass of a layer: all its operands are views in registers.</summary>
    private delegate void LayerPass(in Views views);

    internal PreparedRow Prepare()
    {
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
                { Operation: Operation.BatchNorm, Pass: Pass.Forward } => [y, operands.Mean, operands.Variance],
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
        (Operation.Softmax, Pass.Forward) => Loop((in v) => Softmax.Forward(v.X, v.Y)),
        (Operation.LogSoftmax, Pass.Forward) => Loop((in v) => LogSoftmax.Forward(v.X, v.Y)),
        (Operation.LogSoftmax, Pass.Backward) => Loop((in v) => LogSoftmax.Backward(v.Saved, v.G, v.Y)),
        (Operation.LayerNorm, Pass.Forward) => Loop((in v) => LayerNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics)),
        (Operation.LayerNorm, Pass.Backward) => Loop((in v) =>
            LayerNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta)),
        (Operation.BatchNorm, Pass.Forward) => Loop((in v) =>
            BatchNorm.Forward(v.X, v.Gamma, v.Beta, v.Y, v.Statistics, v.Mean, v.Variance)),
        (Operation.BatchNorm, Pass.Backward) => Loop((in v) =>
            BatchNorm.Backward(v.X, v.Gamma, v.Statistics, v.G, v.Y, v.GradGamma, v.GradBeta)),
        (Operation.BatchNormInference, Pass.Forward) => Loop((in v) =>
            BatchNorm.Infer(v.X, v.Gamma, v.Beta, v.Mean, v.Variance, v.Y)),
        (Operation.Embedding, Pass.Forward) => Loop((in v) => Embedding.Forward(v.X, v.Table, v.Y)),
        (Operation.Embedding, Pass.Backward) => Loop((in v) => Embedding.Backward(v.X, v.G, v.Y)),
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

    private Action<int> Loop(LayerPass pass) => calls =>
    {
        var views = new Views(this);
        for (int call = 0; call < calls; call++)
        {
            pass(views);
        }
    };

    private readonly ref struct Views(VecNetOperations<T> of)
    {
        internal readonly ReadOnlyTensorView<T> X = of.operands.Input.View;
        internal readonly ReadOnlyTensorView<T> G = of.operands.GradOutput.View;
        internal readonly ReadOnlyTensorView<T> Gamma = of.operands.Gamma.View;
        internal readonly ReadOnlyTensorView<T> Beta = of.operands.Beta.View;
        internal readonly ReadOnlyTensorView<T> Table = of.operands.Table.View;
        internal readonly ReadOnlyTensorView<T> Saved = of.saved.View;
        internal readonly TensorView<T> Mean = of.operands.Mean.View;
        internal readonly TensorView<T> Variance = of.operands.Variance.View;
        internal readonly TensorView<T> Y = of.y.View;
        internal readonly TensorView<T> Statistics = of.statistics.View;
        internal readonly TensorView<T> GradGamma = of.gradGamma.View;
        internal readonly TensorView<T> GradBeta = of.gradBeta.View;
    }
}
