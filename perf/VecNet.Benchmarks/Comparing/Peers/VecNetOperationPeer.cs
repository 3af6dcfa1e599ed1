using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's functions, layers, losses and optimizers.</summary>
internal static class VecNetOperationPeer
{
    /// <summary>Rows that are longer compile nothing that shorter ones do not.</summary>
    private const int LongestToCompile = 128_000;

    internal static Peer Create() => Peer.Of<OperationRow>(
        MachineDescription.VectorsInForce,
        row => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));

    /// <summary>The peer, after all rows of the groups but the long ones.</summary>
    internal static Peer CreateFor(IReadOnlyList<RowGroup> groups) => Create().Compiled(
        groups.SelectMany(group => group.Rows).Where(row => ((OperationRow)row).Length <= LongestToCompile));

    private static PreparedRow Prepare<T>(OperationRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => row switch
        {
            { IsEmbedding: true, Pass: Pass.Step } => EmbeddingStep<T>(row, new(row)),
            { Pass: Pass.Step } => OptimizerStep<T>(row.Operation, new(row)),
            { Operation: Operation.SoftmaxCrossEntropy or >= Operation.BinaryCrossEntropy } => Loss<T>(row, new(row)),
            _ => new VecNetOperations<T>(row).Prepare(),
        };

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
        bool isSparse = row.Operation == Operation.SparseEmbedding;
        var layer = new Embedding<T>(OperationRow.Entries, OperationRow.Dimension, sparseGradient: isSparse);
        var network = new NeuralNetwork<T>(row.Columns, [layer]);
        operands.Table.View.CopyTo(network.GetParameters(0)[0]);
        Workspace<T> workspace = network.CreateTrainingWorkspace(row.Rows);
        var optimizer = new Sgd<T>(OperationRow.LearningRate);
        network.Forward(operands.Input.View, workspace);
        return PreparedRow.Of(Step, OperationRow.ComparedSteps, () => [network.GetParameters(0)[0].AsSpan().ToArray()]);

        void Step()
        {
            network.Backward(operands.Input.View, operands.GradOutput.View, workspace);
            network.Step(optimizer);
        }
    }
}
