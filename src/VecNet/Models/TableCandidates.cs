using System.Globalization;

namespace VecNet;

/// <summary>The models that are compared for a table, and the rows that decide.</summary>
/// <remarks>
/// <para>
/// They were chosen on thirty tables from mlbench and scikit-learn and synthetic ones; only the training rows of twelve of them were used.
/// The following values are the mean accuracy or R² on the held-out rows of 22 small tables, where the better of scikit-learn's linear
/// model and its MLP has 0.852. One network, SGD, 64 units, dropout 0.2, weight decay 3e-3, 200 epochs (the default before): 0.845. AdamW,
/// average of five: 128 units, weight decay 0.1, 100 epochs: 0.851; weight decay 1: 0.837, but better by 0.02 where noise is strong; 256
/// units, 200 epochs: 0.849, and better by up to 0.03 where there is none. SGD with more units diverges on some regressions. No candidate
/// is the best everywhere, which is why they are compared.
/// </para>
/// <para>
/// Candidates are compared by the Brier score plus the error rate, which varies less than the accuracy if few rows are held out, and
/// penalizes overconfidence less than the cross-entropy. Preferring simpler models within half a standard error costs 0.003 to 0.005.
/// </para>
/// <para>
/// With many rows, one training of at most 4,000 steps has 0.968 and 0.971 on two splits of the training rows of LetterRecognition, and
/// 0.892 and 0.910 on those of Satellite; the average of two of at most 5,000 has 0.968, 0.973, 0.894 and 0.906. Two hidden layers of 256
/// have 0.960 on 11,250 rows of LetterRecognition, one of 256 has 0.945, one of 512 has 0.942, and scikit-learn's MLP has 0.944 (November
/// 2026).
/// </para>
/// </remarks>
internal static class TableCandidates
{
    /// <summary>The minimum number of rows for a single held-out part; with fewer rows, cross-validation is used.</summary>
    internal const int FewestRowsForHoldOut = 2000;

    /// <summary>The number of folds of the cross-validation.</summary>
    internal const int Folds = 5;

    /// <summary>The number of validated rows up to which the cross-validation of few rows is repeated with other folds.</summary>
    private const int RepeatedRows = 1000;

    /// <summary>The largest number of repetitions of the cross-validation.</summary>
    private const int MostRepeats = 3;

    /// <summary>The fraction of the rows that is held out from a large table.</summary>
    internal const double HeldOutShare = 0.2;

    /// <summary>The minimum number of rows for a comparison of models.</summary>
    private const int FewestRows = 10;

    /// <summary>The largest number of rows that a search trains a candidate with.</summary>
    private const int MostSearchedRows = 10_000;

    /// <summary>The weight decay of networks without a search.</summary>
    private const double DefaultDecay = 0.1;

    /// <summary>The smallest number of steps of a training.</summary>
    private const int FewestSteps = 500;

    /// <summary>The largest number of steps of a training, if that leaves enough epochs.</summary>
    private const int MostSteps = 4000;

    /// <summary>
    /// The largest number of steps of a training that is only compared with others, if a part of a large table is held out. Of thirteen
    /// such tables, twelve have the same score with 4,000. With 1,200 the choice is another for six, since short trainings overfit less.
    /// </summary>
    private const int MostSearchedSteps = 2500;

    /// <summary>The candidates, simple ones first.</summary>
    /// <param name="options">The options, which may fix some of the hyperparameters.</param>
    /// <param name="rows">The number of training rows.</param>
    internal static IReadOnlyList<Candidate> Of(FitOptions options, int rows)
    {
        Candidate[] networks = rows >= FewestRowsForHoldOut
            ?
            [
                Network([256], decay: 1, dropout: 0.1, epochs: 100, trainings: 1),
                Network([256, 256], decay: 1, dropout: 0.1, epochs: 100, trainings: 1),
                Network([256, 256], decay: DefaultDecay, dropout: 0.1, epochs: 100, trainings: 1),
            ]
            :
            [
                Network([128], decay: 1, dropout: 0.1, epochs: 100, trainings: 8),
                Network([128], decay: 0.3, dropout: 0.1, epochs: 60, trainings: 8),
                Network([128], decay: DefaultDecay, dropout: 0.1, epochs: 100, trainings: 8),
                Network([256], decay: DefaultDecay, dropout: 0.3, epochs: 200, trainings: 8),
            ];
        IEnumerable<Candidate> all = options.HiddenSizes switch
        {
            null => [.. Linear(), .. networks],
            [] => Linear(),
            { } widths => networks
                .Select(candidate => candidate.Settings)
                .DistinctBy(settings => settings.WeightDecay)
                .Select(settings => Network([.. widths], settings.WeightDecay, settings.Dropout, settings.Epochs, trainings: 1)),
        };
        return
        [
            .. all.Select(candidate => candidate with
            {
                Settings = candidate.Settings with { Seed = options.Seed, Epochs = options.Epochs ?? candidate.Settings.Epochs },
                FewestSteps = options.Epochs is null ? FewestSteps : 0,
                MostSteps = options.Epochs is null ? MostSteps : int.MaxValue,
                MostSearchedSteps = options.Epochs is null && rows >= FewestRowsForHoldOut ? MostSearchedSteps : int.MaxValue,
            }),
        ];
    }

    /// <summary>The candidate for a training without a search.</summary>
    internal static Candidate Default(FitOptions options, int rows)
    {
        IReadOnlyList<Candidate> all = Of(options, rows);
        return all.FirstOrDefault(candidate => candidate.Settings.WeightDecay == DefaultDecay) ?? all[0];
    }

    /// <summary>The divisions of the rows for a search; empty if there are too few.</summary>
    /// <param name="options">The options: a share of validation rows, and the seed.</param>
    /// <param name="strata">The class of each training row.</param>
    internal static IReadOnlyList<RowSplit> Divide(FitOptions options, IReadOnlyList<int> strata)
    {
        int[] rows = [.. Enumerable.Range(0, strata.Count)];
        SplitMix64 random = SplitMix64.ForStream(options.Seed, 3);
        if (options.ValidationShare is 0 || rows.Length < FewestRows)
        {
            return [];
        }

        if (options.ValidationShare is null && rows.Length < FewestRowsForHoldOut)
        {
            int repeats = int.Clamp(RepeatedRows / rows.Length, 1, MostRepeats);
            return [.. Enumerable.Range(0, repeats).SelectMany(_ => FoldsOf(rows, strata, random))];
        }

        RowSplit split = RowSplit.Stratified(rows, strata, options.ValidationShare ?? HeldOutShare, random);
        if (split.Test.Count == 0)
        {
            return [];
        }

        if (options.ValidationShare is null && split.Training.Count > MostSearchedRows)
        {
            double share = 1 - ((double)MostSearchedRows / split.Training.Count);
            split = split with { Training = RowSplit.Stratified(split.Training, strata, share, random).Training };
        }

        return [split];
    }

    private static Candidate[] Linear() => [Linear(decayPerRow: 1), Linear(decayPerRow: 10)];

    private static Candidate Linear(double decayPerRow) => new(
        string.Create(CultureInfo.InvariantCulture, $"a linear model, weight decay {decayPerRow} / rows"),
        new() { Hidden = [], IsAdaptive = true, LearningRate = 0.02, Epochs = 100 })
    {
        DecayPerRow = decayPerRow,
    };

    private static Candidate Network(int[] hidden, double decay, double dropout, int epochs, int trainings)
    {
        string layers = hidden.Length == 1 ? $"one hidden layer of {hidden[0]}" : $"hidden layers of {string.Join(" and ", hidden)}";
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{layers}, dropout {dropout}, weight decay {decay}"),
            new()
            {
                Hidden = hidden,
                Dropout = dropout,
                Epochs = epochs,
                WeightDecay = decay,
                IsAdaptive = true,
                LearningRate = hidden.Length < 2 ? 0.01 : 0.003,
                Trainings = trainings,
            });
    }

    /// <summary>Stratified folds: the members of each class are dealt out one by one.</summary>
    private static RowSplit[] FoldsOf(int[] rows, IReadOnlyList<int> strata, SplitMix64 random)
    {
        int[] foldOf = new int[rows.Length];
        int next = 0;
        foreach (IGrouping<int, int> group in rows.GroupBy(row => strata[row]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            random.Shuffle(members.AsSpan());
            foreach (int row in members)
            {
                foldOf[row] = next++ % Folds;
            }
        }

        return [.. Enumerable.Range(0, Folds).Select(fold => new RowSplit(
            [.. rows.Where(row => foldOf[row] != fold)], [.. rows.Where(row => foldOf[row] == fold)]))];
    }
}
