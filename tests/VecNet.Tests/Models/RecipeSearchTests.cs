namespace VecNet.Tests;

public sealed class RecipeSearchTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    /// <summary>A sum of columns with noise is linear, and the sign of a product is not.</summary>
    [Fact]
    public void A_linear_model_is_chosen_where_it_is_best_and_only_there()
    {
        (float[][] features, double[] noise) = Rows(120, 30, seed: 1);
        double[] sums = [.. features.Zip(noise, (row, error) => row[..8].Sum() + error)];
        Regressor linear = Regressor.Fit(features, sums, cancellationToken: Token);
        Assert.Empty(linear.Report!.HiddenSizes);
        Assert.Contains("; one hidden layer of ", linear.Report.Summary, StringComparison.Ordinal);

        (float[][] training, float[][] test) = (Rows(400, 2, seed: 2).Features, Rows(400, 2, seed: 3).Features);
        Classifier<bool> network = Classifier.Fit(training, [.. training.Select(Label)], cancellationToken: Token);
        Assert.Single(network.Report!.HiddenSizes);
        Assert.True(network.Predict(test).Zip(test, (found, row) => found.Label == Label(row) ? 1.0 : 0).Average() > 0.93);

        static bool Label(float[] row) => row[0] * row[1] > 0;
    }

    [Theory]
    [InlineData(90)]
    [InlineData(2500)]
    public void The_number_of_threads_changes_no_bit(int rows)
    {
        (float[][] features, double[] noise) = Rows(rows, 3, seed: 4);
        double[] values = [.. features.Zip(noise, (row, error) => (row[0] * row[1]) + (0.3 * error))];
        Regressor[] models = [.. new[] { 1, 2, 5 }.Select(threads => Regressor.Fit(
            features, values, new() { Epochs = 3, Threads = threads, Seed = 8 }, cancellationToken: Token))];
        Assert.Single(models.Select(model => model.Model.GetParametersHash()).Distinct());
        Assert.Single(models.Select(model => string.Join(';', model.Report!.Candidates)).Distinct());
        Assert.NotEqual(
            models[0].Model.GetParametersHash(),
            Regressor.Fit(features, values, new() { Epochs = 3, Seed = 9 }, cancellationToken: Token).Model.GetParametersHash());
    }

    /// <summary>After every number of finished trainings, a checkpoint leads to the same network as no interruption.</summary>
    [Fact]
    public void Interrupted_anywhere_a_search_goes_on_to_the_same_bits()
    {
        TrainingTask task = Task(80);
        TableRecipe recipe = TableRecipe.For(new() { Epochs = 2 }, task.Training.Targets.Classes.ToArray());
        string expected = Hash(recipe.Training(task, 1, _ => { }).Train(Ignored, Token));
        foreach (int interruption in new[] { 1, 5, 8, recipe.Trainings })
        {
            using var source = new CancellationTokenSource();
            int finished = 0;
            RecipeTraining first = recipe.Training(task, 2, _ => CancelAt(interruption, ref finished, source));
            Assert.Throws<OperationCanceledException>(() => first.Train(Ignored, source.Token));
            RecipeState state = Stored(first.State());
            Assert.InRange(state.Search.Count, interruption, recipe.Trainings);
            int trained = 0;
            RecipeTraining second = recipe.Training(task, 3, _ => trained++, state);
            Assert.Equal(expected, Hash(second.Train(Ignored, Token)));
            Assert.Equal(recipe.Trainings - state.Search.Count, trained);
        }
    }

    [Fact]
    public void A_checkpoint_with_other_trainings_is_refused()
    {
        TrainingTask task = Task(80);
        TableRecipe recipe = TableRecipe.For(new() { Epochs = 1 }, task.Training.Targets.Classes.ToArray());
        foreach ((int candidate, int fold) in new[] { (6, 0), (0, 15), (-1, 0) })
        {
            var state = new RecipeState(false, [], [], null) { Search = [new(candidate, fold, new(1, 1, 1, 1), [])] };
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => recipe.Training(task, 1, _ => { }, state));
            Assert.Contains($"fold {fold} of candidate {candidate}", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The clock goes on by a second with each look: the first candidate fits into the time, and the last does not.</summary>
    [Fact]
    public void When_time_runs_out_the_best_so_far_is_trained()
    {
        Classifier<int> model = Classifier.Fit(
            Flowers.Features, Flowers.Numbers, new() { Budget = TimeSpan.FromSeconds(6), Time = new Impatience() },
            cancellationToken: Token);
        FitCandidate[] candidates = [.. model.Report!.Candidates];
        Assert.NotNull(candidates[0].Score);
        Assert.Null(candidates[^1].Score);
        Assert.Single(candidates, candidate => candidate.IsChosen);
        Assert.False(model.Report.WasCanceled);
        Assert.True(model.Report.History.Count >= 1);

        Classifier<int> ample = Classifier.Fit(
            Flowers.Features, Flowers.Numbers, new() { Budget = TimeSpan.FromDays(3), Time = new Impatience(), Epochs = 2 },
            cancellationToken: Token);
        Assert.Equal(
            Classifier.Fit(Flowers.Features, Flowers.Numbers, new() { Epochs = 2 }, cancellationToken: Token).Model.GetParametersHash(),
            ample.Model.GetParametersHash());
    }

    /// <summary>Where nothing is compared, as with texts, the training itself ends: after an epoch at the earliest.</summary>
    [Fact]
    public void A_training_without_a_comparison_ends_when_the_time_is_over()
    {
        FitOptions endless = new() { ValidationShare = 0, Epochs = 100_000, Budget = TimeSpan.FromMilliseconds(200) };
        string[] texts = [.. Flowers.Names.Select((name, row) => $"{name} {row % 5}")];
        foreach (TimeSpan budget in new[] { endless.Budget.Value, TimeSpan.FromTicks(1) })
        {
            FitReport[] reports =
            [
                Classifier.Fit(Flowers.Features, Flowers.Numbers, endless with { Budget = budget }, cancellationToken: Token).Report!,
                TextClassifier.Fit(texts, Flowers.Numbers, endless with { Budget = budget }, cancellationToken: Token).Report!,
                TextClassifier.Fit(
                    texts, Flowers.Numbers, endless with { Budget = budget, ValidationShare = 0.3 }, cancellationToken: Token).Report!,
            ];
            Assert.All(reports, report =>
            {
                Assert.EndsWith(" The time was over before the training was finished.", report.Summary, StringComparison.Ordinal);
                Assert.False(report.WasCanceled);
                Assert.Equal(1, report.Trainings);
                Assert.True(report.History.Count + report.SelectionHistory.Count > 0);
            });
        }

        Assert.DoesNotContain(
            "The time",
            TextClassifier.Fit(texts, Flowers.Numbers, new() { Budget = TimeSpan.MaxValue }, cancellationToken: Token).Report!.Summary,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_have_every_row_once_and_the_share_of_each_class()
    {
        int[] classes = [.. Enumerable.Range(0, 103).Select(row => row % 10 == 0 ? 1 : 0)];
        IReadOnlyList<RowSplit> folds = TableCandidates.Divide(new(), classes);
        Assert.Equal(15, folds.Count);
        Assert.All(folds.Chunk(5), five => Assert.Equal(Enumerable.Range(0, 103), five.SelectMany(fold => fold.Test).Order()));
        Assert.NotEqual(folds[0].Test, folds[5].Test);
        Assert.Equal((10, 5), (TableCandidates.Divide(new(), new int[500]).Count, TableCandidates.Divide(new(), new int[501]).Count));
        Assert.All(folds, fold => Assert.Equal(Enumerable.Range(0, 103), fold.Training.Concat(fold.Test).Order()));
        Assert.All(folds, fold => Assert.InRange(fold.Test.Sum(row => classes[row]), 2, 3));
        Assert.Empty(TableCandidates.Divide(new() { ValidationShare = 0 }, classes));
        Assert.Empty(TableCandidates.Divide(new(), classes[..9]));
        Assert.Equal(31, TableCandidates.Divide(new() { ValidationShare = 0.3 }, classes).Single().Test.Count);
    }

    /// <summary>Many rows have one division, whose training part is limited.</summary>
    [Fact]
    public void Many_rows_are_divided_once()
    {
        RowSplit split = TableCandidates.Divide(new(), new int[2000]).Single();
        Assert.Equal((1600, 400), (split.Training.Count, split.Test.Count));
        split = TableCandidates.Divide(new(), new int[30_000]).Single();
        Assert.Equal((10_000, 6000), (split.Training.Count, split.Test.Count));
        Assert.Empty(split.Training.Intersect(split.Test));
    }

    /// <summary>A candidate whose loss is not a number is not chosen, even if it is the first.</summary>
    [Fact]
    public void A_candidate_that_diverges_is_not_chosen()
    {
        TrainingTask task = Task(60);
        var wild = new Hyperparameters { Hidden = [4], IsAdaptive = true, Epochs = 20, LearningRate = 1e30, WeightDecay = 0.1 };
        Candidate[] candidates =
        [
            new("wild", wild), new("tame", wild with { LearningRate = 0.01 }), new("idle", wild with { LearningRate = 0 }),
        ];
        var search = new RecipeSearch(candidates, TableCandidates.Divide(new(), task.Training.Targets.Classes.ToArray()));
        search.Run(task, 1, Token);
        Assert.Equal(1, search.Chosen);
        search = new RecipeSearch(candidates[..1], search.Folds);
        search.Run(task, 1, Token);
        Assert.Null(search.Chosen);
        Assert.Contains(
            "diverged", Assert.Throws<InvalidOperationException>(() => search.ChosenFor(task)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_are_those_of_the_definitions()
    {
        var network = new NeuralNetwork<float>(2, [new FullyConnectedLayer<float>(2)]);
        network.Parameters.Clear();
        (network.Weights[0][0, 0], network.Weights[0][1, 1]) = (1, 1);
        var rows = new TensorBuffer<float>(2, 2);
        (rows.View[0, 0], rows.View[1, 1]) = ((float)Math.Log(3), (float)Math.Log(4));
        ValidationScore classes = ValidationScore.Of(network, new(rows, [0, 0]));
        Assert.Equal((2, 1), (classes.Rows, classes.Correct));
        Assert.Equal((2 * 0.25 * 0.25) + (2 * 0.8 * 0.8) + 1, classes.Loss, 1e-5);
        ValidationScore numbers = ValidationScore.Of(network, new Dataset<float>(rows, new TensorBuffer<float>(2, 2)));
        Assert.Equal((Math.Log(3) * Math.Log(3)) + (Math.Log(4) * Math.Log(4)), numbers.Loss, 1e-5);

        // Predicting the same rows again makes the means no more certain.
        var once = new ValidationScore(100, 30, 20, 80);
        ValidationScore twice = (once + once) with { Repeats = 2 };
        Assert.Equal(0.04, once.AccuracyError, 1e-12);
        Assert.Equal(Math.Sqrt((0.2 - 0.09) / 100), once.LossError, 1e-12);
        Assert.Equal((once.AccuracyError, once.LossError), (twice.AccuracyError, twice.LossError));
    }

    private static void CancelAt(int interruption, ref int finished, CancellationTokenSource source)
    {
        if (++finished == interruption)
        {
            source.Cancel();
        }
    }

    private static void Ignored(List<TrainingProgress> history, Action<IProgress<TrainingProgress>> train) =>
        train(new Reports<TrainingProgress>(history.Add));

    private static string Hash(NeuralNetwork<float> network) => new Model<float>(network).GetParametersHash();

    private static TrainingTask Task(int rows)
    {
        float[][] features = Rows(rows, 3, seed: 6).Features;
        int[] classes = [.. features.Select(row => row[0] + (row[1] * row[2]) > 0 ? 1 : 0)];
        return new(new(TableTraining.Join(features), classes), null, 2, new SoftmaxCrossEntropy<float>());
    }

    private static (float[][] Features, double[] Noise) Rows(int rows, int columns, ulong seed)
    {
        var random = new SplitMix64(seed);
        float[][] features =
            [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => (float)random.NextNormal()).ToArray())];
        return (features, [.. features.Select(_ => random.NextNormal())]);
    }

    /// <summary>The state after it has been written to a file and read.</summary>
    private RecipeState Stored(RecipeState state)
    {
        string path = scratch["checkpoint"];
        new RunCheckpoint(new("data", "rows", "network", "training"), TimeSpan.FromSeconds(2), state).Save(path);
        return RunCheckpoint.Load(path).State;
    }

    /// <summary>A clock that goes on by a second whenever somebody looks at it.</summary>
    private sealed class Impatience : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref seconds);
    }
}
