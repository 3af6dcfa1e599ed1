using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's layers, losses and optimisers.</summary>
internal sealed class VecNetLayerPeer : ILayerPeer
{
    /// <summary>Rows that are longer compile nothing that shorter ones do not.</summary>
    private const int LongestToCompile = 128_000;

    /// <summary>Several times what the runtime waits for before it compiles a method for good.</summary>
    private static readonly TimeSpan CompilationTime = TimeSpan.FromMilliseconds(15);

    public string Description => VecNetPeer.Vectors;

    /// <summary>The library as it runs in a program that has been up for a while.</summary>
    internal static VecNetLayerPeer Compiled()
    {
        var peer = new VecNetLayerPeer();
        foreach (LayerRow row in LayerRows.Groups().SelectMany(group => group.Rows).Cast<LayerRow>().Where(row => row.Rows * row.Columns <= LongestToCompile))
        {
            using IServedRow served = ((IPeer)peer).Prepare(row.ToWords());
            served.Best(CompilationTime);
        }

        return peer;
    }

    public IPreparedLayer Prepare(LayerRow row, LayerOperands operands)
    {
        (Action<int> run, Func<float[][]> results) = row switch
        {
            { IsEmbedding: true } => VecNetEmbeddingRuns.Of(row, operands),
            { Pass: LayerPass.Step } => Step(row.Kind, operands),
            { Kind: LayerKind.LogSoftmax or LayerKind.LayerNorm or LayerKind.BatchNorm or LayerKind.BatchNormInference } => VecNetRowRuns.Of(row, operands),
            { Kind: >= LayerKind.BinaryCrossEntropy } => Loss(row, operands),
            _ => VecNetActivationRuns.Of(row, operands),
        };
        return new PreparedLayer(run, results);
    }

    private static (Action<int> Run, Func<float[][]> Results) Loss(LayerRow row, LayerOperands operands)
    {
        var gradient = new TensorBuffer<float>(row.Rows, row.Columns);
        float loss = 0;
        bool hasGradient = row.Pass == LayerPass.ForwardBackward;
        ILoss<float> function = row.Kind switch
        {
            LayerKind.BinaryCrossEntropy => new BinaryCrossEntropyWithLogits<float>(),
            LayerKind.Huber => new Huber<float>(),
            LayerKind.MeanAbsoluteError => new MeanAbsoluteError<float>(),
            LayerKind.KullbackLeibler => new KullbackLeibler<float>(),
            _ => throw new NotSupportedException($"There is no {row.Kind}."),
        };
        return (Run, () => hasGradient ? [[loss], gradient.Span.ToArray()] : [[loss]]);

        void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                loss = function.ForwardBackward(operands.Input.View, operands.Targets.View, hasGradient ? gradient.View : default);
            }
        }
    }

    private static (Action<int> Run, Func<float[][]> Results) Step(LayerKind kind, LayerOperands operands)
    {
        IOptimizer<float> optimizer = kind switch
        {
            LayerKind.Sgd => new Sgd<float>(LayerRow.LearningRate, LayerRow.Momentum),
            LayerKind.Adagrad => new Adagrad<float>(LayerRow.LearningRate),
            LayerKind.RmsProp => new RmsProp<float>(LayerRow.LearningRate),
            LayerKind.Adam => new Adam<float>(LayerRow.LearningRate),
            LayerKind.AdamW => new AdamW<float>(LayerRow.LearningRate, weightDecay: LayerRow.WeightDecay),
            _ => throw new NotSupportedException($"There is no {kind}."),
        };
        return (Run, () => [operands.Input.Span.ToArray()]);

        void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                optimizer.Step(operands.Input.Span, operands.GradOutput.Span);
            }
        }
    }

    private sealed class PreparedLayer(Action<int> run, Func<float[][]> results) : IPreparedLayer
    {
        public void Run(int calls) => run(calls);

        public float[][] Results() => results();

        public void Dispose()
        {
        }
    }
}
