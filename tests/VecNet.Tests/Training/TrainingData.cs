namespace VecNet.Tests;

/// <summary>Small made-up data, by seed.</summary>
internal static class TrainingData
{
    /// <summary>Two classes: a disc, and a ring around it.</summary>
    public static Dataset<double> TwoRings(int rows, ulong seed)
    {
        var random = new SplitMix64(seed);
        var features = new TensorBuffer<double>(rows, 2);
        int[] classes = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            classes[row] = row % 2;
            double radius = (classes[row] == 0 ? 0.5 : 1.5) + (0.15 * random.NextNormal());
            double angle = 2 * Math.PI * random.NextDouble();
            features.View[row, 0] = radius * Math.Cos(angle);
            features.View[row, 1] = radius * Math.Sin(angle);
        }

        return new(features, classes);
    }

    /// <summary>y = (sin x₀, x₀·x₁) for x of [−1, 1]².</summary>
    public static Dataset<double> Surface(int rows, ulong seed)
    {
        var random = new SplitMix64(seed);
        var features = new TensorBuffer<double>(rows, 2);
        var values = new TensorBuffer<double>(rows, 2);
        for (int row = 0; row < rows; row++)
        {
            double x = (2 * random.NextDouble()) - 1;
            double y = (2 * random.NextDouble()) - 1;
            (features.View[row, 0], features.View[row, 1]) = (x, y);
            (values.View[row, 0], values.View[row, 1]) = (Math.Sin(x), x * y);
        }

        return new(features, values);
    }
}
