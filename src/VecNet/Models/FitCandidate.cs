namespace VecNet;

/// <summary>A model that was compared with others on rows that it was not trained on.</summary>
/// <param name="Description">The layers and the regularization.</param>
/// <param name="Score">The accuracy of a classifier, or R² of a regression model; null if there was not enough time to evaluate it.</param>
/// <param name="StandardError">The standard error of the score: that of a mean over the validation rows.</param>
/// <param name="Loss">
/// The mean loss by which models are compared: the Brier score plus the error rate of a classifier, or the mean squared error of a
/// regression model in units of the variance of the targets.
/// </param>
/// <param name="IsChosen">Whether the final model has these hyperparameters.</param>
public sealed record FitCandidate(string Description, double? Score, double? StandardError, double? Loss, bool IsChosen);
