using System.Numerics;

namespace VecNet.Text;

/// <summary>The steps that train the network of an encoder.</summary>
/// <param name="network">The network, with pooling as its last layer.</param>
/// <param name="texts">The tokens of the first text of each sample, and of the second one if samples have two.</param>
/// <param name="objective">The loss.</param>
/// <param name="options">The options, which have been checked.</param>
internal sealed class EncoderSteps<T>(
    NeuralNetwork<T> network, int[][][] texts, IEncoderObjective<T> objective, FineTuningOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double MaxGradientNorm = 1;

    /// <summary>The share of the steps in which the learning rate rises.</summary>
    private const double WarmupShare = 0.1;

    private Workspace<T>? workspace;

    private int Samples => texts[0].Length;

    /// <summary>Trains to the end.</summary>
    /// <returns>The mean loss of the last epoch.</returns>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled after a step.</exception>
    internal double Run(CancellationToken cancellationToken)
    {
        var optimizer = new AdamW<T>(options.LearningRate, weightDecay: options.WeightDecay);
        optimizer.AddGroup(network, parameter => parameter.Rows == 1, weightDecay: 0);
        int[] order = [.. Enumerable.Range(0, Samples)];
        SplitMix64 random = SplitMix64.ForStream(options.Seed, RandomStream.RowOrder);
        int perEpoch = (Samples + options.BatchSize - 1) / options.BatchSize, steps = checked(perEpoch * options.Epochs), step = 0;
        double mean = 0;
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            random.Shuffle(order.AsSpan());
            double sum = 0;
            for (int first = 0; first < Samples; first += options.BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<int> batch = order.AsSpan(first, int.Min(options.BatchSize, Samples - first));
                double loss = ForwardBackward(batch);
                if (!double.IsFinite(loss))
                {
                    throw new InvalidOperationException("The training diverged: the loss is not finite. A lower learning rate may help.");
                }

                GradientClipping.ByNorm(network.Gradients, MaxGradientNorm);
                optimizer.LearningRate = RateOf(step++, steps);
                network.Step(optimizer);
                objective.Step(optimizer.LearningRate);
                sum += loss * batch.Length;
                options.Progress?.Invoke(new(step, steps, loss));
            }

            mean = sum / Samples;
        }

        return mean;
    }

    /// <summary>The mean loss of some samples; the network has its gradient.</summary>
    internal double ForwardBackward(ReadOnlySpan<int> samples)
    {
        int[] offsets = new int[(texts.Length * samples.Length) + 1];
        int text = 0;
        foreach (int[][] part in texts)
        {
            foreach (int sample in samples)
            {
                offsets[text + 1] = offsets[text++] + part[sample].Length;
            }
        }

        int[] tokens = new int[offsets[^1]];
        text = 0;
        foreach (int[][] part in texts)
        {
            foreach (int sample in samples)
            {
                part[sample].CopyTo(tokens, offsets[text++]);
            }
        }

        if (workspace is null || workspace.Capacity < tokens.Length || workspace.SequenceCapacity < text)
        {
            workspace = null;
            workspace = network.CreateTrainingWorkspace((tokens.Length / 4 * 5) + 16, sequences: texts.Length * options.BatchSize);
            workspace.Threads = int.Min(options.Threads, Parallelism.MaxThreads);
        }

        ReadOnlyTensorView<T> vectors = network.Forward(tokens, new(offsets), workspace);
        double loss = objective.ForwardBackward(vectors, samples, workspace.GradOutput, workspace.Threads);
        network.Backward(workspace.GradOutput, workspace);
        return loss;
    }

    private double RateOf(int step, int steps)
    {
        int rising = int.Max(1, (int)(WarmupShare * steps));
        return options.LearningRate * (step < rising
            ? (step + 1.0) / rising
            : (double)(steps - step) / (steps - rising));
    }
}
