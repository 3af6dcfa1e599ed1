using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using VecNet.Extensions.Hosting;
using VecNet.Formats;

namespace VecNet.Benchmarks;

/// <summary>Models that ML.NET and VecNet have with the same weights.</summary>
/// <remarks>
/// A linear classifier that ML.NET has trained; and a network of 64-128-64-10, which ML.NET runs from its ONNX file.
/// </remarks>
internal sealed class SameModels : IDisposable
{
    private const int Rows = 2_048, Features = EnginePool.Features, Classes = EnginePool.Classes;

    private readonly ServiceProvider provider;
    private readonly string folder = Directory.CreateTempSubdirectory("vecnet-mlnet-").FullName;

    internal SameModels()
    {
        Questions = Create(Rows);
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Questions);
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> linear =
            context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(keyed);
        ITransformer names = context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(linear.Transform(keyed));
        LinearEngines = new(context, new TransformerChain<ITransformer>(linear, names));
        ToVecNet(linear.Model).Save(PathOf("linear"));

        var network = new NeuralNetwork<float>(
            Features, Classes, hiddenSizes: [128, 64], new ReLU<float>(), WeightInitialization.HeNormal, seed: 1);
        var model = new Model<float>(network, classNames: Names);
        model.Save(PathOf("network"));
        OnnxFile.Write(model, PathOf("onnx"), probabilities: true);
        IDataView renamed = context.Transforms.CopyColumns("input", "Features").Fit(data).Transform(data);
        ITransformer onnx = new TransformerChain<ITransformer>(
            context.Transforms.CopyColumns("input", "Features").Fit(data),
            context.Transforms.ApplyOnnxModel(["output"], ["input"], PathOf("onnx")).Fit(renamed));
        ITransformer scores = context.Transforms.CopyColumns("Score", "output").Fit(onnx.Transform(data));
        NetworkEngines = new(context, new TransformerChain<ITransformer>(onnx, scores));

        provider = new ServiceCollection()
            .AddMetrics()
            .AddVecNetModel<float>("linear", PathOf("linear"))
            .AddVecNetModel<float>("network", PathOf("network"))
            .BuildServiceProvider();
        Linear = provider.GetRequiredKeyedService<ModelPredictor<float>>("linear");
        Network = provider.GetRequiredKeyedService<ModelPredictor<float>>("network");
        Check("linear", Linear, row => LinearEngines.Predict(row).Score);
        Check("network", Network, row => NetworkEngines.Predict(row).Score);
    }

    /// <summary>Rows to predict.</summary>
    internal FeatureRow[] Questions { get; }

    internal EnginePool<ScoredRow> LinearEngines { get; }

    internal EnginePool<NetworkRow> NetworkEngines { get; }

    internal ModelPredictor<float> Linear { get; }

    internal ModelPredictor<float> Network { get; }

    private static string[] Names { get; } = [.. Enumerable.Range(0, Classes).Select(number => $"class {number}")];

    public void Dispose()
    {
        provider.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string PathOf(string name) => Path.Combine(folder, name);

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

        return new(network, classNames: Names);
    }

    /// <summary>Both predict the same of every row.</summary>
    private void Check(string name, ModelPredictor<float> predictor, Func<FeatureRow, float[]> engine)
    {
        double largest = 0;
        foreach (FeatureRow row in Questions)
        {
            float[] theirs = engine(row);
            Prediction<string> ours = predictor.Predict(row.Features).Prediction;
            for (int i = 0; i < Classes; i++)
            {
                largest = Math.Max(largest, Math.Abs(theirs[i] - ours.Classes[i].Probability));
            }
        }

        Console.WriteLine($"{name}: largest difference of a probability {largest:E1}");
        if (largest > 1e-5)
        {
            throw new InvalidOperationException("The models are not the same.");
        }
    }
}
