namespace VecNet.Text;

/// <summary>How an <see cref="EncoderTrainer"/> trains.</summary>
/// <remarks>
/// <code>
/// var options = new FineTuningOptions { Epochs = 2, BatchSize = 64, Progress = step => Console.WriteLine(step.Loss) };
/// trainer.FitPairs(questions, answers, options);
/// </code>
/// </remarks>
public sealed record FineTuningOptions
{
    /// <summary>How often each sample is used; 1 by default.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>
    /// The number of samples of a step; 32 by default. The partners of the other pairs of a step are what a text is told from, so that
    /// large batches are better for pairs.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The highest learning rate; 2·10⁻⁵ by default. It rises in the first tenth of the steps, and falls linearly to 0 in the others.
    /// </summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>The weight decay of matrices; 0.01 by default. Biases and normalizations have none.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The factor of cosines in the loss of pairs; 20 by default.</summary>
    public double Scale { get; init; } = 20;

    /// <summary>The random seed of the order of the samples; the same seed and data give the same encoder, bit for bit.</summary>
    public ulong Seed { get; init; }

    /// <summary>The maximum number of threads, the caller's included; 1 by default. The result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Is called after each step, on the thread of the caller; null, which is the default, for nothing.</summary>
    public Action<FineTuningStep>? Progress { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check(string parameter)
    {
        Check(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Check(BatchSize >= 2, nameof(BatchSize), BatchSize, "2 or more");
        Check(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0");
        Check(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more");
        Check(Scale > 0 && double.IsFinite(Scale), nameof(Scale), Scale, "above 0");
        Check(Threads >= 1, nameof(Threads), Threads, "1 or more");

        void Check(bool isRight, string name, object value, string range)
        {
            if (!isRight)
            {
                throw new ArgumentOutOfRangeException(parameter, value, $"{name} must be {range}; it is {value}.");
            }
        }
    }
}

/// <summary>A step of an <see cref="EncoderTrainer"/>, for <see cref="FineTuningOptions.Progress"/>.</summary>
/// <param name="Step">The number of the step, from 1.</param>
/// <param name="Steps">The number of all steps.</param>
/// <param name="Loss">The mean loss of the samples of the step.</param>
/// <remarks>
/// <code>
/// Action&lt;FineTuningStep&gt; show = step => Console.Error.WriteLine($"step {step.Step} of {step.Steps}, loss {step.Loss:f3}");
/// </code>
/// </remarks>
public readonly record struct FineTuningStep(int Step, int Steps, double Loss);
