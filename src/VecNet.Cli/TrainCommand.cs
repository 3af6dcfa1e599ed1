using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Trains on a user's CSV file.</summary>
internal static class TrainCommand
{
    private const double TestShare = 0.25;

    /// <summary>Of the training rows, held out to choose the number of epochs, if there are enough.</summary>
    private const double ValidationShare = 0.15;

    /// <summary>Where 15 % of the rows are too few to tell a good epoch from a lucky one, all rows are learnt from, and all epochs done.</summary>
    private const int FewestRowsForValidation = 1000;

    /// <summary>
    /// For tables of any kind. Of twelve recipes this had the lowest loss in five-fold cross-validation over the training rows of iris, wine, breast
    /// cancer and digits, taken together: 0.115, 0.069, 0.090, 0.087, with accuracies 0.952, 0.977, 0.970, 0.977. A weight decay of 1e-4 without
    /// dropout raises each loss, by a quarter to nine tenths; 1e-2 without dropout lowers that of iris and breast cancer and raises that of digits
    /// by half; a hundred epochs raise that of iris by a seventh.
    /// </summary>
    internal static Recipe Recipe { get; } = new() { Hidden = [64], Dropout = 0.2, Epochs = 200, WeightDecay = 3e-3 };

    /// <summary>Trains, tests, tells and saves.</summary>
    internal static int Run(Session session, string dataPath, string target, string? splitPath, Recipe recipe, Verbosity verbosity, string directory)
    {
        string? splitFile = splitPath ?? SplitBeside(dataPath);
        var results = new Results(directory, Path.GetFileNameWithoutExtension(dataPath));
        CsvTable<float> table = CsvTable<float>.Read(dataPath, target);
        ClassLabels labels = ClassLabels.Of(table);
        recipe.CheckSize(table.FeatureNames.Count, labels.Names.Count);
        RowSplit split = splitFile is null
            ? RowSplit.Stratified([.. Enumerable.Range(0, table.Rows)], labels.Classes, TestShare, SplitMix64.ForStream(recipe.Seed, 4))
            : RowSplit.Read(splitFile, table.Rows);
        CheckSplit(dataPath, split, labels, target);
        results.Check((dataPath, "data"), (splitFile, "split"));

        RowSplit? parts = split.Training.Count < FewestRowsForValidation
            ? null
            : RowSplit.Stratified(split.Training, labels.Classes, ValidationShare, SplitMix64.ForStream(recipe.Seed, 3));
        var all = new Dataset<float>(table.Features, labels.Classes);
        Dataset<float> training = all.Select([.. split.Training]);
        Dataset<float> test = all.Select([.. split.Test]);
        (Dataset<float> Learning, Dataset<float> Validation)? divided = parts is null ? null : (all.Select([.. parts.Training]), all.Select([.. parts.Test]));
        if (divided is { } halves)
        {
            Standardize(halves.Learning, halves.Validation);
        }

        Standardization<float> standardization = Standardize(training, test);
        if (verbosity == Verbosity.Full)
        {
            Describe(session.Output, table, labels, split, parts, splitFile, recipe);
        }

        TrainingRun run = TrainingRun.Train(
            recipe, training, divided, labels.Names.Count, null, new TrainingDisplay(session, verbosity), session.CancellationToken);
        var model = new Model<float>(run.Network, standardization, table.FeatureNames, labels.Names, target);
        results.SaveAndReport(
            session, run, model, Predictions.Of(run.Network, test.Features), test.Targets.Classes.ToArray(), recipe.Seed, verbosity).WriteEnd(verbosity);
        return 0;
    }

    private static string? SplitBeside(string dataPath)
    {
        string path = Path.ChangeExtension(dataPath, ".split.csv");
        return File.Exists(path) ? path : null;
    }

    private static void CheckSplit(string dataPath, RowSplit split, ClassLabels labels, string target)
    {
        if (split.Test.Count == 0)
        {
            throw new CsvDataException(dataPath, null, target, $"there are too few rows of each class to keep some for the test ({split.Training.Count} in all).");
        }

        int unseen = Enumerable.Range(0, labels.Names.Count).Except(split.Training.Select(row => labels.Classes[row])).DefaultIfEmpty(-1).First();
        if (unseen >= 0)
        {
            throw new CsvDataException(dataPath, null, target, $"the split has no training row of class '{labels.Names[unseen]}'.");
        }
    }

    /// <summary>Means and deviations are those of the rows that are learnt from, never of those that judge.</summary>
    private static Standardization<float> Standardize(Dataset<float> learning, Dataset<float> judging)
    {
        Standardization<float> standardization = Standardization<float>.Fit(learning.Features.View);
        standardization.Apply(learning.Features.View);
        standardization.Apply(judging.Features.View);
        return standardization;
    }

    private static void Describe(
        TextWriter output, CsvTable<float> table, ClassLabels labels, RowSplit split, RowSplit? parts, string? splitFile, Recipe recipe)
    {
        int features = table.FeatureNames.Count;
        string held = parts is null ? "" : $", {parts.Test.Count:N0} of them at first for validation";
        string how = splitFile is null ? $"by seed {recipe.Seed}, in equal shares of each class" : $"as {splitFile} says";
        output.WriteLine($"""
            Data      {table.Path}
                      {table.Rows:N0} rows of {features:N0} features, {labels.Names.Count} classes in column '{table.TargetName}'
                      {split.Training.Count:N0} rows to learn from{held}; {split.Test.Count:N0} to test
                      divided {how};
                      features standardised by the training rows
            Network   {recipe.DescribeNetwork(features, labels.Names.Count)}
            Training  {recipe.DescribeTraining()},
                      batches of {recipe.BatchSize}, seed {recipe.Seed}

            """);
    }
}
