namespace VecNet;

/// <summary>A model configuration that a search compares with others.</summary>
/// <param name="Name">A description for the user, such as "one hidden layer of 128, weight decay 0.1".</param>
/// <param name="Settings">The hyperparameters that do not depend on the number of rows.</param>
internal sealed record Candidate(string Name, Hyperparameters Settings)
{
    /// <summary>The smallest batch.</summary>
    private const int SmallestBatch = 8;

    /// <summary>Larger batches are not faster and need more epochs.</summary>
    private const int LargestBatch = 128;

    /// <summary>The minimum number of epochs, whatever the limit of steps.</summary>
    private const int FewestEpochs = 10;

    /// <summary>The number of batches per epoch, if the batch size is between its limits.</summary>
    private const int BatchesInEpoch = 16;

    /// <summary>The maximum number of steps, which limits the number of epochs for large datasets.</summary>
    internal int MostSteps = int.MaxValue;

    /// <summary>The maximum number of steps of a training whose result is only compared with others.</summary>
    internal int MostSearchedSteps = int.MaxValue;

    /// <summary>The minimum number of steps; very small datasets need more epochs to reach it.</summary>
    internal int FewestSteps;

    /// <summary>The weight decay for a loss that is summed over all rows, as in ridge regression; it is divided by their number.</summary>
    internal double DecayPerRow;

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

    /// <summary>The hyperparameters of a training whose result is only compared with others.</summary>
    internal Hyperparameters ForSearch(int rows) => (this with { MostSteps = int.Min(MostSteps, MostSearchedSteps) }).For(rows);

    /// <summary>The number of rows in a batch: a power of two near a sixteenth of the rows.</summary>
    internal static int BatchFor(int rows) => int.Clamp(
        1 << (int)Math.Round(Math.Log2(Math.Max(1, (double)rows / BatchesInEpoch))), SmallestBatch, LargestBatch);
}
