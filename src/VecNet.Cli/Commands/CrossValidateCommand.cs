using System.CommandLine;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Cross-validates the training on a user's data.</summary>
internal static class CrossValidateCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("cross-validate", """
            Estimates how well 'train' predicts new rows.
            The rows are divided into folds with the same share of each class. Each fold is predicted by a network that is trained on the
            others, and the mean and the deviation of the folds' scores are reported. No model is saved.
            """);
        Option<string> data = TargetOptions.Data();
        Option<string?> target = TargetOptions.Target();
        Option<bool> regression = TargetOptions.Regression();
        var folds = new Option<int>("--folds")
        {
            Description = "The number of folds.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<int>(2),
            DefaultValueFactory = _ => 5,
        };
        var hidden = new Option<int[]>("--hidden")
        {
            Description = "The widths of the hidden layers.",
            HelpName = "WIDTH …",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = OptionParsing.WholeNumbers<int>(1),
            DefaultValueFactory = _ => Hyperparameters.ForTables.Hidden,
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "The maximum number of epochs.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<int>(1),
            DefaultValueFactory = _ => Hyperparameters.ForTables.Epochs,
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "The random seed of the folds and of the trainings.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<ulong>(0),
            DefaultValueFactory = _ => 0,
        };
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        data.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(data);
        command.Add(target);
        command.Add(regression);
        var dataOptions = new DataOptions();
        dataOptions.AddTo(command, target, regression);
        command.Add(folds);
        command.Add(hidden);
        command.Add(epochs);
        command.Add(seed);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            dataOptions.Read(parsed, parsed.GetRequiredValue(data), parsed.GetValue(target)),
            parsed.GetValue(regression),
            parsed.GetValue(folds),
            Hyperparameters.ForTables with
            {
                Hidden = parsed.GetValue(hidden)!,
                Epochs = parsed.GetValue(epochs),
                Seed = parsed.GetValue(seed),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        CommandContext context, TrainingData data, bool isRegression, int folds, Hyperparameters hyperparameters, bool json)
    {
        IReadOnlyList<string> warnings = [];
        TrainingTargets targets = isRegression ? TargetColumn.OfNumbers(data) : TargetColumn.OfClasses(data, out warnings);
        context.WriteWarnings(warnings);
        if (folds > data.Labels.Count)
        {
            throw new CsvDataException(data.Path, null, data.Target, $"there are {data.Labels.Count} rows for {folds} folds.");
        }

        string metric = isRegression ? "R²" : "accuracy";
        List<double> scores = [];
        foreach (RowSplit fold in RowSplit.StratifiedFolds(
            [.. Enumerable.Range(0, data.Labels.Count)],
            targets.Strata,
            folds,
            SplitMix64.ForStream(hyperparameters.Seed, RandomStream.Folds)))
        {
            scores.Add(Score(context, data, targets, targets.WithoutAbsentRows(fold), hyperparameters)
                ?? throw new CsvDataException(
                    data.Path,
                    null,
                    data.Target,
                    $"the {metric} of fold {scores.Count + 1} is undefined: its values are equal, or its weights are 0; use fewer folds."));
            if (!json)
            {
                context.Output.WriteLine($"Fold {scores.Count,-3} {metric} {MetricFormat.Ratio(scores[^1])} ({fold.Test.Count:N0} rows)");
            }
        }

        var result = new CrossValidationResult(scores);
        context.Output.WriteLine(json
            ? JsonLine.Of(members =>
            {
                members.WriteString("metric", isRegression ? "rSquared" : "accuracy");
                members.WriteFinite("mean", result.Mean);
                members.WriteFinite("standardDeviation", result.StandardDeviation);
                members.WriteStartArray("scores");
                foreach (double score in scores)
                {
                    members.WriteNumberValue(score);
                }

                members.WriteEndArray();
                members.WriteNumber("seed", hyperparameters.Seed);
            })
            : $"Mean     {metric} {MetricFormat.Ratio(result.Mean)} ± {MetricFormat.Ratio(result.StandardDeviation)}");
        return 0;
    }

    /// <summary>Trains on the training rows, and scores the test rows.</summary>
    private static double? Score(
        CommandContext context, TrainingData data, TrainingTargets targets, RowSplit fold, Hyperparameters hyperparameters)
    {
        if (fold.Training.Count == 0)
        {
            throw new CsvDataException(data.Path, null, null, "the weights of all training rows of a fold are 0.");
        }

        TrainingFeatures features = data.FeaturesOf(fold.Training);
        context.WriteWarnings(features.Warnings);
        if (hyperparameters.FindExcess(features.Width, targets.Outputs) is { } excess)
        {
            throw new UserErrorException($"--hidden {string.Join(' ', hyperparameters.Hidden)}: {excess}");
        }

        RowSplit? selectionSplit = fold.Training.Count < Hyperparameters.FewestRowsForValidation
            ? null
            : hyperparameters.HoldOut(fold.Training, targets.Strata);
        (Dataset<float> Training, Dataset<float> Validation)? selection =
            TrainCommand.Selection(features, targets, fold, selectionSplit);
        Dataset<float> all = targets.JoinTo(features.Standardized(features.Fit(fold.Training)), fold.Training);
        var task = new TrainingTask(all.Select([.. fold.Training]), selection, targets.Outputs, targets.Loss);
        var training = new RecipeTraining(hyperparameters, task) { Threads = Parallelism.MaxThreads };
        var display = new TrainingDisplay(context, Verbosity.Quiet);
        NeuralNetwork<float> network = training.Train((epochs, train) => display.Show("", epochs, train), context.CancellationToken);
        Dataset<float> test = all.Select([.. fold.Test]);
        var model = new Model<float>(network, classNames: targets.ClassNames) { TargetStandardization = targets.Standardization };
        double[] weights = targets.SampleWeightsOf(fold.Test);
        return targets.ClassNames is { } names
            ? new ClassificationMetrics(
                names.Count, test.Targets.Classes, SavedModel.PredictClasses(model, test.Features).Classes, weights).Accuracy
            : RegressionMetrics.Compute<double>(
                SavedModel.PredictNumbers(model, test.Features).AsView(test.Rows, 1),
                targets.NumbersOf(fold.Test).AsView(test.Rows, 1),
                weights).RSquared;
    }
}
