using VecNet.Formats;

namespace VecNet.Cli.Digits;

/// <summary>Trains on the digits that come with the program.</summary>
internal static class DigitsCommand
{
    /// <summary>Of the training images, held out to choose the number of epochs.</summary>
    private const double ValidationShare = 0.15;

    /// <summary>How a digit may be written differently.</summary>
    private static readonly ImageWarp Warp = new(EmbeddedDigits.Side, shift: 0.5, angle: 0.25, stretch: 0.15, slant: 0.1);

    /// <summary>Chosen on the training images alone; README.md beside this file has the comparison.</summary>
    internal static Recipe Recipe { get; } = new() { Hidden = [128, 64], Dropout = 0.1, Epochs = 600, WeightDecay = 3e-4 };

    /// <summary>Trains, tests, tells and saves.</summary>
    internal static int Run(Session session, RunOptions options)
    {
        (Recipe recipe, Verbosity verbosity) = (options.Recipe, options.Verbosity);
        var results = new Results(options.Directory, "vecnet-digits");
        results.Check("confusion", recipe.CheckSize(EmbeddedDigits.Pixels, EmbeddedDigits.Classes), options.Resume);
        var digits = new EmbeddedDigits();
        int[] trainingRows = digits.TrainingRows;
        int[] testRows = digits.TestRows;
        RowSplit parts = RowSplit.Stratified(trainingRows, digits.Labels, ValidationShare, SplitMix64.ForStream(recipe.Seed, 3));
        var task = new TrainingTask(
            digits.Select(trainingRows), (digits.Select(parts.Training), digits.Select(parts.Test)), EmbeddedDigits.Classes, new SoftmaxCrossEntropy<float>())
        {
            Augmentation = Warp,
        };
        var identity = RunIdentity.Of(
            "the digits that come with the program", recipe, EmbeddedDigits.Pixels, EmbeddedDigits.Classes, task.Training, task.Parts?.Learning, task.Parts?.Validation);
        Interruption interruption = results.Interruption(session, identity, options.Resume);
        if (verbosity == Verbosity.Full)
        {
            session.Output.WriteLine($"""
                Data      {trainingRows.Length + testRows.Length:N0} digits of 8×8 pixels (E. Alpaydin, C. Kaynak; UCI; CC BY 4.0)
                          {trainingRows.Length:N0} to learn from, {parts.Test.Count} of them at first for validation; {testRows.Length} to test
                Network   {recipe.DescribeNetwork(EmbeddedDigits.Pixels, EmbeddedDigits.Classes)}
                Training  {recipe.DescribeTraining()},
                          batches of {recipe.BatchSize}, seed {recipe.Seed}; every image is warped a little, each time anew

                """);
        }

        TrainingRun run = TrainingRun.Train(
            recipe, task, interruption, new TrainingDisplay(session, verbosity), session.CancellationToken);

        Dataset<float> test = digits.Select(testRows);
        Predictions predictions = Predictions.Of(run.Network, test.Features);

        // The file tells how to use the network on the pixels as they are, 0 to 16.
        var model = new Model<float>(
            run.Network,
            new Standardization<float>(new double[EmbeddedDigits.Pixels], [.. Enumerable.Repeat((double)EmbeddedDigits.Ink, EmbeddedDigits.Pixels)]),
            EmbeddedDigits.FeatureNames,
            [.. Enumerable.Range(0, EmbeddedDigits.Classes).Select(digit => $"{digit}")],
            "label");
        var outcome = new ClassOutcome(model.ClassNames!, test.Targets.Classes.ToArray(), predictions);
        Report report = results.SaveAndReport(session, run, model, outcome, recipe.Seed, verbosity);
        if (verbosity == Verbosity.Full)
        {
            MisreadDigits.Draw(session.Output, session.Console.Profile.Width, digits, testRows, outcome.Classes, predictions);
            session.Output.WriteLine();
        }

        report.WriteEnd(verbosity);
        return report.ExitCode;
    }
}
