using System.Numerics.Tensors;

namespace VecNet.Cli.GradientChecks;

/// <summary>The network of a saved model and its loss, with respect to its input and every parameter.</summary>
internal static class ModelSubject
{
    private const int Rows = 3;

    /// <summary>The largest number of elements of each tensor that are checked: more would take minutes for a large model.</summary>
    private const int MostElements = 200;

    /// <summary>The number of batches to choose from.</summary>
    private const int Attempts = 64;

    /// <summary>
    /// The step is so short that no unit crosses a kink, at the distance from kinks that <see cref="FarFromKinks"/> reaches. The rounding
    /// error of the finite differences, about 1e-10 of the value, is still a thousandth of the tolerance.
    /// </summary>
    private static readonly GradientCheckOptions Options = new() { Step = 1e-6, MostElements = MostElements };

    /// <summary>Loads the model.</summary>
    /// <exception cref="UserErrorException">The file is not a model that can be used.</exception>
    internal static GradientCheckSubject Of(string path)
    {
        SavedModel.Load(path, out SafetensorsFile file);
        Model<double> model = Model.Load<double>(file);
        NeuralNetwork<double> network = model.Network;
        bool isRegression = network.OutputSize == 1 && model.ClassNames is null;
        return new(
            "model",
            Path.GetFileName(path),
            c =>
            {
                var batch = c with { Rows = Rows, Columns = network.InputSize };
                TensorBuffer<double> input = FarFromKinks(model, batch);
                int[] offsets = SampleSequences.Offsets(Rows);
                int[] classes = LeastLikely(
                    network.Predict(input.View, new(offsets), network.CreateInferenceWorkspace(Rows, offsets.Length - 1)));
                TensorBuffer<double> values = batch.Values(classes.Length, network.OutputSize, 4);
                ILoss<double> loss = isRegression ? new MeanSquaredError<double>() : new SoftmaxCrossEntropy<double>();
                return GradientCheck.Network(
                    network,
                    input.View,
                    (prediction, gradient) => loss.ForwardBackward(prediction, isRegression ? values.View : classes, gradient),
                    Options,
                    c.Seed,
                    new(offsets));
            },
            Cases: 2);
    }

    /// <summary>
    /// Gets the class with the lowest output in each row. Its loss is at least as large as the differences between the outputs, whose
    /// rounding error the tolerance thus covers; the loss of a class that a trained model is certain of is close to 0.
    /// </summary>
    private static int[] LeastLikely(ReadOnlyTensorView<double> outputs)
    {
        int[] classes = new int[outputs.Rows];
        for (int row = 0; row < classes.Length; row++)
        {
            classes[row] = TensorPrimitives.IndexOfMin(outputs.Row(row));
        }

        return classes;
    }

    /// <summary>
    /// Chooses, of several batches, the one whose units have the largest distance from their kinks, in training passes with the masks that
    /// the check will draw.
    /// </summary>
    private static TensorBuffer<double> FarFromKinks(Model<double> model, GradientCheckSample batch)
    {
        var probes = new KinkProbes(model.Network);
        TensorBuffer<double>? best = null;
        double furthest = -1;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            TensorBuffer<double> input = batch.Values(Rows, batch.Columns, 100 + attempt);
            double nearest = probes.NearestKink(input, batch.Seed);
            if (nearest > furthest)
            {
                (best, furthest) = (input, nearest);
            }
        }

        return best!;
    }
}
