using System.Numerics;

namespace VecNet;

/// <summary>
/// Every function, layer, loss and optimizer of the library: the one list that checks of gradients, golden values, special values and
/// precision, files, exports, benchmarks and the tool enumerate.
/// </summary>
/// <remarks>
/// A public operation that is not here fails the tests. Functions of several tensors are among the tool's gradient checks. The page
/// "Adding an activation, a layer, a loss, an optimizer" says what belongs to an entry.
/// The file is long because lists are made of earlier lists: static members are initialized in the order of the text.
/// </remarks>
internal static partial class OperationCatalog<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of entries of a sample embedding.</summary>
    internal const int Entries = 6;

    /// <summary>A class index that is not an output of any network, which marks ignored rows.</summary>
    internal const int IgnoredClass = -100;

    private const string OneRounding = "Each element has one rounding at most.";
    private const string OfRows = "The error of a sum over the row grows with its length; FunctionPrecisionTests check its bound.";

    /// <summary>The functions of one tensor.</summary>
    internal static readonly IReadOnlyList<FunctionEntry<T>> Functions =
    [
        new("Sigmoid", _ => new Sigmoid<T>(), "sigmoid", 2),
        new("Tanh", _ => new Tanh<T>(), "tanh", 2),
        new("ReLU", _ => new ReLU<T>(), "relu", PrecisionPromise.None("It is exact.")),
        new(
            "LeakyReLU", o => new LeakyReLU<T>(o.Number("slope")), "leaky_relu", PrecisionPromise.None(OneRounding),
            new CatalogOption("slope", 0.2, LeakyReLU.DefaultSlope, "negative_slope")),
        new("ELU", o => new ELU<T>(o.Number("alpha")), "elu", 2, new CatalogOption("alpha", 0.7, 1, "alpha")),
        new(
            "GELU", _ => new GELU<T>(), new GoldenValues("gelu") { Choice = ("approximate", "none") },
            new PrecisionPromise(4, hasTail: true)),
        new(
            "GELUTanh", _ => new GELUTanh<T>(), new GoldenValues("gelu") { Choice = ("approximate", "tanh") },
            new PrecisionPromise(4, hasTail: true)),
        new("SiLU", _ => new SiLU<T>(), "silu", new PrecisionPromise(3, hasTail: true)),
        new("HardSwish", _ => new HardSwish<T>(), "hard_swish", 2),
        new("Mish", _ => new Mish<T>(), "mish", new PrecisionPromise(4, hasTail: true)),
        new("Softplus", o => new Softplus<T>(o.Number("beta")), PyTorchSoftplus, 2, new CatalogOption("beta", 2.5, 1, "beta")),
        new(
            "Exp", _ => new Exp<T>(),
            GoldenValues.None("The exponential is compared with 106-bit arithmetic, which is stricter than PyTorch's values."), 2),
        new("Softmax", _ => new Softmax<T>(), "softmax", PrecisionPromise.None(OfRows)) { IsOfRows = true },

        // The logarithm of a probability is a difference of two inputs, which may itself be too large.
        new("LogSoftmax", _ => new LogSoftmax<T>(), "log_softmax", PrecisionPromise.None(OfRows)) { IsOfRows = true, FiniteBelow = 1e30 },
    ];

    /// <summary>The layers.</summary>
    internal static readonly IReadOnlyList<LayerEntry<T>> Layers =
    [
        new(
            "FullyConnectedLayer", o => new FullyConnectedLayer<T>(o.WholeNumber("outputs")),
            (_, outputs) => new FullyConnectedLayer<T>(outputs, WeightInitialization.XavierNormal)),
        .. Functions.Where(function => function.IsLayer).Select(function => function.Layer),
        new("Dropout", o => new Dropout<T>(o.Number("probability")), (_, _) => new Dropout<T>(0.4)),
        new("LayerNorm", o => new LayerNorm<T>(o.Number("epsilon"), o.Flag("affine")), (_, _) => new LayerNorm<T>(0.1)),
        new("RmsNorm", o => new RmsNorm<T>(o.Number("epsilon"), o.Flag("affine")), (_, _) => new RmsNorm<T>(0.1)),
        new("BatchNorm", o => new BatchNorm<T>(o.Number("momentum"), o.Number("epsilon")), (_, _) => new BatchNorm<T>(0.3, 0.1)),
        new("Embedding", EmbeddingOf, (_, outputs) => new Embedding<T>(Entries, outputs)) { IsOfIndices = true },
        new(
            "EmbeddingBag",
            o => new EmbeddingBag<T>(
                o.WholeNumber("entries"),
                o.WholeNumber("dimension"),
                Enum.Parse<PoolingMode>(o.Text("mode"), ignoreCase: true),
                o.Has("padding") ? o.WholeNumber("padding") : null,
                o.Has("sparse") && o.Flag("sparse")),
            (_, outputs) => new EmbeddingBag<T>(Entries, outputs, PoolingMode.Sum))
        {
            IsOfIndices = true,
        },
        new(
            "Pool1d",
            o => new Pool1d<T>(
                o.WholeNumber("kernel_size"),
                Enum.Parse<PoolingMode>(o.Text("mode"), ignoreCase: true),
                Enum.Parse<Conv1dPadding>(o.Text("padding"), ignoreCase: true),
                o.WholeNumber("dilation"),
                o.Has("stride") ? o.WholeNumber("stride") : 1),
            (_, _) => new Pool1d<T>(3, PoolingMode.Mean, Conv1dPadding.Causal, dilation: 2)),
        new(
            "VocabularyProjection", o => new VocabularyProjection<T>(o.WholeNumber("classes"), o.Flag("bias"), o.Flag("tied")),
            (_, outputs) => new VocabularyProjection<T>(outputs, bias: true)),
        new(
            "SelfAttention",
            o => new SelfAttention<T>(o.WholeNumber("heads"), o.Flag("causal"), o.Flag("alibi"), RotaryOf(o), o.Number("dropout")),
            (width, _) => new SelfAttention<T>(width % 2 == 0 ? 2 : 1, causal: true, alibi: true, SampleRotary(width), dropout: 0.2))
        {
            CheckOptions = LayerCheckOptions.OfSome,
        },
        new(
            "GatedFeedForward",
            o => new GatedFeedForward<T>(o.WholeNumber("hidden"), Enum.Parse<GateFunction>(o.Text("gate"), ignoreCase: true)),
            (_, _) => new GatedFeedForward<T>(3, GateFunction.GELU)),
        new("TransformerBlock", TransformerBlockOf, (width, _) => new TransformerBlock<T>(
            width % 2 == 0 ? 2 : 1, 3, normalizesFirst: false, causal: true, alibi: true, approximatesGelu: true, epsilon: 0.5,
            SampleRotary(width), dropout: 0.1))
        {
            CheckOptions = LayerCheckOptions.OfSome with { Step = LayerCheckOptions.SmallStep },
        },
        new(
            "PositionalEmbedding", o => new PositionalEmbedding<T>(o.WholeNumber("positions")),
            (_, _) => new PositionalEmbedding<T>(SampleSequences.Longest)),
        new(
            "SinusoidalEncoding", o => new SinusoidalEncoding<T>(o.Number("input_scale")), (_, _) => new SinusoidalEncoding<T>(1.5)),
        new(
            "SequencePooling", o => new SequencePooling<T>(Enum.Parse<PoolingMode>(o.Text("mode"), ignoreCase: true)),
            (_, _) => new SequencePooling<T>(PoolingMode.Last)),
        new("Lstm", o => RecurrentOf(o, (n, k, both) => new Lstm<T>(n, k, both)), (_, _) => new Lstm<T>(2, 2, bidirectional: true))
        {
            CheckOptions = LayerCheckOptions.OfSome with { Step = LayerCheckOptions.SmallStep },
        },
        new("Gru", o => RecurrentOf(o, (n, k, both) => new Gru<T>(n, k, both)), (_, _) => new Gru<T>(2, 2, bidirectional: true))
        {
            CheckOptions = LayerCheckOptions.OfSome with { Step = LayerCheckOptions.SmallStep },
        },
        new("Rnn", o => RecurrentOf(o, (n, k, both) => new Rnn<T>(n, k, both)), (_, _) => new Rnn<T>(2, 2, bidirectional: true))
        {
            CheckOptions = LayerCheckOptions.OfSome with { Step = LayerCheckOptions.SmallStep },
        },
        new(
            "Conv1d",
            o => new Conv1d<T>(
                o.WholeNumber("outputs"),
                o.WholeNumber("kernel_size"),
                Enum.Parse<Conv1dPadding>(o.Text("padding"), ignoreCase: true),
                o.WholeNumber("dilation"),
                o.WholeNumber("groups"),
                o.Flag("bias"),
                o.Has("stride") ? o.WholeNumber("stride") : 1),
            (width, outputs) => new Conv1d<T>(
                outputs, 3, Conv1dPadding.Causal, dilation: 2, groups: width % 2 == 0 && outputs % 2 == 0 ? 2 : 1))
        {
            CheckOptions = LayerCheckOptions.OfSome,
        },
        new("Residual", o => new Residual<T>(o.Layers("layers")), (width, _) => new Residual<T>(
            new LayerNorm<T>(0.1), new FullyConnectedLayer<T>(4), new Sigmoid<T>(), new FullyConnectedLayer<T>(width)))
        {
            Inner = layer => ("layers", ((Residual<T>)layer).Layers),
        },
        new("Sequential", o => new Sequential<T>(o.Layers("layers")), (_, outputs) => new Sequential<T>(
            new FullyConnectedLayer<T>(3, WeightInitialization.XavierNormal),
            new Tanh<T>(),
            new Dropout<T>(0.3),
            new FullyConnectedLayer<T>(outputs)))
        {
            Inner = layer => ("layers", ((Sequential<T>)layer).Layers),
        },

        // There are three heads of different kinds, one of which contains a residual connection.
        new("Parallel", o => new Parallel<T>(o.Layers("branches")), (_, outputs) => new Parallel<T>(
            new FullyConnectedLayer<T>(outputs),
            new Sequential<T>(
                new FullyConnectedLayer<T>(3),
                new Residual<T>(new FullyConnectedLayer<T>(3), new SiLU<T>()),
                new FullyConnectedLayer<T>(2)),
            new Softmax<T>()))
        {
            Inner = layer => ("branches", ((Parallel<T>)layer).Branches),
        },
    ];

    /// <summary>The losses, with each of their options.</summary>
    internal static readonly IReadOnlyList<LossEntry<T>> Losses =
    [
        new("MeanSquaredError", (_, reduction) => new MeanSquaredError<T>(reduction), "mse"),
        new(
            "MeanSquaredError, not halved", (_, reduction) => new MeanSquaredError<T>(reduction, halved: false),
            GoldenValues.None("It is twice the halved loss, and the test of that one's file compares the two.")),
        new("MeanAbsoluteError", (_, reduction) => new MeanAbsoluteError<T>(reduction), "l1")
        {
            FromGolden = (_, reduction) => new MeanAbsoluteError<T>(reduction),
        },
        new("Huber", (_, reduction) => new Huber<T>(0.7, reduction), "huber")
        {
            FromGolden = (o, reduction) => new Huber<T>(o.Number("delta"), reduction),
        },
        new("SmoothL1", (_, reduction) => new SmoothL1<T>(0.7, reduction), "smooth_l1")
        {
            FromGolden = (o, reduction) => new SmoothL1<T>(o.Number("beta"), reduction),
        },
        new("BinaryCrossEntropyWithLogits", (_, reduction) => new BinaryCrossEntropyWithLogits<T>(default, reduction), "bce_with_logits")
        {
            FromGolden = (o, reduction) => new BinaryCrossEntropyWithLogits<T>(o.Numbers("pos_weight"), reduction),
            ToProbabilities = true,
        },
        new(
            "BinaryCrossEntropyWithLogits, weights",
            (outputs, reduction) => new BinaryCrossEntropyWithLogits<T>(Weights(outputs), reduction),
            SameFile)
        {
            ToProbabilities = true,
        },
        new("KullbackLeibler", (_, reduction) => new KullbackLeibler<T>(reduction: reduction), "kl_div")
        {
            FromGolden = (o, reduction) => new KullbackLeibler<T>(o.Flag("log_target"), reduction),
            IsOverRows = true,
            ToProbabilities = true,
        },
        new("KullbackLeibler, log targets", (_, reduction) => new KullbackLeibler<T>(logTargets: true, reduction), SameFile)
        {
            IsOverRows = true,
        },
        new("CategoricalCrossEntropy", (_, reduction) => new CategoricalCrossEntropy<T>(reduction), "cross_entropy_probs")
        {
            IsOverRows = true,
            OfClasses = true,
            OfProbabilities = true,
            ToProbabilities = true,
        },
        Fused("", (_, reduction) => new SoftmaxCrossEntropy<T>(reduction: reduction)),
        Fused(", ignored", (_, reduction) => new SoftmaxCrossEntropy<T>(ignoredClass: IgnoredClass, reduction: reduction), PartOfAll),
        Fused(", weights", (outputs, reduction) => new SoftmaxCrossEntropy<T>(Weights(outputs), reduction: reduction), PartOfAll),
        Fused(", smoothing", (_, reduction) => new SoftmaxCrossEntropy<T>(labelSmoothing: 0.2, reduction: reduction), PartOfAll),
        Fused(
            ", all choices", (outputs, reduction) => new SoftmaxCrossEntropy<T>(Weights(outputs, second: 1), 0.3, IgnoredClass, reduction)),
        Fused(
            ", no weight", (outputs, reduction) => new SoftmaxCrossEntropy<T>(new T[outputs], 0.3, IgnoredClass, reduction),
            "Its gradient is 0."),
    ];

    private const string PartOfAll = "All choices together are checked.";

    /// <summary>PyTorch's softplus is x itself above a threshold, where the function is off by e⁻²⁰; so is its derivative.</summary>
    private static GoldenValues PyTorchSoftplus => new("softplus")
    {
        Deviation = (
            "threshold", 20, Math.Exp(-20), "Above a threshold of 20 PyTorch returns x itself; the library computes the function."),
    };

    private static GoldenValues SameFile => GoldenValues.None("The file of the loss without choices has cases with them.");

    private static TransformerBlock<T> TransformerBlockOf(OptionSource<T> o) => new(
        o.WholeNumber("heads"),
        o.WholeNumber("hidden"),
        o.Flag("normalizes_first"),
        o.Flag("causal"),
        o.Flag("alibi"),
        o.Flag("approximates_gelu"),
        o.Number("epsilon"),
        RotaryOf(o),
        o.Number("dropout"));

    private static RotaryOptions? RotaryOf(OptionSource<T> o) => o.Has("rotary")
        ? new()
        {
            Pairing = Enum.Parse<RotaryPairing>(o.Text("rotary"), ignoreCase: true),
            Base = o.Number("rotary_base"),
            RotatedFeatures = o.Has("rotary_features") ? o.WholeNumber("rotary_features") : null,
        }
        : null;

    /// <summary>Pairs in all heads of a sample but the last two features, or the last one.</summary>
    private static RotaryOptions SampleRotary(int width) => new()
    {
        Pairing = RotaryPairing.Halves,
        Base = 50,
        RotatedFeatures = int.Max(0, ((width % 2 == 0 ? width / 2 : width) - 1) / 2 * 2),
    };

    private static RecurrentLayer<T> RecurrentOf(OptionSource<T> o, Func<int, int, bool, RecurrentLayer<T>> make) =>
        make(o.WholeNumber("hidden"), o.WholeNumber("num_layers"), o.Flag("bidirectional"));

    private static Embedding<T> EmbeddingOf(OptionSource<T> o) => new(
        o.WholeNumber("entries"),
        o.WholeNumber("dimension"),
        o.Has("padding") ? o.WholeNumber("padding") : null,
        o.Has("sparse") && o.Flag("sparse"),
        column: o.Has("column") ? o.WholeNumber("column") : null);

    /// <summary>A weight for each output, most of which differ; the second is 0 by default.</summary>
    private static T[] Weights(int count, double second = 0) =>
        [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(i == 1 ? second : 0.5 + (i % 4 * 0.75)))];

    private static LossEntry<T> Fused(string choices, Func<int, Reduction, ILoss<T>> make, string? withoutGradientCheck = null) => new(
        $"SoftmaxCrossEntropy{choices}", make, choices.Length == 0 ? "softmax_cross_entropy" : SameFile)
    {
        IsOverRows = true,
        OfClasses = true,
        InPlace = false,
        ToProbabilities = true,
        IsConstantOfOneOutput = true,
        WithoutGradientCheck = withoutGradientCheck,
    };
}
