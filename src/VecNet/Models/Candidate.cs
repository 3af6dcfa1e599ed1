namespace VecNet;

/// <summary>A way to build and train a model that a search compares with others.</summary>
/// <param name="Name">A description for the user, such as "one hidden layer of 128, weight decay 0.1".</param>
/// <param name="Settings">The hyperparameters that do not depend on the number of rows.</param>
internal sealed record Candidate(string Name, Hyperparameters Settings)
{
    /// <summary>The smallest batch.</summary>
    private const int SmallestBatch = 8;

    /// <summary>Larger batches are not faster and need more epochs.</summary>
    private const int LargestBatch = 128;

    /// <summary>The number of epochs that a limit of steps leaves at least.</summary>
    private const int FewestEpochs = 10;

    /// <summary>The number of batches of an epoch where the batch is neither the smallest nor the largest.</summary>
    private const int BatchesInEpoch = 16;

    /// <summary>The largest number of steps, which limits the epochs where rows are many.</summary>
    internal int MostSteps { get; init; } = int.MaxValue;

    /// <summary>The smallest number of steps, for which very few rows need more epochs.</summary>
    internal int FewestSteps { get; init; }

    /// <summary>The weight decay, as a sum over all rows like the loss of ridge regression: it is divided by their number.</summary>
    internal double DecayPerRow { get; init; }

    /// <summary>The hyperparameters for a number of training rows.</summary>
    internal Hyperparameters For(int rows)
    {
        int batch = BatchFor(rows);
        int batches = int.Max(1, (rows + batch - 1) / batch);
        int epochs = int.Max(Settings.Epochs, FewestSteps / batches);
        epochs = int.Min(epochs, int.Max(FewestEpochs, MostSteps / batches));
        return Settings with
        {
            BatchSize = batch,
            Epochs = epochs,
            WeightDecay = Settings.WeightDecay + (DecayPerRow / rows),
        };
    }

    /// <summary>The number of rows in a batch: a power of two near a sixteenth of the rows.</summary>
    internal static int BatchFor(int rows) => int.Clamp(
        1 << (int)Math.Round(Math.Log2(Math.Max(1, (double)rows / BatchesInEpoch))), SmallestBatch, LargestBatch);
}
