namespace VecNet.Cli.Digits;

/// <summary>Trains a network on the built-in digits.</summary>
internal static class DigitsCommand
{
    /// <summary>The augmentation of the training images.</summary>
    private static readonly ImageWarp Warp = new(EmbeddedDigits.Side, shift: 0.5, angle: 0.25, scale: 0.15, shear: 0.1);

    /// <summary>The default hyperparameters, which were chosen on the training images alone; README.md has the comparison.</summary>
    internal static Hyperparameters Defaults { get; } = new() { Hidden = [128, 64], Dropout = 0.1, Epochs = 600, WeightDecay = 3e-4 };

    /// <summary>Trains, evaluates and saves a network.</summary>
    internal static int Run(CommandContext context, TrainingArguments arguments)
    {
        (Hyperparameters hyperparameters, Verbosity verbosity) = (arguments.Hyperparameters, arguments.Verbosity);
        var artifacts = new TrainingArtifacts(arguments.OutputDirectory, "vecnet-digits");
        artifacts.Check("confusion", arguments.CheckSize(EmbeddedDigits.Pixels, EmbeddedDigits.Classes), arguments.Resume);
        var digits = new EmbeddedDigits();
        int[] trainingRows = digits.TrainingRows;
        int[] testRows = digits.TestRows;
        RowSplit selection = hyperparameters.HoldOut(trainingRows, digits.Labels);
        var task = new TrainingTask(
            digits.Select(trainingRows),
            (digits.Select(selection.Training), digits.Select(selection.Test)),
            EmbeddedDigits.Classes,
            new SoftmaxCrossEntropy<float>())
        {
            Augmentation = Warp,
        };
        var fingerprint = TrainingFingerprint.Of(
            "the built-in digits",
            hyperparameters,
            EmbeddedDigits.Pixels,
            EmbeddedDigits.Classes,
            task.Training,
            task.Selection?.Training,
            task.Selection?.Validation);
        Checkpointing checkpointing = artifacts.Checkpointing(context, fingerprint, arguments.Resume);
        if (verbosity == Verbosity.Full)
        {
            int images = trainingRows.Length + testRows.Length;
            context.Output.WriteLine($"""
                Data      {images:N0} handwritten digits, 8×8 pixels (E. Alpaydin, C. Kaynak; UCI; CC BY 4.0)
                          {trainingRows.Length:N0} training images ({selection.Test.Count} for validation at first)
                          {testRows.Length} test images
                Network   {hyperparameters.DescribeNetwork(EmbeddedDigits.Pixels, EmbeddedDigits.Classes)}
                Training  {hyperparameters.DescribeTraining()},
                          batch size {hyperparameters.BatchSize}, seed {hyperparameters.Seed}; random warping of every training image

                """);
        }

        TrainingRun run = TrainingRun.Train(
            hyperparameters, task, checkpointing, new TrainingDisplay(context, verbosity), context.CancellationToken);

        Dataset<float> test = digits.Select(testRows);

        // The model scales pixels from 0 to 16 to the range from 0 to 1 that the network was trained on.
        var model = new Model<float>(
            run.Network,
            new Standardization<float>(
                new double[EmbeddedDigits.Pixels], [.. Enumerable.Repeat((double)EmbeddedDigits.MaximumInk, EmbeddedDigits.Pixels)]),
            EmbeddedDigits.FeatureNames,
            [.. Enumerable.Range(0, EmbeddedDigits.Classes).Select(digit => $"{digit}")],
            "label");
        ClassPredictions predictions = SavedModel.PredictClasses(model, InputRows.Of(test));
        int[] labels = test.Targets.Classes.ToArray();
        var evaluation = new ClassificationEvaluation(model.ClassNames!, labels, predictions, weights: []);
        TrainingReport report = artifacts.Save(context, run, model, evaluation, hyperparameters.Seed);
        report.WriteTest(verbosity);
        if (verbosity == Verbosity.Full)
        {
            MisclassifiedDigits.Draw(context.Output, context.Console.Profile.Width, digits, testRows, labels, predictions);
            context.Output.WriteLine();
        }

        report.WriteSummary(verbosity);
        return report.ExitCode;
    }
}
