namespace VecNet;

/// <content>A training without a comparison that ends when the time is over.</content>
internal sealed partial class RecipeTraining
{
    /// <summary>The limit of the time of a training without a comparison; null if there is none. A comparison has a limit itself.</summary>
    internal TimeBudget? Budget;

    /// <summary>Whether the time was over before the training was finished.</summary>
    internal bool TimeRanOut;

    /// <summary>Trains the network.</summary>
    /// <param name="observe">
    /// Called for each training with the list of its epochs, to which it adds what is reported, and the training itself, which it runs.
    /// </param>
    /// <param name="cancellationToken">The token that interrupts the training; <see cref="State"/> can then be saved.</param>
    /// <returns>
    /// The network, without layers that only training needs; when the time is over, the best one so far, and after one epoch at the
    /// earliest.
    /// </returns>
    /// <exception cref="InvalidDataException">The state to resume from is damaged.</exception>
    /// <exception cref="OperationCanceledException">The training has been canceled.</exception>
    internal NeuralNetwork<float> Train(
        Action<List<TrainingProgress>, Action<IProgress<TrainingProgress>>> observe, CancellationToken cancellationToken)
    {
        if (Budget is null || Search is not null)
        {
            return TrainToTheEnd(observe, cancellationToken);
        }

        using CancellationTokenSource timer = Budget.Timer();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return TrainToTheEnd(observe, either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            TimeRanOut = true;
        }

        if (BestSoFar() is { } best)
        {
            return best;
        }

        IsSelecting = false;
        hyperparameters = hyperparameters with { Epochs = 1, Trainings = 1 };
        trained = Prepare(task.Training);
        observe(History, progress => trainer!.Train(task.Training, null, progress, cancellationToken));
        return WithoutAugmentation(trained);
    }
}
