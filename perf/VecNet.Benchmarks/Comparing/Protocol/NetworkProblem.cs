namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A network's first parameters, a batch, and its targets: the same in every process, from one seed.</summary>
internal sealed class NetworkProblem
{
    internal NetworkProblem(NetworkRow row)
    {
        (Widths, Batch) = (row.Widths, row.Batch);
        var random = new SplitMix64(1);
        Parameters = new float[2 * Layers][];
        for (int layer = 0; layer < Layers; layer++)
        {
            (int inputs, int outputs) = (Widths[layer], Widths[layer + 1]);
            double bound = Math.Sqrt(6.0 / (inputs + outputs));
            Parameters[2 * layer] = Uniform(inputs * outputs, random, -bound, bound);
            Parameters[(2 * layer) + 1] = Uniform(outputs, random, -0.5, 0.5);
        }

        Input = Uniform(Batch * Widths[0], random, 0, 1);
        Classes = OperationOperands<float>.RandomIndices(random, Batch, Widths[^1]);
        Values = Uniform(Batch * Widths[^1], random, 0, 1);
    }

    /// <summary>The learning rate of a training step: even the steepest loss here, of one sample, falls for several steps.</summary>
    internal static float LearningRate => 0.002f;

    /// <summary>Features from the input to the output.</summary>
    internal int[] Widths { get; }

    internal int Layers => Widths.Length - 1;

    internal int Batch { get; }

    /// <summary>Of layer after layer the weights, inputs × outputs by Glorot's bound, and the biases, of [−½, ½).</summary>
    internal float[][] Parameters { get; }

    /// <summary>Batch × first width, uniform numbers of [0, 1).</summary>
    internal float[] Input { get; }

    /// <summary>Whether the loss is the cross-entropy of <see cref="Classes"/>, or half the squared error of <see cref="Values"/>; means.</summary>
    internal bool Classifies => Widths[^1] > 1;

    /// <summary>The class of each row.</summary>
    internal int[] Classes { get; }

    /// <summary>Batch × last width, uniform numbers of [0, 1).</summary>
    internal float[] Values { get; }

    private static float[] Uniform(int count, SplitMix64 random, double low, double high) =>
        OperationOperands<float>.Uniform(random, 1, count, low, high).Span.ToArray();
}
