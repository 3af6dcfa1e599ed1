namespace VecNet.Benchmarks.Variants;

/// <summary>What is computed of a network.</summary>
public enum Passes
{
    /// <summary>The output: inference.</summary>
    Forward,

    /// <summary>Output, loss, and the gradients of all weights and biases.</summary>
    ForwardBackward,
}

/// <summary>A network with sigmoids between its layers, a batch, and what it shall put out: the same for every variant.</summary>
internal sealed class Problem
{
    internal Problem(string widths, int batch)
    {
        Widths = Parse(widths);
        Batch = batch;
        Network = new NeuralNetwork<float>(
            Widths[0], Widths[^1], Widths.AsSpan(1..^1), new Sigmoid<float>(), WeightInitialization.XavierUniform, seed: 1);
        var random = new SplitMix64(2);
        Input = [.. Enumerable.Range(0, batch * Widths[0]).Select(_ => (float)random.NextDouble())];
        Classes = [.. Enumerable.Range(0, batch).Select(_ => (int)(random.NextDouble() * Widths[^1]))];
        Values = [.. Enumerable.Range(0, batch * Widths[^1]).Select(_ => (float)random.NextDouble())];
    }

    /// <summary>Features from the input to the output.</summary>
    internal int[] Widths { get; }

    internal int Batch { get; }

    /// <summary>Where the variants take their weights and biases from.</summary>
    internal NeuralNetwork<float> Network { get; }

    /// <summary>Batch × first width.</summary>
    internal float[] Input { get; }

    /// <summary>Softmax cross-entropy against <see cref="Classes"/>, or else the squared error against <see cref="Values"/>.</summary>
    internal bool Classifies => Widths[^1] > 1;

    /// <summary>The class of each row.</summary>
    internal int[] Classes { get; }

    /// <summary>Batch × last width.</summary>
    internal float[] Values { get; }

    /// <summary>
    /// Operations of the matrix products: 2 · batch · inputs · outputs for each layer forward, the same for its weights' gradient, and for
    /// its input's gradient, which the first layer is not asked for.
    /// </summary>
    internal static double Operations(string widths, int batch, Passes passes)
    {
        int[] parsed = Parse(widths);
        double sum = 0;
        for (int layer = 0; layer < parsed.Length - 1; layer++)
        {
            int products = passes == Passes.Forward ? 1 : layer == 0 ? 2 : 3;
            sum += 2.0 * batch * parsed[layer] * parsed[layer + 1] * products;
        }

        return sum;
    }

    private static int[] Parse(string widths) => [.. widths.Split('-').Select(int.Parse)];
}
