using System.Globalization;

namespace VecNet;

/// <summary>Describes what a search has chosen, and why.</summary>
internal static class RecipeSummary
{
    /// <summary>One sentence about the model.</summary>
    /// <param name="hyperparameters">How it was trained.</param>
    /// <param name="search">The search that chose them; null if there was none.</param>
    /// <param name="hasClasses">Whether the targets are classes.</param>
    /// <param name="obstacle">Why there was none; null if the options say so.</param>
    internal static string Of(Hyperparameters hyperparameters, RecipeSearch? search, bool hasClasses, string? obstacle)
    {
        string average = hyperparameters.Trainings > 1 ? $" (average of {hyperparameters.Trainings} trainings)" : "";
        if (search is { Chosen: null })
        {
            return "The training ended before models could be compared.";
        }

        if (search?.Chosen is not { } chosen)
        {
            string reason = obstacle is null ? "" : $", since {obstacle}";
            string model = hyperparameters.Sequences?.Description ?? Describe(hyperparameters.Hidden);
            return $"Chosen without a comparison{reason}: {model}{average}.";
        }

        ValidationScore score = search.Scores[chosen]!.Value;
        (double value, double error) = ScoreOf(score, hasClasses);
        string name = hasClasses ? "accuracy" : "R²";
        string text = $"Chosen: {search.Candidates[chosen].Name}{average}: {name} {Format(value)} ± {Format(error)} "
            + DivisionOf(search.Folds);
        int other = BestOther(search, chosen);
        return other < 0 ? $"{text}."
            : $"{text}; {search.Candidates[other].Name} has {Format(ScoreOf(search.Scores[other]!.Value, hasClasses).Value)}.";
    }

    /// <summary>The candidates with their scores.</summary>
    internal static IReadOnlyList<FitCandidate> CandidatesOf(RecipeSearch search, bool hasClasses)
    {
        IReadOnlyList<ValidationScore?> scores = search.Scores;
        int? chosen = search.Chosen;
        return
        [
            .. search.Candidates.Select((candidate, i) => scores[i] is { } score
                ? new FitCandidate(
                    candidate.Name, ScoreOf(score, hasClasses).Value, ScoreOf(score, hasClasses).Error, score.MeanLoss, i == chosen)
                : new FitCandidate(candidate.Name, null, null, null, IsChosen: false)),
        ];
    }

    /// <summary>The widths of the hidden layers of a network.</summary>
    internal static int[] HiddenSizesOf(NeuralNetwork<float> network) =>
        [.. Enumerable.Range(0, int.Max(0, network.Biases.Count - 1)).Select(layer => network.Biases[layer].Columns)];

    /// <summary>How the held-out rows are selected.</summary>
    internal static string DivisionOf(IReadOnlyList<RowSplit> folds) => folds.Count > 1
        ? $"in {(folds.Count > TableCandidates.Folds ? $"{folds.Count / TableCandidates.Folds} × " : "")}{TableCandidates.Folds}-fold "
            + "cross-validation"
        : string.Create(CultureInfo.InvariantCulture, $"on {(folds.Count == 0 ? 0 : folds[0].Test.Count):N0} held-out rows");

    /// <summary>The accuracy or R² with its standard error.</summary>
    internal static (double Value, double Error) ScoreOf(ValidationScore score, bool hasClasses) =>
        hasClasses ? (score.Accuracy, score.AccuracyError) : (1 - score.MeanLoss, score.LossError);

    /// <summary>
    /// The best candidate of the other kind: linear if a network was chosen, and a network if a linear model was; −1 if none.
    /// </summary>
    private static int BestOther(RecipeSearch search, int chosen)
    {
        bool isLinear = search.Candidates[chosen].Settings.Hidden.Length == 0;
        return Enumerable.Range(0, search.Candidates.Count)
            .Where(i => (search.Candidates[i].Settings.Hidden.Length == 0) != isLinear && search.Scores[i] is not null)
            .OrderBy(i => search.Scores[i]!.Value.MeanLoss)
            .DefaultIfEmpty(-1)
            .First();
    }

    private static string Describe(int[] hidden) => hidden.Length switch
    {
        0 => "a linear model",
        1 => $"one hidden layer of {hidden[0]}",
        _ => $"hidden layers of {string.Join(", ", hidden[..^1])} and {hidden[^1]}",
    };

    private static string Format(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
