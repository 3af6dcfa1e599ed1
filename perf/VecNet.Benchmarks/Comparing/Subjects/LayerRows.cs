using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The layers, losses and optimisers that are compared.</summary>
internal static class LayerRows
{
    private static readonly int[] Lengths = [1_000, 100_000];

    private static readonly int[] Parameters = [1_000, 100_000, 1_000_000];

    private static readonly (int Rows, int Columns)[] Shapes = [(128, 16), (128, 64), (128, 512), (32, 4096)];

    /// <summary>The activations that <c>compare elementwise</c> has, beside System.Numerics.Tensors too.</summary>
    private static readonly string[] ComparedElementwise = ["Sigmoid", "Tanh", "ReLU"];

    private static readonly LayerPass[] BothWays = [LayerPass.Forward, LayerPass.Backward];

    internal static IReadOnlyList<RowGroup> Groups() =>
    [
        new("activations", "Activations", [
            .. from function in OperationCatalog<float>.Functions
               where function is { IsLayer: true, IsOfRows: false } && !ComparedElementwise.Contains(function.Name)
               from pass in BothWays
               from length in Lengths
               select new LayerRow(LayerKind.Activation, pass, 1, length, function.Name)]),
        new("rows", "Log-softmax and normalisations", [
            .. from row in ((LayerKind, LayerPass)[])
               [
                   (LayerKind.LogSoftmax, LayerPass.Forward), (LayerKind.LogSoftmax, LayerPass.Backward),
                   (LayerKind.LayerNorm, LayerPass.Forward), (LayerKind.LayerNorm, LayerPass.Backward),
                   (LayerKind.BatchNorm, LayerPass.Forward), (LayerKind.BatchNorm, LayerPass.Backward), (LayerKind.BatchNormInference, LayerPass.Forward),
               ]
               from shape in Shapes
               select new LayerRow(row.Item1, row.Item2, shape.Rows, shape.Columns)]),
        new("embedding", "Embedding", [
            new LayerRow(LayerKind.Embedding, LayerPass.Forward, 128, 8),
            new LayerRow(LayerKind.Embedding, LayerPass.Backward, 128, 8),
            new LayerRow(LayerKind.Embedding, LayerPass.Step, 128, 8),
            new LayerRow(LayerKind.SparseEmbedding, LayerPass.Step, 128, 8)]),
        new("losses", "Losses", [
            .. from kind in (LayerKind[])[LayerKind.BinaryCrossEntropy, LayerKind.Huber, LayerKind.MeanAbsoluteError, LayerKind.KullbackLeibler]
               from pass in (LayerPass[])[LayerPass.Forward, LayerPass.ForwardBackward]
               from columns in (int[])[10, 1000]
               select new LayerRow(kind, pass, 128, columns)]),
        new("optimizers", "Steps of optimisers", [
            .. from kind in (LayerKind[])[LayerKind.Sgd, LayerKind.Adagrad, LayerKind.RmsProp, LayerKind.Adam, LayerKind.AdamW]
               from length in Parameters
               select new LayerRow(kind, LayerPass.Step, 1, length)]),
    ];
}
