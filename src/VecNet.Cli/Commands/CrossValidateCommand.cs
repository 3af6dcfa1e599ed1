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
        var epochs = new Option<int?>("--epochs")
        {
            Description = SearchOptions.EpochsDescription,
            HelpName = "NUMBER",
            CustomParser = result => OptionParsing.WholeNumber<int>(1)(result),
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
        var search = new SearchOptions();
        search.AddTo(command);
        command.Add(epochs);
        command.Add(seed);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            dataOptions.Read(parsed, parsed.GetRequiredValue(data), parsed.GetValue(target)),
            parsed.GetValue(regression),
            parsed.GetValue(folds),
            ReadOptions(parsed),
            parsed.GetValue(json)));
        return command;

        TrainingArguments ReadOptions(ParseResult parsed)
        {
            Hyperparameters defaults = search.DefaultsOf(parsed, dataOptions.ModelOfTexts(parsed));
            FitOptions fit = new() { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs) };
            return new(
                defaults with { Seed = fit.Seed, Epochs = fit.Epochs ?? defaults.Epochs },
                search.ApplyTo(parsed, fit),
                Verbosity.Quiet,
                OutputDirectory: ".",
                Resume: null);
        }
    }

    private static int Run(
        CommandContext context, TrainingData data, bool isRegression, int folds, TrainingArguments arguments, bool json)
    {
        IReadOnlyList<string> warnings = [];
        TrainingTargets targets = isRegression ? TargetColumn.OfNumbers(data) : TargetColumn.OfClasses(data, out warnings);
        context.WriteWarnings(warnings);
        if (folds > data.Labels.Count)
        {
            throw new CsvDataException(
                data.Path, null, data.Target, $"there are {Counted.Of(data.Labels.Count, "row")} for {folds} folds.");
        }

        string metric = isRegression ? "R²" : "accuracy";
        List<double> scores = [];
        foreach (RowSplit fold in RowSplit.StratifiedFolds(
            [.. Enumerable.Range(0, data.Labels.Count)],
            targets.Strata,
            folds,
            SplitMix64.ForStream(arguments.Fit.Seed, RandomStream.Folds)))
        {
            scores.Add(Score(context, data, targets, targets.WithoutAbsentRows(fold), arguments)
                ?? throw new CsvDataException(
                    data.Path,
                    null,
                    data.Target,
                    $"the {metric} of fold {scores.Count + 1} is undefined: its values are equal, or its weights are 0; use fewer folds."));
            if (!json)
            {
                context.Output.WriteLine(
                    $"Fold {scores.Count,-3} {metric} {MetricFormat.Ratio(scores[^1])} ({Counted.Of(fold.Test.Count, "row")})");
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
                members.WriteNumber("seed", arguments.Fit.Seed);
            })
            : $"Mean     {metric} {MetricFormat.Ratio(result.Mean)} ± {MetricFormat.Ratio(result.StandardDeviation)}");
        return 0;
    }

    /// <summary>Trains on the training rows, and scores the test rows.</summary>
    private static double? Score(
        CommandContext context, TrainingData data, TrainingTargets targets, RowSplit fold, TrainingArguments arguments)
    {
        if (fold.Training.Count == 0)
        {
            throw new CsvDataException(data.Path, null, null, "the weights of all training rows of a fold are 0.");
        }

        TrainingFeatures features = data.FeaturesOf(fold.Training);
        context.WriteWarnings(features.Warnings);
        arguments = arguments with { Hyperparameters = arguments.Hyperparameters with { Sequences = features.Network } };
        TableRecipe? recipe =
            features.Table is null ? null : TableRecipe.For(arguments.Fit, [.. fold.Training.Select(row => targets.Strata[row])]);
        _ = recipe is null
            ? arguments.CheckSize(features.Width, targets.Outputs)
            : arguments.CheckSize(recipe, features.Width, targets.Outputs);
        var choice = TextChoice.Choose(context, features, targets, fold.Training, arguments);
        (features, arguments) = (choice.Features, choice.Arguments);
        Hyperparameters hyperparameters = arguments.Hyperparameters.ForRows(fold.Training.Count);
        RowSplit? selectionSplit = recipe is not null || fold.Training.Count < Hyperparameters.FewestRowsForValidation
            ? null
            : hyperparameters.HoldOut(fold.Training, targets.Strata);
        (Dataset<float> Training, Dataset<float> Validation)? selection =
            TrainCommand.Selection(features, targets, fold, selectionSplit);
        Dataset<float> all = features.Standardized(features.Fit(fold.Training)).With(targets, fold.Training);
        var task = new TrainingTask(all.Select([.. fold.Training]), selection, targets.Outputs, targets.Loss);
        RecipeTraining training = recipe is null
            ? new(hyperparameters, task) { Threads = Parallelism.MaxThreads, Budget = TimeBudget.Of(arguments.Fit.Budget) }
            : recipe.Training(task, Parallelism.MaxThreads, _ => { });
        var display = new TrainingDisplay(context, Verbosity.Quiet);
        NeuralNetwork<float> network = training.Train((epochs, train) => display.Show("", epochs, train), context.CancellationToken);
        Dataset<float> test = all.Select([.. fold.Test]);
        var model = new Model<float>(network, classNames: targets.ClassNames) { TargetStandardization = targets.Standardization };
        double[] weights = targets.SampleWeightsOf(fold.Test);
        return targets.ClassNames is { } names
            ? new ClassificationMetrics(
                names.Count, test.Targets.Classes, SavedModel.PredictClasses(model, InputRows.Of(test)).Classes, weights).Accuracy
            : RegressionMetrics.Compute<double>(
                SavedModel.PredictNumbers(model, InputRows.Of(test)).AsView(test.Count, 1),
                targets.NumbersOf(fold.Test).AsView(test.Count, 1),
                weights).RSquared;
    }
}
