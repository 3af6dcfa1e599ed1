namespace VecNet;

/// <summary>How a model is chosen and trained for a table.</summary>
internal sealed class TableRecipe
{
    private readonly FitOptions options;
    private readonly IReadOnlyList<Candidate> candidates;
    private readonly IReadOnlyList<RowSplit> folds;
    private readonly Hyperparameters fallback;

    private TableRecipe(FitOptions options, IReadOnlyList<int> strata)
    {
        this.options = options;
        candidates = TableCandidates.Of(options, strata.Count);
        folds = candidates.Count < 2 ? [] : TableCandidates.Divide(options, strata);
        fallback = TableCandidates.Default(options, strata.Count).For(strata.Count);
    }

    /// <summary>The number of trainings of the search; 0 if there is none.</summary>
    internal int Trainings => candidates.Count * folds.Count;

    /// <summary>Whether models are compared.</summary>
    internal bool Searches => folds.Count > 0;

    /// <summary>The candidates.</summary>
    internal IReadOnlyList<Candidate> Candidates => candidates;

    /// <summary>A description for the user of how the held-out rows are selected.</summary>
    internal string Division => RecipeSummary.DivisionOf(folds);

    /// <summary>The recipe for the given options and the classes of the training rows.</summary>
    internal static TableRecipe For(FitOptions options, IReadOnlyList<int> strata) => new(options, strata);

    /// <summary>The hyperparameters without a search.</summary>
    internal Hyperparameters Fallback => fallback;

    /// <summary>The largest number of parameters that the final network may have.</summary>
    internal Int128 MostParameters(int features, int outputs) => candidates.Max(candidate => (candidate.Settings with
    {
        Hidden = [.. candidate.Settings.Hidden.Select(width => width * candidate.Settings.Trainings)],
    }).ParameterCount(features, outputs));

    /// <summary>The candidates, as a line of text.</summary>
    internal string DescribeNetworks(int features, int outputs) => Searches
        ? $"{features} → {outputs}, the best of: {string.Join("; ", candidates.Select(candidate => candidate.Name))}"
        : fallback.DescribeNetwork(features, outputs);

    /// <summary>A description for the user of what is known about the network before the search.</summary>
    internal string DescribeSearch(int features, int outputs)
    {
        string widths = options.HiddenSizes is { } given ? $"{string.Join(" → ", [features, .. given, outputs])}, " : "";
        return $"{widths}the best of {candidates.Count} {Division}";
    }

    /// <summary>The trainings, as a line of text.</summary>
    internal string DescribeTraining()
    {
        string epochs = options.Epochs is { } given ? $", {given} epochs" : "";
        string budget = options.Budget is { } limit ? $", budget {limit}" : "";
        return $"{(Searches ? Division : fallback.DescribeTraining())}{epochs}, seed {options.Seed}{budget}";
    }

    /// <summary>The error message for a network that is too large for an ordinary machine; null if none is too large.</summary>
    internal string? FindExcess(int features, int outputs) => candidates
        .Select(candidate => candidate.Settings.FindExcess(features, outputs))
        .FirstOrDefault(excess => excess is not null);

    /// <summary>The training, which has not begun.</summary>
    /// <param name="task">The training rows, and the loss.</param>
    /// <param name="threads">The number of threads, which does not affect the result.</param>
    /// <param name="searched">Called after each training of the search, on the caller's thread.</param>
    /// <param name="from">The state to resume from; null to start from the beginning.</param>
    internal RecipeTraining Training(TrainingTask task, int threads, Action<SearchProgress> searched, RecipeState? from = null)
    {
        RecipeSearch? search = null;
        TimeBudget? budget = TimeBudget.Of(options.Budget, options.Time);
        if (Searches)
        {
            search = new(candidates, folds)
            {
                Progress = searched,
                Budget = budget,
            };
            search.Resume(from?.Search ?? []);
        }

        return new(fallback, task, from) { Threads = threads, Search = search, Budget = budget };
    }
}
