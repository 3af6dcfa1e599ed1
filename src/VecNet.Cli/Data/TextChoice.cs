using System.Diagnostics;

namespace VecNet.Cli;

/// <summary>The kind of model of texts, which a <see cref="TextComparison"/> chooses if it is not given.</summary>
/// <param name="Features">The features for the chosen kind.</param>
/// <param name="Arguments">The options for it.</param>
/// <param name="Comparison">The comparison; null if there was none.</param>
/// <param name="Obstacle">Why there was none; null if there was one, or if the options say so.</param>
/// <param name="Time">The time that it took.</param>
internal sealed record TextChoice(
    TrainingFeatures Features, TrainingArguments Arguments, TextComparison? Comparison, string? Obstacle, TimeSpan Time)
{
    /// <summary>Compares the kinds of models, if there are enough texts.</summary>
    /// <param name="context">The output and the cancellation token.</param>
    /// <param name="features">The features that the options say.</param>
    /// <param name="targets">The targets of all rows.</param>
    /// <param name="trainingRows">The training rows.</param>
    /// <param name="arguments">The options.</param>
    internal static TextChoice Choose(
        CommandContext context,
        TrainingFeatures features,
        TrainingTargets targets,
        IReadOnlyList<int> trainingRows,
        TrainingArguments arguments)
    {
        if (features.Other is not { } other)
        {
            return new(features, arguments, null, null, TimeSpan.Zero);
        }

        bool isCompared = TextComparison.Suits(arguments.Fit, other.Texts, out string? obstacle);
        if (arguments.Verbosity == Verbosity.Full && (isCompared || obstacle is not null))
        {
            context.Output.WriteLine(isCompared
                ? "Comparing a bag of words with a GRU on held-out texts …\n"
                : $"A bag of words is not compared with a GRU, since {obstacle}.\n");
        }

        if (!isCompared)
        {
            return new(features, arguments, null, obstacle, TimeSpan.Zero);
        }

        long start = Stopwatch.GetTimestamp();
        var budget = TimeBudget.Of(arguments.Fit.Budget);
        Dataset<float> all = features.Standardized(null).With(targets, trainingRows);
        var comparison = TextComparison.Run(
            arguments.Fit with { Threads = Parallelism.MaxThreads },
            other.Texts,
            all.Select([.. trainingRows]),
            targets.Select(trainingRows),
            budget,
            context.CancellationToken);
        if (budget is not null)
        {
            TimeSpan left = budget.Left > TimeSpan.Zero ? budget.Left : TimeSpan.FromTicks(1);
            arguments = arguments with { Fit = arguments.Fit with { Budget = left } };
        }

        if (comparison is { ChoosesSequences: true })
        {
            features = other.Sequences();
            Hyperparameters chosen = arguments.Fit.ApplyTo(Hyperparameters.Of(TextComparison.Other), trainingRows.Count);
            arguments = arguments with
            {
                Hyperparameters = (chosen with { Sequences = features.Network }).ForRows(trainingRows.Count),
            };
        }

        obstacle = comparison is null ? TextComparison.TooSlow : null;
        if (arguments.Verbosity == Verbosity.Full && obstacle is not null)
        {
            context.Output.WriteLine($"The comparison was not finished, since {obstacle}.\n");
        }

        return new(features, arguments, comparison, obstacle, Stopwatch.GetElapsedTime(start));
    }
}
