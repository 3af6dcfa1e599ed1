namespace VecNet;

/// <summary>Compares candidates by their errors on rows that are held out, and chooses the best.</summary>
/// <param name="candidates">The candidates; those before a slower one are simpler.</param>
/// <param name="folds">The divisions of the training rows; each candidate is trained once for each.</param>
internal sealed class RecipeSearch(IReadOnlyList<Candidate> candidates, IReadOnlyList<RowSplit> folds)
{
    /// <summary>The first stream of random numbers for the trainings of the folds; those of the final trainings are below.</summary>
    private const ulong FoldStream = 1 << 20;

    private readonly FoldResult?[,] results = new FoldResult?[candidates.Count, folds.Count];

    /// <summary>The candidates.</summary>
    internal IReadOnlyList<Candidate> Candidates => candidates;

    /// <summary>The divisions of the training rows.</summary>
    internal IReadOnlyList<RowSplit> Folds => folds;

    /// <summary>Called after each training, on the caller's thread.</summary>
    internal Action<SearchProgress>? Progress;

    /// <summary>The time limit; null if there is none.</summary>
    internal TimeBudget? Budget;

    /// <summary>The number of finished trainings.</summary>
    internal int Finished;

    /// <summary>Whether there was not enough time for all candidates.</summary>
    internal bool WasCutShort => Finished < candidates.Count * folds.Count;

    /// <summary>The scores of the candidates that have been trained for all folds; null for the others.</summary>
    internal IReadOnlyList<ValidationScore?> Scores => [.. Enumerable.Range(0, candidates.Count).Select(ScoreOf)];

    /// <summary>The number of the candidate with the lowest loss; null if there is none.</summary>
    internal int? Chosen => Scores
        .Select((score, index) => (Loss: score?.MeanLoss ?? double.NaN, Index: (int?)index))
        .Where(one => double.IsFinite(one.Loss))
        .OrderBy(one => one.Loss)
        .FirstOrDefault()
        .Index;

    /// <summary>The epochs of the first training of the chosen candidate, with validation losses.</summary>
    internal IReadOnlyList<TrainingProgress> ChosenHistory => Chosen is { } chosen ? results[chosen, 0]!.History : [];

    /// <summary>
    /// The hyperparameters of the chosen candidate for all rows, or of the first one if there was not enough time for any.
    /// </summary>
    /// <remarks>With a budget, the number of trainings, and then that of epochs, is reduced to what is likely to fit into it.</remarks>
    /// <exception cref="InvalidOperationException">All candidates have diverged.</exception>
    internal Hyperparameters ChosenFor(TrainingTask task)
    {
        if (Chosen is null && !WasCutShort)
        {
            throw new InvalidOperationException("The training diverged: no candidate has a finite loss.");
        }

        Candidate candidate = candidates[Chosen ?? 0];
        int rows = task.Training.Rows;
        Hyperparameters settings = candidate.For(rows);
        if (Budget is null)
        {
            return settings;
        }

        double networks = Budget.ShareOf(WorkOf(Chosen ?? 0, rows, task));
        return settings with
        {
            Trainings = int.Clamp((int)Math.Min(networks, int.MaxValue), 1, settings.Trainings),
            Epochs = int.Max(1, (int)(settings.Epochs * Math.Min(1, networks))),
        };
    }

    /// <summary>The results so far, for a checkpoint.</summary>
    internal IReadOnlyList<SavedFold> State
    {
        get
        {
            List<SavedFold> state = [];
            foreach ((int candidate, int fold) in Jobs)
            {
                if (results[candidate, fold] is { } result)
                {
                    state.Add(new(candidate, fold, result.Score, result.History));
                }
            }

            return state;
        }
    }

    private IEnumerable<(int Candidate, int Fold)> Jobs => Enumerable.Range(0, candidates.Count)
        .SelectMany(candidate => Enumerable.Range(0, folds.Count).Select(fold => (candidate, fold)));

    /// <summary>Restores the results of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">They are not those of this search.</exception>
    internal void Resume(IEnumerable<SavedFold> state)
    {
        foreach (SavedFold saved in state)
        {
            if ((uint)saved.Candidate >= (uint)candidates.Count || (uint)saved.Fold >= (uint)folds.Count)
            {
                throw new InvalidDataException(
                    $"the checkpoint is damaged: it has fold {saved.Fold} of candidate {saved.Candidate}, which does not exist.");
            }

            results[saved.Candidate, saved.Fold] = new(saved.Score, null, saved.History);
            Finished++;
        }
    }

    /// <summary>Trains the candidates; those whose results are known are not trained again.</summary>
    /// <exception cref="OperationCanceledException">The search was canceled; <see cref="State"/> has what was finished.</exception>
    internal void Run(TrainingTask task, int threads, CancellationToken cancellationToken)
    {
        (int Candidate, int Fold)[] all = [.. Jobs.Where(job => results[job.Candidate, job.Fold] is null)];
        if (Budget is null)
        {
            Run(all, task, threads, cancellationToken);
            return;
        }

        foreach (IGrouping<int, (int Candidate, int Fold)> group in all.GroupBy(job => job.Candidate))
        {
            double work = group.Sum(job => WorkOfSearch(job.Candidate, folds[job.Fold].Training.Count, task));
            if (!Budget.Allows(work, reserved: WorkOfFinal(group.Key, task)))
            {
                return;
            }

            long begin = Budget.Time.GetTimestamp();
            Run([.. group], task, threads, cancellationToken);
            Budget.Learn(work, Budget.Time.GetElapsedTime(begin));
        }
    }

    /// <summary>
    /// The average of the networks of the best candidate that has been trained for all folds, or else the first network that there is; null
    /// if there is none.
    /// </summary>
    internal NeuralNetwork<float>? BestSoFar()
    {
        FoldResult[] best = Chosen is { } chosen ? [.. ResultsOf(chosen)] : [.. results.Cast<FoldResult?>().OfType<FoldResult>()];
        NeuralNetwork<float>[] networks = [.. best.Select(result => result.Network).OfType<NeuralNetwork<float>>()];
        return networks.Length == 0 ? null
            : Chosen is { } average ? NetworkAverage.Of(networks, candidates[average].Settings)
            : networks[0];
    }

    private void Run((int Candidate, int Fold)[] jobs, TrainingTask task, int threads, CancellationToken cancellationToken)
    {
        var done = new FoldResult[jobs.Length];
        ParallelTrainings.Run(
            jobs.Length,
            threads,
            job => done[job] = Train(jobs[job].Candidate, jobs[job].Fold, task, int.Max(1, threads / jobs.Length), cancellationToken),
            job =>
            {
                (int candidate, int fold) = jobs[job];
                results[candidate, fold] = done[job];
                Finished++;
                Progress?.Invoke(new(
                    Finished, candidates.Count * folds.Count, candidates[candidate], done[job].Last, ScoreOf(candidate)));
            });
    }

    private FoldResult Train(int candidate, int fold, TrainingTask task, int threads, CancellationToken cancellationToken)
    {
        Dataset<float> training = task.Training.Select([.. folds[fold].Training]);
        Dataset<float> validation = task.Training.Select([.. folds[fold].Test]);
        Hyperparameters settings = candidates[candidate].ForSearch(training.Rows);
        ulong seed = SplitMix64.ForStream(settings.Seed, FoldStream + (ulong)fold).Next();
        (NeuralNetwork<float> network, Trainer<float> trainer) =
            SingleTraining.Prepare(settings with { Seed = seed }, task, training.Rows, threads);
        var history = new List<TrainingProgress>();
        TrainingProgress last = trainer.Train(
            training, fold == 0 ? validation : null, fold == 0 ? new ListProgress(history) : null, cancellationToken);
        return new(ValidationScore.Of(network, validation), network, history) { Last = last };
    }

    private IEnumerable<FoldResult> ResultsOf(int candidate) =>
        Enumerable.Range(0, folds.Count).Select(fold => results[candidate, fold]).OfType<FoldResult>();

    private ValidationScore? ScoreOf(int candidate)
    {
        FoldResult[] all = [.. ResultsOf(candidate)];
        return all.Length < folds.Count ? null : all.Aggregate(default(ValidationScore), (sum, result) => sum + result.Score) with
        {
            Repeats = folds.Count / TableCandidates.Folds,
        };
    }

    private double WorkOf(int candidate, int rows, TrainingTask task) =>
        candidates[candidate].For(rows).WorkOf(rows, task.Training.Features.Columns, task.Outputs);

    private double WorkOfSearch(int candidate, int rows, TrainingTask task) =>
        candidates[candidate].ForSearch(rows).WorkOf(rows, task.Training.Features.Columns, task.Outputs);

    private double WorkOfFinal(int candidate, TrainingTask task) =>
        candidates[candidate].Settings.Trainings * WorkOf(candidate, task.Training.Rows, task);

    /// <summary>The result of one training.</summary>
    private sealed class FoldResult(ValidationScore score, NeuralNetwork<float>? network, IReadOnlyList<TrainingProgress> history)
    {
        internal readonly ValidationScore Score = score;
        internal readonly NeuralNetwork<float>? Network = network;
        internal readonly IReadOnlyList<TrainingProgress> History = history;

        internal TrainingProgress Last;
    }

    private sealed class ListProgress(List<TrainingProgress> history) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => history.Add(value);
    }
}

/// <summary>A finished training of a search, as it is saved in a checkpoint.</summary>
internal sealed class SavedFold(int candidate, int fold, ValidationScore score, IReadOnlyList<TrainingProgress> history)
{
    internal readonly int Candidate = candidate;
    internal readonly int Fold = fold;
    internal readonly ValidationScore Score = score;
    internal readonly IReadOnlyList<TrainingProgress> History = history;
}

/// <summary>The progress of a search after a training.</summary>
internal readonly struct SearchProgress(int finished, int total, Candidate candidate, TrainingProgress last, ValidationScore? score)
{
    /// <summary>The number of finished trainings.</summary>
    internal readonly int Finished = finished;

    /// <summary>The number of trainings.</summary>
    internal readonly int Total = total;

    /// <summary>The candidate that was trained.</summary>
    internal readonly Candidate Candidate = candidate;

    /// <summary>The last epoch of the training.</summary>
    internal readonly TrainingProgress Last = last;

    /// <summary>The score of the candidate, if all its trainings are finished.</summary>
    internal readonly ValidationScore? Score = score;
}
