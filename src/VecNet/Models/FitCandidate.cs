namespace VecNet;

/// <summary>A model that was compared with others on rows that it was not trained on.</summary>
public sealed class FitCandidate
{
    internal FitCandidate(string description, double? score, double? standardError, double? loss, bool isChosen) =>
        (Description, Score, StandardError, Loss, IsChosen) = (description, score, standardError, loss, isChosen);

    /// <summary>The layers and the regularization.</summary>
    public string Description { get; }

    /// <summary>The accuracy of a classifier, or R² of a regression model; null if there was not enough time to evaluate it.</summary>
    public double? Score { get; }

    /// <summary>The standard error of the score: that of a mean over the validation rows.</summary>
    public double? StandardError { get; }

    /// <summary>
    /// The mean loss by which models are compared: the Brier score plus the error rate of a classifier, or the mean squared error of a
    /// regression model in units of the variance of the targets.
    /// </summary>
    public double? Loss { get; }

    /// <summary>Whether the final model has these hyperparameters.</summary>
    public bool IsChosen { get; }
}
