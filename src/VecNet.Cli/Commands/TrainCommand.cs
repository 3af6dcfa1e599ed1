using System.CommandLine;
using System.CommandLine.Parsing;

namespace VecNet.Cli;

/// <summary>Trains a network on a user's data.</summary>
internal static class TrainCommand
{
    /// <summary>The options that do not apply to a linear model of vectors.</summary>
    private static readonly string[] WithoutEncoder = ["--regression", "--model", "--hidden", "--epochs", "--budget", "--resume"];

    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("train", "Trains a network on a CSV file or on texts.");
        Option<string> data = TargetOptions.Data();
        Option<string?> target = TargetOptions.Target();
        Option<bool> regression = TargetOptions.Regression();
        var split = new Option<string?>("--split")
        {
            Description = "A CSV file with the columns row (from 0) and set (train or test). [default: *.split.csv next to the data, if it "
                + "exists; otherwise a random quarter of the rows is the test set]",
            HelpName = "FILE",
        };
        var calibrate = new Option<bool>("--calibrate")
        {
            Description = "Calibrate the probabilities: divide the network's outputs by the temperature with the lowest cross-entropy on "
                + "training rows that are held out from additional trainings.",
        };
        Option<string?> encoder = EncoderFolder.Option(
            "--encoder", "Train a linear model of the vectors of a pretrained sentence encoder, for which few texts suffice, compare it "
            + "with the bag of words, and keep the better one. The encoder");
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(calibrate) && parsed.GetValue(regression))
            {
                parsed.AddError("--calibrate cannot be used with --regression, whose predictions have no probabilities");
            }
        });
        data.Validators.Add(OptionParsing.RejectEmptyPath);
        split.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(data);
        command.Add(target);
        command.Add(regression);
        var dataOptions = new DataOptions();
        dataOptions.AddTo(command, target, regression);
        command.Add(encoder);
        command.Add(split);
        var search = new SearchOptions();
        search.AddTo(command);
        command.Add(calibrate);
        var trainingOptions = new TrainingOptions(SearchOptions.EpochsDescription);
        trainingOptions.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(encoder) is null)
            {
                return;
            }

            string? other = parsed.Children.OfType<OptionResult>()
                .FirstOrDefault(given => !given.Implicit && WithoutEncoder.Contains(given.Option.Name))?.Option.Name;
            if (!dataOptions.AreTexts(parsed) || other is not null)
            {
                parsed.AddError(other is null ? "--encoder requires --text" : $"{other} cannot be used with --encoder");
            }
        });
        command.SetAction(parsed => parsed.GetValue(encoder) is { } encoderPath
            ? new EncoderTraining(
                context, encoderPath, parsed.GetValue(split), parsed.GetValue(calibrate), ReadOptions(parsed)).Run(
                    dataOptions.Read(parsed, parsed.GetRequiredValue(data), parsed.GetValue(target)),
                    dataOptions.TextColumnOf(parsed),
                    (texts, rows) => dataOptions.TokensOf(parsed, texts, rows))
            : Run(
                context,
                () => dataOptions.Read(parsed, parsed.GetRequiredValue(data), parsed.GetValue(target)),
                parsed.GetRequiredValue(data),
                parsed.GetValue(split),
                parsed.GetValue(regression),
                parsed.GetValue(calibrate),
                ReadOptions(parsed)));
        return command;

        TrainingArguments ReadOptions(ParseResult parsed)
        {
            TrainingArguments read = trainingOptions.Read(parsed, search.DefaultsOf(parsed, dataOptions.ModelOfTexts(parsed)));
            return read with { Fit = search.ApplyTo(parsed, read.Fit) };
        }
    }

    /// <summary>Trains, evaluates and saves a network.</summary>
    /// <param name="context">The output and the cancellation token.</param>
    /// <param name="read">Reads the data.</param>
    /// <param name="dataPath">The path of the data.</param>
    /// <param name="splitPath">The path of the file that divides the rows; null if the option is not given.</param>
    /// <param name="isRegression">Whether the target is a number instead of a class.</param>
    /// <param name="calibrate">Whether the probabilities are calibrated.</param>
    /// <param name="arguments">The values of the options for training.</param>
    private static int Run(
        CommandContext context,
        Func<TrainingData> read,
        string dataPath,
        string? splitPath,
        bool isRegression,
        bool calibrate,
        TrainingArguments arguments)
    {
        Hyperparameters hyperparameters = arguments.Hyperparameters;
        string? splitFile = TrainingSplit.FileOf(dataPath, splitPath);
        var artifacts = new TrainingArtifacts(arguments.OutputDirectory, Path.GetFileNameWithoutExtension(dataPath));
        TrainingData data = read();
        IReadOnlyList<string> warnings = [];
        TrainingTargets targets = isRegression ? TargetColumn.OfNumbers(data) : TargetColumn.OfClasses(data, out warnings);
        RowSplit split = TrainingSplit.Of(data, targets, splitFile, hyperparameters.Seed);
        TrainingFeatures features = data.FeaturesOf(split.Training);
        hyperparameters = hyperparameters with { Sequences = features.Network };
        arguments = arguments with { Hyperparameters = hyperparameters.ForRows(split.Training.Count) };
        context.WriteWarnings([.. warnings, .. features.Warnings]);
        TableRecipe? recipe =
            features.Table is null ? null : TableRecipe.For(arguments.Fit, [.. split.Training.Select(row => targets.Strata[row])]);
        long parameters = recipe is null
            ? arguments.CheckSize(features.Width, targets.Outputs)
            : arguments.CheckSize(recipe, features.Width, targets.Outputs);
        artifacts.Check(isRegression ? "predictions" : "confusion", parameters, arguments.Resume, (dataPath, "data"), (splitFile, "split"));
        var choice = TextChoice.Choose(context, features, targets, split.Training, arguments);
        (features, arguments, hyperparameters) = (choice.Features, choice.Arguments, choice.Arguments.Hyperparameters);
        RowSplit? selectionSplit = recipe is not null || split.Training.Count < Hyperparameters.FewestRowsForValidation
            ? null
            : hyperparameters.HoldOut(split.Training, targets.Strata);
        Standardization<float>? standardization = features.Fit(split.Training);
        Dataset<float> all = features.Standardized(standardization).With(targets, split.Training);
        Dataset<float> training = all.Select([.. split.Training]);
        Dataset<float> test = all.Select([.. split.Test]);
        (Dataset<float> Training, Dataset<float> Validation)? selection = Selection(features, targets, split, selectionSplit);
        TrainingFingerprint fingerprint = recipe is null
            ? TrainingFingerprint.Of(
                dataPath, hyperparameters, features.Width, targets.Outputs, training, test, selection?.Training, selection?.Validation)
            : TrainingFingerprint.Of(
                dataPath, recipe.DescribeNetworks(features.Width, targets.Outputs), recipe.DescribeTraining(), training, test);
        Checkpointing checkpointing = artifacts.Checkpointing(context, fingerprint, arguments.Resume);
        if (arguments.Verbosity == Verbosity.Full)
        {
            Describe(context.Output, data, features, targets, split, selectionSplit, splitFile, hyperparameters, recipe);
        }

        var display = new TrainingDisplay(context, arguments.Verbosity);
        var task = new TrainingTask(training, selection, targets.Outputs, targets.Loss);
        TrainingRun run = recipe is null
            ? TrainingRun.Train(
                hyperparameters, task, checkpointing, display, context.CancellationToken, calibrate, arguments.Fit.Budget, choice)
            : TrainingRun.Train(
                from => recipe.Training(
                    task, Parallelism.MaxThreads, progress => display.ShowSearch(progress, task.HasClasses), from),
                checkpointing,
                display,
                context.CancellationToken,
                calibrate);
        run = run with { Time = run.Time + choice.Time };
        Model<float> model = ModelOf(run.Network, data, features, targets, standardization);
        double[] weights = targets.SampleWeightsOf(split.Test);
        IEvaluation evaluation = targets.ClassNames is { } names
            ? new ClassificationEvaluation(
                names, test.Targets.Classes.ToArray(), SavedModel.PredictClasses(model, InputRows.Of(test)), weights)
            : new RegressionEvaluation(
                data.Target, targets.NumbersOf(split.Test), SavedModel.PredictNumbers(model, InputRows.Of(test)), weights);
        TrainingReport report = artifacts.Save(context, run, model, evaluation, hyperparameters.Seed);
        report.WriteTest(arguments.Verbosity);
        report.WriteSummary(arguments.Verbosity);
        return report.ExitCode;
    }

    /// <summary>The rows of the training that selects the number of epochs; null if there is none.</summary>
    /// <remarks>
    /// Categories and the values that are filled in come from all training rows, which reveals nothing about the classes of the validation
    /// rows.
    /// </remarks>
    internal static (Dataset<float> Training, Dataset<float> Validation)? Selection(
        TrainingFeatures features, TrainingTargets targets, RowSplit split, RowSplit? selectionSplit)
    {
        if (selectionSplit is null)
        {
            return null;
        }

        Dataset<float> rows = features.Standardized(features.Fit(selectionSplit.Training)).With(targets, split.Training);
        return (rows.Select([.. selectionSplit.Training]), rows.Select([.. selectionSplit.Test]));
    }

    private static Model<float> ModelOf(
        NeuralNetwork<float> network,
        TrainingData data,
        TrainingFeatures features,
        TrainingTargets targets,
        Standardization<float>? standardization) => new(
            network,
            standardization,
            features.Table?.Names,
            targets.ClassNames,
            data.Target,
            features.Table is { ArePlainNumbers: true } ? null : features.Table,
            vectorizer: features.Vectorizer)
        {
            TargetStandardization = targets.Standardization,
            HasNumericClasses = data.HasNumericLabels,
            Tokenizer = features.Tokenizer,
            MaxTokens = features.Network?.MaxTokens,
            TextColumn = features.TextColumn,
        };

    private static void Describe(
        TextWriter output,
        TrainingData data,
        TrainingFeatures features,
        TrainingTargets targets,
        RowSplit split,
        RowSplit? selectionSplit,
        string? splitFile,
        Hyperparameters hyperparameters,
        TableRecipe? recipe)
    {
        Hyperparameters network = recipe?.Fallback ?? hyperparameters;
        string validation = selectionSplit is null ? "" : $" ({selectionSplit.Test.Count:N0} for validation at first)";
        string division = TrainingSplit.Describe(targets, splitFile, hyperparameters.Seed);
        string predicted = targets.ClassNames is { } names ? $"{names.Count} classes" : "numbers";
        string count = $"{Counted.Of(data.Labels.Count, "row")}, {Counted.Of(features.Width, "feature")}";
        output.WriteLine($"""
            Data      {data.Path}
                      {count}, {predicted} in column '{data.Target}'
                      {Counted.Of(split.Training.Count, "training row")}{validation}, {Counted.Of(split.Test.Count, "test row")}
                      {division}
                      {features.Description}
            """);
        output.WriteLine(recipe is { Searches: true }
            ? $"""
                Network   {recipe.DescribeSearch(features.Width, targets.Outputs)}, seed {hyperparameters.Seed}

                """
            : $"""
                Network   {network.DescribeNetwork(features.Width, targets.Outputs)}
                Training  {network.DescribeTraining()},
                          batch size {network.BatchSize}, seed {network.Seed}

                """);
    }
}
