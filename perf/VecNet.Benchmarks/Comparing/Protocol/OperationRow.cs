using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>An activation, a function of rows, a layer, a loss or an optimizer that is compared.</summary>
internal enum Operation
{
    Exp, Sigmoid, Tanh, Gelu, GeluTanh, ReLU, ReLUInPlace, Softmax, LogSoftmax,

    /// <summary>Loss and gradient from logits and class indices.</summary>
    SoftmaxCrossEntropy,

    LeakyReLU, Elu, SiLU, Softplus, LayerNorm, BatchNorm,

    /// <summary>Batch normalization by running statistics.</summary>
    BatchNormInference,

    Embedding,

    /// <summary>An embedding whose gradient has only the rows that were looked up.</summary>
    SparseEmbedding,

    BinaryCrossEntropy, Huber, MeanAbsoluteError, KullbackLeibler,

    Sgd, Adagrad, RmsProp, Adam, AdamW,
}

/// <summary>One row of the comparisons of elementwise functions and of layers, on one thread.</summary>
/// <remarks>One row where rows mean nothing; of an embedding the rows are the batch, the columns the positions.</remarks>
internal sealed record OperationRow(Operation Operation, Pass Pass, int Rows, int Columns, Precision Precision = Precision.Float32)
    : ComparedRow(Precision, 1)
{
    /// <summary>The entries of an embedding's table.</summary>
    internal const int Entries = 50_000;

    /// <summary>The elements of an entry.</summary>
    internal const int Dimension = 64;

    internal const double LearningRate = 0.125;
    internal const double Momentum = 0.9;

    /// <summary>AdamW's, VecNet's default: TorchSharp has none by default.</summary>
    internal const double WeightDecay = 0.01;

    /// <summary>An optimizer is compared after three steps: the later ones use the state that the earlier ones left.</summary>
    internal const int ComparedSteps = 3;

    /// <summary>Whether the name ends with the element type: where all rows are of one type, it goes without saying.</summary>
    internal bool NamesPrecision { get; init; }

    internal int Length => Rows * Columns;

    internal bool IsEmbedding => Operation is Operation.Embedding or Operation.SparseEmbedding;

    /// <summary>Bytes that a single pass has to move between the processor and the cache that holds the operands.</summary>
    internal double Bytes => (double)Length * (Precision == Precision.Float32 ? 4 : 8) * (Pass == Pass.Backward ? 3 : 2);

    internal override string ShortName => $"{Shown}{ShownPass} {Shape}{(NamesPrecision ? $" {GetName(Precision)}" : "")}";

    /// <summary>The cost of an exponential differs between libraries.</summary>
    internal override double FloatingPointOperations => 0;

    /// <summary>Some units in the last place of what an element is made from and of a row's sum; for layers of a column's sum.</summary>
    internal override double Tolerance => Precision == Precision.Float64 ? 4e-14 : Operation < Operation.LeakyReLU ? 4e-6 : 1e-5;

    private string Shape => IsEmbedding ? $"{Rows}×{Columns} of {Entries:N0}×{Dimension}"
        : Rows > 1 ? $"{Rows}×{Columns}"
        : Columns.ToString("N0", CultureInfo.InvariantCulture);

    private string ShownPass => Pass switch
    {
        Pass.Backward => " backward",
        Pass.ForwardBackward when Operation != Operation.SoftmaxCrossEntropy => ", value + gradient",
        Pass.Step when IsEmbedding => " backward + step of Sgd",
        _ => "",
    };

    private string Shown => Operation switch
    {
        Operation.ReLU when Pass == Pass.Forward => "relu out of place",
        Operation.ReLUInPlace => "relu in place",
        Operation.LeakyReLU => "leaky relu",
        Operation.GeluTanh => "gelu (tanh)",
        Operation.LogSoftmax => "log-softmax",
        Operation.SoftmaxCrossEntropy => "cross-entropy, loss + gradient",
        Operation.LayerNorm => "layer norm",
        Operation.BatchNorm => "batch norm, training",
        Operation.BatchNormInference => "batch norm, inference",
        Operation.SparseEmbedding => "embedding, sparse gradient",
        Operation.BinaryCrossEntropy => "binary cross-entropy",
        Operation.MeanAbsoluteError => "mean absolute error",
        Operation.KullbackLeibler => "Kullback-Leibler",
        Operation.Sgd => "Sgd with momentum",
        Operation.Huber or >= Operation.Adagrad => Operation.ToString(),
        _ => Operation.ToString().ToLowerInvariant(),
    };

    /// <summary>Every operation in every pass with every shape.</summary>
    internal static IReadOnlyList<OperationRow> All(
        IEnumerable<Operation> operations,
        IEnumerable<Pass> passes,
        IEnumerable<(int Rows, int Columns)> shapes,
        Precision precision = Precision.Float32) =>
    [
        .. from operation in operations
           from pass in passes
           from shape in shapes
           select new OperationRow(operation, pass, shape.Rows, shape.Columns, precision),
    ];
}

/// <summary>The operands of a row, the same in every process: uniform numbers from one seed.</summary>
internal sealed class OperationOperands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal OperationOperands(OperationRow row)
    {
        var random = new SplitMix64(1);
        Input = Uniform(random, row.Rows, row.Columns, -4, 4);
        if (row.IsEmbedding)
        {
            Indices = RandomIndices(random, row.Length, OperationRow.Entries);
            Array.ConvertAll(Indices, T.CreateTruncating).CopyTo(Input.Span);
            Table = Uniform(random, OperationRow.Entries, OperationRow.Dimension, -1, 1);
            GradOutput = Uniform(random, row.Rows, row.Columns * OperationRow.Dimension, -1, 1);
            return;
        }

        GradOutput = Uniform(random, row.Rows, row.Columns, -1, 1);
        Indices = RandomIndices(random, row.Rows, row.Columns);
        Gamma = Uniform(random, 1, row.Columns, 0.5, 2);
        Beta = Uniform(random, 1, row.Columns, -1, 1);
        Variance = Uniform(random, 1, row.Columns, 0.5, 2);
        bool areProbabilities = row.Operation is Operation.BinaryCrossEntropy or Operation.KullbackLeibler;
        Targets = Uniform(random, row.Rows, row.Columns, areProbabilities ? 0 : -4, areProbabilities ? 1 : 4);
        if (row.Operation == Operation.KullbackLeibler)
        {
            MakeDistributions();
        }
    }

    /// <summary>x, of [−4, 4), logarithms of a distribution for the divergence, an optimizer's parameters, embedded indices.</summary>
    internal TensorBuffer<T> Input { get; }

    /// <summary>∂L/∂y, of [−1, 1); for an optimizer the gradients.</summary>
    internal TensorBuffer<T> GradOutput { get; }

    /// <summary>What an embedding looks up, row by row; for a cross-entropy the class of each row.</summary>
    internal int[] Indices { get; }

    /// <summary>What a loss compares with.</summary>
    internal TensorBuffer<T> Targets { get; } = new(0, 0);

    /// <summary>The scale of a normalization.</summary>
    internal TensorBuffer<T> Gamma { get; } = new(0, 0);

    /// <summary>The shift of a normalization, and its running mean.</summary>
    internal TensorBuffer<T> Beta { get; } = new(0, 0);

    /// <summary>The running variance.</summary>
    internal TensorBuffer<T> Variance { get; } = new(0, 0);

    /// <summary>The table of an embedding.</summary>
    internal TensorBuffer<T> Table { get; } = new(0, 0);

    /// <summary>The next numbers of the generator, row by row, between two limits.</summary>
    internal static TensorBuffer<T> Uniform(SplitMix64 random, int rows, int columns, double from, double to)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating(from + ((to - from) * random.NextDouble()));
        }

        return buffer;
    }

    /// <summary>The next numbers of the generator, as indices below a limit.</summary>
    internal static int[] RandomIndices(SplitMix64 random, int count, int limit) =>
        [.. Enumerable.Range(0, count).Select(_ => (int)(random.NextDouble() * limit))];

    /// <summary>Makes each row of the targets a distribution, and each row of the input the logarithms of one.</summary>
    private void MakeDistributions()
    {
        LogSoftmax.Forward<T>(Input.View, Input.View);
        for (int row = 0; row < Targets.Rows; row++)
        {
            Span<T> distribution = Targets.View.Row(row);
            T sum = distribution.ToArray().Aggregate((total, element) => total + element);
            foreach (ref T element in distribution)
            {
                element /= sum;
            }
        }
    }
}
