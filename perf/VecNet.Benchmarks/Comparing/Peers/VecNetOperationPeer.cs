using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's functions, layers, losses and optimizers.</summary>
internal static class VecNetOperationPeer
{
    /// <summary>Rows that are longer compile nothing that shorter ones do not.</summary>
    private const int LongestToCompile = 128_000;

    internal static Peer Create() => Peer.Of(
        MachineDescription.VectorsInForce,
        OperationRow.Parse,
        row => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));

    /// <summary>All rows of the groups but the long ones.</summary>
    internal static IEnumerable<OperationRow> CompiledFirst(IReadOnlyList<RowGroup> groups) =>
        groups.SelectMany(group => group.Rows).Cast<OperationRow>().Where(row => row.Length <= LongestToCompile);

    internal static PreparedRow Prepare<T>(OperationRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new OperationOperands<T>(row);
        return row switch
        {
            { IsEmbedding: true, Pass: Pass.Step } => EmbeddingStep(row, operands),
            { Pass: Pass.Step } => OptimizerStep(row.Operation, operands),
            { Operation: Operation.SoftmaxCrossEntropy or >= Operation.BinaryCrossEntropy } => Loss(row, operands),
            _ => Function(row, operands),
        };
    }

    private static PreparedRow Function<T>(OperationRow row, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var buffers = new VecNetOperations<T>.Buffers(row, operands);
        Action<int> run = VecNetOperations<T>.Of(row.Operation, row.Pass, buffers);
        if (row.Pass == Pass.Backward && !row.IsEmbedding)
        {
            VecNetOperations<T>.Of(row.Operation, Pass.Forward, buffers)(1);
            buffers.Y.View.CopyTo(buffers.Saved.View);
        }

        return new(run, () =>
        {
            buffers.Y.Span.Fill(T.NaN);
            if (row.Operation == Operation.ReLUInPlace)
            {
                buffers.X.View.CopyTo(buffers.Y.View);
            }

            run(1);
            TensorBuffer<T>[] results = row switch
            {
                { Operation: Operation.BatchNorm, Pass: Pass.Forward } => [buffers.Y, buffers.Mean, buffers.Variance],
                { Operation: Operation.LayerNorm or Operation.BatchNorm, Pass: Pass.Backward } =>
                    [buffers.Y, buffers.GradGamma, buffers.GradBeta],
                _ => [buffers.Y],
            };
            return [.. results.Select(result => result.Span.ToArray())];
        });
    }

    private static PreparedRow Loss<T>(OperationRow row, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var gradient = new TensorBuffer<T>(row.Rows, row.Columns);
        T loss = T.Zero;
        bool hasClasses = row.Operation == Operation.SoftmaxCrossEntropy;
        bool hasGradient = row.Pass == Pass.ForwardBackward;
        ILoss<T> function = row.Operation switch
        {
            Operation.SoftmaxCrossEntropy => new SoftmaxCrossEntropy<T>(),
            Operation.BinaryCrossEntropy => new BinaryCrossEntropyWithLogits<T>(),
            Operation.Huber => new Huber<T>(),
            Operation.MeanAbsoluteError => new MeanAbsoluteError<T>(),
            Operation.KullbackLeibler => new KullbackLeibler<T>(),
            _ => throw new NotSupportedException($"There is no {row.Operation}."),
        };
        return new(Run, () =>
        {
            gradient.Span.Fill(T.NaN);
            Run(1);
            return hasGradient ? [new[] { loss }, gradient.Span.ToArray()] : [new[] { loss }];
        });

        void Run(int calls)
        {
            ReadOnlyTensorView<T> x = operands.Input.View;
            Targets<T> targets = hasClasses ? operands.Indices : operands.Targets.View;
            TensorView<T> gradInput = hasGradient ? gradient.View : default;
            for (int call = 0; call < calls; call++)
            {
                loss = function.ForwardBackward(x, targets, gradInput);
            }
        }
    }

    private static PreparedRow OptimizerStep<T>(Operation operation, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IOptimizer<T> optimizer = operation == Operation.Sgd
            ? new Sgd<T>(OperationRow.LearningRate, OperationRow.Momentum)
            : OperationCatalog<T>.Optimizers.First(entry => entry.Name == operation.ToString()).Default;
        optimizer.LearningRate = OperationRow.LearningRate;
        void Step() => optimizer.Step(operands.Input.Span, operands.GradOutput.Span);
        return PreparedRow.Of(Step, OperationRow.ComparedSteps, () => [operands.Input.Span.ToArray()]);
    }

    /// <summary>The backward pass and an optimizer's step, as a network runs them.</summary>
    private static PreparedRow EmbeddingStep<T>(OperationRow row, OperationOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorBuffer<T> indices = new VecNetOperations<T>.Buffers(row, operands).X;
        bool isSparse = row.Operation == Operation.SparseEmbedding;
        var layer = new Embedding<T>(OperationRow.Entries, OperationRow.Dimension, sparseGradient: isSparse);
        var network = new NeuralNetwork<T>(row.Columns, [layer]);
        operands.Table.View.CopyTo(network.ParametersOf(0)[0]);
        Workspace<T> workspace = network.CreateTrainingWorkspace(row.Rows);
        var optimizer = new Sgd<T>(OperationRow.LearningRate);
        network.Forward(indices.View, workspace);
        return PreparedRow.Of(Step, OperationRow.ComparedSteps, () => [network.ParametersOf(0)[0].AsSpan().ToArray()]);

        void Step()
        {
            network.Backward(indices.View, operands.GradOutput.View, workspace);
            network.Step(optimizer);
        }
    }
}
