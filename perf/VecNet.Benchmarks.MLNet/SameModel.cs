using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using VecNet.Extensions.Hosting;

namespace VecNet.Benchmarks;

/// <summary>A row of features, as ML.NET takes it.</summary>
internal sealed class FeatureRow
{
    [VectorType(SameModel.Features)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}

/// <summary>What ML.NET predicts of a row.</summary>
internal sealed class ScoredRow
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}

/// <summary>
/// A linear classifier of 64 features into 10 classes that ML.NET has trained, in ML.NET and, with the same weights, in VecNet.
/// </summary>
/// <remarks>
/// The engines are pooled as in PredictionEnginePool of Microsoft.Extensions.ML, since an engine serves one thread at a time.
/// </remarks>
internal sealed class SameModel : IDisposable
{
    internal const int Features = 64, Classes = 10;

    private const int Rows = 2_000;

    private readonly ServiceProvider provider;
    private readonly ObjectPool<PredictionEngine<FeatureRow, ScoredRow>> engines;
    private readonly string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    internal SameModel()
    {
        Questions = Create(Rows);
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Questions);
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> linear =
            context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(keyed);
        ITransformer names = context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(linear.Transform(keyed));
        var whole = new TransformerChain<ITransformer>(linear, names);
        engines = new DefaultObjectPool<PredictionEngine<FeatureRow, ScoredRow>>(
            new EnginePolicy(() => context.Model.CreatePredictionEngine<FeatureRow, ScoredRow>(whole)));
        ToVecNet(linear.Model).Save(path);
        provider = new ServiceCollection().AddMetrics().AddVecNetModel<float>("linear", path).BuildServiceProvider();
        Predictor = provider.GetRequiredService<ModelPredictor<float>>();
        Check();
    }

    /// <summary>Rows to predict.</summary>
    internal FeatureRow[] Questions { get; }

    /// <summary>The model in VecNet.</summary>
    internal ModelPredictor<float> Predictor { get; }

    /// <summary>Predicts a row by ML.NET.</summary>
    internal ScoredRow PredictByEngine(FeatureRow row)
    {
        PredictionEngine<FeatureRow, ScoredRow> engine = engines.Get();
        try
        {
            return engine.Predict(row);
        }
        finally
        {
            engines.Return(engine);
        }
    }

    public void Dispose()
    {
        provider.Dispose();
        File.Delete(path);
    }

    /// <summary>Points around a center for each class, all classes in turn, so that the first rows have the keys in order.</summary>
    private static FeatureRow[] Create(int rows)
    {
        var random = new SplitMix64(1);
        float[][] centers =
            [.. Enumerable.Range(0, Classes).Select(_ => Enumerable.Range(0, Features).Select(_ => (float)random.NextNormal()).ToArray())];
        return
        [
            .. Enumerable.Range(0, rows).Select(row => new FeatureRow
            {
                Label = $"class {row % Classes}",
                Features = [.. centers[row % Classes].Select(center => center + (4 * (float)random.NextNormal()))],
            }),
        ];
    }

    private static Model<float> ToVecNet(MaximumEntropyModelParameters parameters)
    {
        VBuffer<float>[] weights = [];
        parameters.GetWeights(ref weights, out int classes);
        float[] biases = [.. parameters.GetBiases()];
        var network = new NeuralNetwork<float>(Features, [new FullyConnectedLayer<float>(classes)], seed: 1);
        for (int output = 0; output < classes; output++)
        {
            float[] row = [.. weights[output].DenseValues()];
            for (int input = 0; input < Features; input++)
            {
                network.Weights[0][input, output] = row[input];
            }

            network.Biases[0][0, output] = biases[output];
        }

        return new(network, classNames: [.. Enumerable.Range(0, classes).Select(number => $"class {number}")]);
    }

    /// <summary>Both predict the same of every row.</summary>
    private void Check()
    {
        double largest = 0;
        foreach (FeatureRow row in Questions)
        {
            ScoredRow theirs = PredictByEngine(row);
            Prediction<string> ours = Predictor.Predict(row.Features).Prediction;
            for (int i = 0; i < Classes; i++)
            {
                largest = Math.Max(largest, Math.Abs(theirs.Score[i] - ours.Classes[i].Probability));
            }

            if (theirs.PredictedLabel != ours.Label)
            {
                throw new InvalidOperationException($"ML.NET predicts {theirs.PredictedLabel}, VecNet {ours.Label}.");
            }
        }

        Console.WriteLine($"largest difference of a probability: {largest:E1}");
        if (largest > 1e-5)
        {
            throw new InvalidOperationException("The models are not the same.");
        }
    }

    private sealed class EnginePolicy(Func<PredictionEngine<FeatureRow, ScoredRow>> create)
        : PooledObjectPolicy<PredictionEngine<FeatureRow, ScoredRow>>
    {
        public override PredictionEngine<FeatureRow, ScoredRow> Create() => create();

        public override bool Return(PredictionEngine<FeatureRow, ScoredRow> obj) => true;
    }
}
