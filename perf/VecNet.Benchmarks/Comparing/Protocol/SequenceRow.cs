namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What reads the sequences of a row.</summary>
internal enum SequenceModel
{
    /// <summary>Scaled dot-product attention alone, with heads of <see cref="SequenceRow.HeadFeatures"/> features.</summary>
    Attention,

    /// <summary>One transformer block, whose normalizations come first.</summary>
    Block,

    /// <summary>The same over sequences of different lengths, which libtorch has to pad.</summary>
    RaggedBlock,

    /// <summary>A GPT: embeddings of tokens and positions, causal blocks, and a loss for each token.</summary>
    Gpt,

    /// <summary>
    /// An encoder with the layers of MiniLM and a classifier of its texts: embeddings, blocks whose normalizations come last, the mean of a
    /// text's tokens, and a loss for each text.
    /// </summary>
    Encoder,

    /// <summary>The same over texts of different lengths, which libtorch has to pad.</summary>
    RaggedEncoder,

    Lstm,

    Gru,

    /// <summary>A convolution with twice as many output as input channels.</summary>
    Conv1d,
}

/// <summary>One row of the comparison of layers and networks over sequences, in float32.</summary>
/// <remarks>
/// The length is that of each sequence, or of the longest where they differ. The width is that of the input; of a GPT that of its blocks.
/// </remarks>
internal sealed record SequenceRow(SequenceModel Model, int Width, int Length, int Batch, Pass Pass, int Threads = 1)
    : ComparedRow(Precision.Float32, Threads)
{
    /// <summary>The features of a head; blocks of width 128 have four heads of 32.</summary>
    internal const int HeadFeatures = 64;

    internal const int FewestHeads = 4;

    /// <summary>The median of the lengths where they differ.</summary>
    internal const int MedianLength = 20;

    /// <summary>Whether a token reads only itself and the tokens before it.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The classes of the texts of an encoder.</summary>
    internal const int Classes = 10;

    /// <summary>The features of a head of an encoder.</summary>
    private const int HeadFeaturesOfEncoder = 32;

    /// <summary>The blocks of a GPT or an encoder.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The tokens that a GPT or an encoder knows.</summary>
    public int Vocabulary { get; init; }

    /// <summary>The taps of a convolution.</summary>
    public int KernelSize { get; init; }

    internal int Heads => IsEncoder ? Width / HeadFeaturesOfEncoder : int.Max(Width / HeadFeatures, FewestHeads);

    internal bool IsEncoder => Model is SequenceModel.Encoder or SequenceModel.RaggedEncoder;

    /// <summary>Whether the sequences have different lengths.</summary>
    internal bool IsRagged => Model is SequenceModel.RaggedBlock or SequenceModel.RaggedEncoder;

    internal bool IsRecurrent => Model is SequenceModel.Lstm or SequenceModel.Gru;

    /// <summary>Whether what is trained is a network with a loss, and not a layer with a given gradient of its output.</summary>
    internal bool HasLoss => Model == SequenceModel.Gpt || IsEncoder;

    internal int OutputFeatures => Model switch
    {
        SequenceModel.Gpt => Vocabulary,
        SequenceModel.Encoder or SequenceModel.RaggedEncoder => Classes,
        SequenceModel.Conv1d => 2 * Width,
        _ => Width,
    };

    /// <summary>The numbers of rows of the sequences.</summary>
    internal IReadOnlyList<int> Lengths => IsRagged
        ? LogNormalLengths.Create(Batch, MedianLength, Length)
        : [.. Enumerable.Repeat(Length, Batch)];

    /// <summary>The rows of all sequences.</summary>
    internal int Rows => Lengths.Sum();

    internal override string ShortName => Model switch
    {
        SequenceModel.Attention => $"attention {Heads}×{HeadFeatures}, {Size}{(IsCausal ? ", causal" : "")}, {ShownPass}",
        SequenceModel.RaggedBlock => $"block {Width}, {Batch} sequences of median {MedianLength} up to {Length}, {ShownPass}",
        SequenceModel.Encoder => $"encoder {Layers}×{Width}, vocabulary {Vocabulary}, {Size}, step of AdamW",
        SequenceModel.RaggedEncoder => $"encoder {Layers}×{Width}, vocabulary {Vocabulary}, {Batch} texts of median {MedianLength} up to "
            + $"{Length}, step of AdamW",
        SequenceModel.Gpt => $"GPT {Layers}×{Width}, vocabulary {Vocabulary}, {Size}, step of AdamW",
        SequenceModel.Conv1d => $"Conv1d {Width}→{OutputFeatures}, kernel {KernelSize}, {Size}, {ShownPass}",
        SequenceModel.Lstm or SequenceModel.Gru => $"{Model.ToString().ToUpperInvariant()} {Width}, {Size}, {ShownPass}",
        _ => $"block {Width}, {Size}, {ShownPass}",
    };

    /// <summary>
    /// Operations of the matrix products: those of a pass forward, twice as many in the backward pass; of attention two products forward
    /// and five backward for each pair of tokens, of which one reads the other.
    /// </summary>
    internal override double FloatingPointOperations
    {
        get
        {
            double rows = Rows, passes = Pass == Pass.Forward ? 1 : 3;
            double attention = 2.0 * Lengths.Sum(length => IsCausal ? length * (length + 1.0) / 2 : (double)length * length)
                * Width * (Pass == Pass.Forward ? 2 : 7);
            double block = (passes * rows * 24 * Width * Width) + attention;
            return Model switch
            {
                SequenceModel.Attention => attention,
                SequenceModel.Encoder or SequenceModel.RaggedEncoder => Layers * block,
                SequenceModel.Gpt => (Layers * block) + (passes * rows * 2 * Width * Vocabulary),
                SequenceModel.Lstm => passes * rows * 16 * Width * Width,
                SequenceModel.Gru => passes * rows * 12 * Width * Width,
                SequenceModel.Conv1d => passes * rows * 2 * KernelSize * Width * OutputFeatures,
                _ => block,
            };
        }
    }

    /// <summary>Relative to a loss, and for other numbers to the largest of their matrix.</summary>
    internal override double Tolerance => 1e-4;

    private string Size => $"T {Length}, batch {Batch}";

    private string ShownPass => Pass == Pass.Forward && Model != SequenceModel.Attention ? "inference" : NetworkRow.GetName(Pass);
}

/// <summary>The network of a row with its first parameters, a batch, and targets: the same in every process, from one seed.</summary>
internal sealed class SequenceProblem
{
    internal SequenceProblem(SequenceRow row)
    {
        var random = new SplitMix64(1);
        int rows = row.Rows, inputs = row.HasLoss ? 1 : row.Width * (row.Model == SequenceModel.Attention ? 3 : 1);
        Offsets = [.. row.Lengths.Aggregate(new List<int> { 0 }, (offsets, length) => [.. offsets, offsets[^1] + length])];
        Input = OperationOperands<float>.Uniform(random, rows, inputs, -1, 1);
        if (row.HasLoss)
        {
            Tokens = OperationOperands<float>.RandomIndices(random, rows, row.Vocabulary);
            Array.ConvertAll(Tokens, token => (float)token).CopyTo(Input.Span);
            Targets = OperationOperands<float>.RandomIndices(random, row.IsEncoder ? row.Batch : rows, row.OutputFeatures);
            LearningRate = row.IsEncoder ? LearningRateOfEncoder : LearningRate;
            return;
        }

        GradOutput = OperationOperands<float>.Uniform(random, rows, row.OutputFeatures, -1, 1);
        LearningRate = 0.01f / rows;
    }

    /// <summary>That of fine-tuning.</summary>
    private const float LearningRateOfEncoder = 2e-5f;

    /// <summary>So many steps with a loss are compared by their losses.</summary>
    internal static int ComparedSteps => 3;

    /// <summary>AdamW's, VecNet's default: TorchSharp has none by default.</summary>
    internal static double WeightDecay => 0.01;

    /// <summary>Where the sequences begin and end.</summary>
    internal int[] Offsets { get; }

    /// <summary>The rows of all sequences, uniform numbers of [−1, 1), or tokens; of attention queries, keys and values.</summary>
    internal TensorBuffer<float> Input { get; }

    /// <summary>The tokens of a GPT or an encoder.</summary>
    internal int[] Tokens { get; } = [];

    /// <summary>The class of each token of a GPT, or of each text of an encoder.</summary>
    internal int[] Targets { get; } = [];

    /// <summary>∂L/∂y of a layer, uniform numbers of [−1, 1).</summary>
    internal TensorBuffer<float> GradOutput { get; } = new(0, 0);

    /// <summary>AdamW's if there is a loss; for a layer so small that thousands of steps along one gradient leave it as it is.</summary>
    internal float LearningRate { get; } = 0.001f;

    /// <summary>The network of a row with a model other than attention.</summary>
    internal static NeuralNetwork<float> CreateNetwork(SequenceRow row)
    {
        TransformerBlock<float> Block() => new(row.Heads, 4 * row.Width, normalizesFirst: !row.IsEncoder, causal: row.IsCausal);
        return row.Model switch
        {
            SequenceModel.Gpt => new(1, [
                new Embedding<float>(row.Vocabulary, row.Width), new PositionalEmbedding<float>(row.Length),
                .. Enumerable.Range(0, row.Layers).Select(_ => Block()),
                new LayerNorm<float>(), new FullyConnectedLayer<float>(row.Vocabulary)]),
            SequenceModel.Encoder or SequenceModel.RaggedEncoder => new(1, [
                new Embedding<float>(row.Vocabulary, row.Width), new PositionalEmbedding<float>(row.Length), new LayerNorm<float>(),
                .. Enumerable.Range(0, row.Layers).Select(_ => Block()),
                new SequencePooling<float>(PoolingMode.Mean), new FullyConnectedLayer<float>(SequenceRow.Classes)]),
            SequenceModel.Lstm => new(row.Width, [new Lstm<float>(row.Width)]),
            SequenceModel.Gru => new(row.Width, [new Gru<float>(row.Width)]),
            SequenceModel.Conv1d => new(row.Width, [new Conv1d<float>(row.OutputFeatures, row.KernelSize)]),
            _ => new(row.Width, [Block()]),
        };
    }

    /// <summary>The network's parameters as PyTorch has them, in their order.</summary>
    internal static IReadOnlyList<SafetensorsTensor> TensorsOf(NeuralNetwork<float> network)
    {
        using var stream = new MemoryStream();
        Model.SaveParameters(network, stream);
        stream.Position = 0;
        return SafetensorsFile.Read(stream).Tensors;
    }

    /// <summary>The elements of a tensor.</summary>
    internal static float[] ElementsOf(SafetensorsTensor tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
