using System.Numerics;
using FsCheck.Xunit;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>
/// An exported graph standardizes features and restores targets in double, as the model does: results are compared by relative, not by
/// absolute error.
/// </summary>
public sealed class OnnxPrecisionTests : IDisposable
{
    private const int Columns = 6;

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Times_and_neighbors_of_two_to_the_24_are_told_apart()
    {
        var network = new NeuralNetwork<float>(3, 3, [], new ReLU<float>());
        MakeIdentity(network);
        OnnxFile.Write(
            new Model<float>(network, new Standardization<float>([1700000025, 1700000000025, 16777216.5], [25, 25, 0.5])),
            scratch["m.onnx"]);
        TensorBuffer<double> input = TensorBuffer.Copy<double>(
            new double[,] { { 1700000000, 1700000000000, 16777216 }, { 1700000050, 1700000000050, 16777217 } });
        Assert.Equal([-1f, -1, -1, 1, 1, 1], OnnxFileTests.Run<double, float>(scratch["m.onnx"], input));
    }

    /// <summary>Numbers at the ends of the range of double, too, for which a difference or a product would be infinite.</summary>
    [Property(MaxTest = 30)]
    public void Features_and_targets_are_those_of_the_model(ulong seed)
    {
        AssertSame<float>(seed, 3e-7);
        AssertSame<double>(seed, 1e-15);
    }

    [Fact]
    public void A_model_that_standardizes_nothing_keeps_the_precision_of_its_network()
    {
        var network = new NeuralNetwork<float>(2, 2, [], new ReLU<float>());
        MakeIdentity(network);
        OnnxFile.Write(new Model<float>(network), scratch["m.onnx"]);
        Assert.Equal([0.5f, 2], OnnxFileTests.Run<float, float>(scratch["m.onnx"], TensorBuffer.Copy<float>(new[] { 0.5f, 2 })));
    }

    private void AssertSame<T>(ulong seed, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Seeded(seed);
        var network = new NeuralNetwork<T>(Columns, Columns, [], new ReLU<T>());
        MakeIdentity(network);
        TensorBuffer<double> input = new(5, Columns);
        for (int column = 0; column < Columns; column++)
        {
            double size = column == 0 ? 1.7e308 : Math.Pow(10, random.Integer(-300, 300));
            double offset = column is 0 or 1 ? 0 : size * random.Integer(-1_000_000, 1_000_000);
            for (int row = 0; row < 5; row++)
            {
                input.View[row, column] = offset + (size * ((2 * random.Unit()) - 1));
            }
        }

        // The first column is negated by a mean at the other end of the range.
        Standardization<T> features = Standardization.Fit<T>(input.View);
        features = new([-1.5e308, .. features.Means.Skip(1)], [1e308, .. features.Deviations.Skip(1)]);
        var model = new Model<T>(network, features) { TargetStandardization = features };
        OnnxFile.Write(model, scratch["m.onnx"]);
        double[] actual = OnnxFileTests.Run<double, double>(scratch["m.onnx"], input);

        var inputs = new TensorBuffer<T>(5, Columns);
        model.PrepareInputs(input.View, inputs.View);
        double[] expected = new double[actual.Length];
        model.RestoreOutputs(network.Predict(inputs.View, network.CreateInferenceWorkspace(5)), expected.AsView(5, Columns));
        for (int i = 0; i < actual.Length; i++)
        {
            // If mean and product cancel, the error is that of the larger one.
            double size = Math.Max(Math.Abs(expected[i]), Math.Abs(features.Means[i % Columns]));
            Assert.True(
                double.IsFinite(actual[i]) && Math.Abs((actual[i] / size) - (expected[i] / size)) <= tolerance,
                $"column {i % Columns}: {actual[i]:R}, not {expected[i]:R}.");
            Assert.Equal(1, input.Span[i] / expected[i], Math.Abs(size / expected[i]) * 1e-6);
        }
    }

    private static void MakeIdentity<T>(NeuralNetwork<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        network.Parameters.Clear();
        for (int i = 0; i < network.InputSize; i++)
        {
            network.Weights[0][i, i] = T.One;
        }
    }
}
