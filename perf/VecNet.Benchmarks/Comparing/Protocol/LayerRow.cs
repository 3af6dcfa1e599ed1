using System.Globalization;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A layer, loss or optimiser that is compared.</summary>
internal enum LayerKind
{
    /// <summary>A function of the catalog.</summary>
    Activation,
    LogSoftmax,
    LayerNorm,
    BatchNorm,

    /// <summary>Batch normalisation by running statistics.</summary>
    BatchNormInference,

    Embedding,

    /// <summary>An embedding whose gradient knows which rows it has.</summary>
    SparseEmbedding,

    BinaryCrossEntropy,
    Huber,
    MeanAbsoluteError,
    KullbackLeibler,
    Sgd,
    Adagrad,
    RmsProp,
    Adam,
    AdamW,
}

/// <summary>What of it.</summary>
internal enum LayerPass
{
    Forward,
    Backward,

    /// <summary>Of a loss: the value and its gradient.</summary>
    ForwardBackward,

    /// <summary>Of an optimiser, or of an embedding: the backward pass and then an optimiser's step.</summary>
    Step,
}

/// <summary>One row of the comparison of layers, losses and optimisers, in single precision, on one thread.</summary>
/// <param name="Kind">What is computed.</param>
/// <param name="Pass">Which way.</param>
/// <param name="Rows">Of the input; 1 where rows mean nothing. Of an embedding, the batch.</param>
/// <param name="Columns">Of the input. Of an embedding, the positions.</param>
/// <param name="Function">Of an activation, its name in the catalog.</param>
internal sealed record LayerRow(LayerKind Kind, LayerPass Pass, int Rows, int Columns, string Function = "-") : ComparedRow(Precision.Float32, 1)
{
    /// <summary>Of an embedding's table.</summary>
    internal const int Entries = 50_000;

    /// <summary>Of an embedding's vectors.</summary>
    internal const int Dimension = 64;

    internal const double LearningRate = 0.125;
    internal const double Momentum = 0.9;

    /// <summary>Of AdamW: by default TorchSharp has none.</summary>
    internal const double WeightDecay = 0.01;

    internal bool IsEmbedding => Kind is LayerKind.Embedding or LayerKind.SparseEmbedding;

    internal override string ShortName => $"{Shown}{Way} {Size}";

    internal override double Operations => 0;

    private string Size => IsEmbedding ? $"{Rows}×{Columns} of {Entries:N0}×{Dimension}"
        : Rows > 1 ? $"{Rows}×{Columns}"
        : Columns.ToString("N0", CultureInfo.InvariantCulture);

    private string Way => Pass switch
    {
        LayerPass.Backward => " backward",
        LayerPass.ForwardBackward => ", value + gradient",
        LayerPass.Step when IsEmbedding => " backward + step of Sgd",
        _ => "",
    };

    private string Shown => Kind switch
    {
        LayerKind.Activation => OperationCatalog<float>.Functions.Single(function => function.Name == Function).Default.Name
            .Replace("_tanh", " (tanh)", StringComparison.Ordinal).Replace('_', ' '),
        LayerKind.LogSoftmax => "log-softmax",
        LayerKind.LayerNorm => "layer norm",
        LayerKind.BatchNorm => "batch norm, training",
        LayerKind.BatchNormInference => "batch norm, inference",
        LayerKind.SparseEmbedding => "embedding, sparse gradient",
        LayerKind.BinaryCrossEntropy => "binary cross-entropy",
        LayerKind.MeanAbsoluteError => "mean absolute error",
        LayerKind.KullbackLeibler => "Kullback-Leibler",
        LayerKind.Sgd => "Sgd with momentum",
        LayerKind.Adagrad or LayerKind.RmsProp or LayerKind.Adam or LayerKind.AdamW or LayerKind.Huber => Kind.ToString(),
        _ => Kind.ToString().ToLowerInvariant(),
    };

    internal override string ToWords() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Pass} {Rows} {Columns} {Function}");

    /// <summary>Reads what <see cref="ToWords"/> wrote.</summary>
    internal static LayerRow FromWords(string words)
    {
        string[] parts = words.Split(' ');
        return new LayerRow(
            Enum.Parse<LayerKind>(parts[0]),
            Enum.Parse<LayerPass>(parts[1]),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            int.Parse(parts[3], CultureInfo.InvariantCulture),
            parts[4]);
    }
}
