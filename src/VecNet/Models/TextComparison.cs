using System.Globalization;

namespace VecNet;

/// <summary>A comparison of a bag of words with a network that reads sequences of tokens, on texts that both were not trained on.</summary>
/// <remarks>
/// <para>
/// Where topics or words decide, a bag of words is better and ten times as fast; where the order of words decides, it is of no use. With
/// the default options, the accuracies on test texts are (one core of an AMD Zen 3, November 2026; seconds of processor time):
/// </para>
/// <code>
///                                            bag of words    GRU              convolutions    transformer
///   25,331 pieces in 20 languages            0.972  6.7 s    0.928  59 s      0.922  64 s     0.918  131 s
///   4,534 mails, of their first 256 tokens   0.994  4.1 s    0.961 139 s      0.968 128 s
///   1,200 generated sentences:
///     topics                                 1.000  0.8 s    0.990   5 s      0.953   4 s
///     who is paid                            0.965  1.2 s    0.995   5 s      0.998   5 s
///     the last of several colors             0.545  0.9 s    1.000   6 s      0.828   5 s
///     which of two comes first               0.518  0.9 s    1.000   6 s      0.788   6 s
///     a negation at some distance            0.590  0.9 s    1.000   5 s      0.983   5 s
/// </code>
/// <para>
/// A GRU is the one to try: it learns each of these. For a fair comparison, both are trained on the same texts, the network with tokens
/// that are learned from them alone. Their number is limited, so that the comparison takes a few seconds.
/// </para>
/// </remarks>
internal sealed class TextComparison
{
    /// <summary>The kind of model that is compared with a bag of words.</summary>
    internal const TextModel Other = TextModel.Gru;

    /// <summary>Texts with a mean of more characters have enough words for a bag, and take a network that reads them too long.</summary>
    private const int LongestMean = 200;

    /// <summary>
    /// The number of characters that both are trained on, counted in each epoch, if <see cref="FewestTexts"/> have not more. A core trains
    /// the network on about 300,000 of them in a second.
    /// </summary>
    private const int MostCharacters = 600_000;

    /// <summary>The number of texts from which a network learns the order of words, and the largest number of texts that decide.</summary>
    private const int FewestTexts = 1000;

    /// <summary>The share of a limit of time after which the comparison ends, and the model is a bag of words.</summary>
    private const double ShareOfBudget = 0.25;

    /// <summary>Why there is no comparison if <see cref="Run"/> has not finished it.</summary>
    internal const string TooSlow = "there was not enough time";

    /// <summary>
    /// Whether the accuracy or R² of the network is higher by more than two standard errors: it takes longer, in training and later.
    /// </summary>
    internal readonly bool ChoosesSequences;

    /// <summary>Both models with their scores.</summary>
    internal readonly FitCandidate[] Candidates;

    /// <summary>One sentence about the choice.</summary>
    internal readonly string Summary;

    private TextComparison(ValidationScore bag, ValidationScore sequences, RowSplit split, bool hasClasses)
    {
        (double score, double error) = RecipeSummary.ScoreOf(bag, hasClasses);
        (double other, double otherError) = RecipeSummary.ScoreOf(sequences, hasClasses);
        ChoosesSequences = other > score + (2 * error);
        Candidates =
        [
            new("a bag of words", score, error, bag.MeanLoss, !ChoosesSequences),
            new(TextNetwork.NameOf(Other), other, otherError, sequences.MeanLoss, ChoosesSequences),
        ];
        int chosen = ChoosesSequences ? 1 : 0;
        FitCandidate best = Candidates[chosen], second = Candidates[1 - chosen];
        Summary = string.Create(
            CultureInfo.InvariantCulture,
            $"Chosen: {best.Description}: {(hasClasses ? "accuracy" : "R²")} {best.Score:F3} ± {best.StandardError:F3} on "
            + $"{split.Test.Count:N0} held-out texts, after training on {split.Training.Count:N0}; {second.Description} has "
            + $"{second.Score:F3}.");
    }

    /// <summary>Whether the kinds of models are compared for these texts.</summary>
    /// <param name="options">The options.</param>
    /// <param name="texts">All training texts.</param>
    /// <param name="obstacle">Why they are not; null if they are, or if the options say so.</param>
    internal static bool Suits(FitOptions options, IReadOnlyList<string> texts, out string? obstacle)
    {
        bool isWanted = options.TextModel is null && options.HiddenSizes is null && (options.ValidationShare ?? 1) * texts.Count >= 1;
        obstacle = !isWanted ? null
            : texts.Count < Hyperparameters.FewestRowsForValidation ? "there are fewer than 1,000 texts"
            : MeanLength(texts) > LongestMean ? "the texts have more than 200 characters on average"
            : null;
        return isWanted && obstacle is null;
    }

    /// <summary>Compares the models.</summary>
    /// <param name="options">The options.</param>
    /// <param name="texts">All training texts.</param>
    /// <param name="rows">The same texts as sparse rows, with their targets.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="budget">The limit of the time; null if there is none.</param>
    /// <param name="cancellationToken">The token that cancels the comparison.</param>
    /// <returns>The comparison; null if the time was over before.</returns>
    /// <exception cref="OperationCanceledException">The comparison has been canceled.</exception>
    internal static TextComparison? Run(
        FitOptions options,
        IReadOnlyList<string> texts,
        Dataset<float> rows,
        TrainingTargets targets,
        TimeBudget? budget,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource? timer = budget?.Timer(ShareOfBudget);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer?.Token ?? default);
        Hyperparameters settings = options.ApplyTo(Hyperparameters.Of(Other), texts.Count);
        SplitMix64 random = SplitMix64.ForStream(settings.Seed, RandomStream.ComparedTexts);
        RowSplit split = settings.HoldOut([.. Enumerable.Range(0, texts.Count)], targets.Strata);
        double most = Math.Max(FewestTexts, MostCharacters / (settings.Epochs * MeanLength(texts)));
        split = new(Limit(split.Training, most, targets.Strata, random), Limit(split.Test, FewestTexts, targets.Strata, random));
        Dataset<float> training = rows.Select([.. split.Training]), test = rows.Select([.. split.Test]);
        string[] read = [.. split.Training.Select(row => texts[row])];
        var tokenizer = TextSequences.Learn(read);
        try
        {
            ValidationScore bag = Score(
                options.ApplyTo(Hyperparameters.Of(TextModel.BagOfWords), texts.Count), training, test, options, targets, source.Token);
            settings = settings with { Sequences = new(Other, tokenizer.VocabularySize, options.MaxTokens) };
            training = Read(tokenizer, read, options.MaxTokens, training);
            test = Read(tokenizer, [.. split.Test.Select(row => texts[row])], options.MaxTokens, test);
            return new(bag, Score(settings, training, test, options, targets, source.Token), split, targets.ClassNames is not null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The score of a model on texts that it was not trained on.</summary>
    private static ValidationScore Score(
        Hyperparameters settings,
        Dataset<float> training,
        Dataset<float> test,
        FitOptions options,
        TrainingTargets targets,
        CancellationToken cancellationToken)
    {
        (NeuralNetwork<float> network, Trainer<float> trainer) = SingleTraining.Prepare(
            settings.ForRows(training.Count), new(training, null, targets.Outputs, targets.Loss), training.Count, options.Threads);
        trainer.Train(training, null, null, cancellationToken);
        return ValidationScore.Of(network, test);
    }

    /// <summary>The sequences of texts, with the targets of their sparse rows, which may have been standardized or weighted.</summary>
    private static Dataset<float> Read(Tokenizer tokenizer, string[] texts, int maxTokens, Dataset<float> rows)
    {
        TextSequences some = TextSequences.Encode(tokenizer, texts, maxTokens);
        double[]? weights = rows.Weights is null ? null : [.. rows.Weights];
        return rows.Targets.AreClasses
            ? new(some.Tokens, new(some.Offsets), rows.Targets.Classes.ToArray()) { Weights = weights }
            : some.With(TensorBuffer.Copy<float>(rows.Targets.Values), weights);
    }

    /// <summary>Limits a number of texts.</summary>
    private static IReadOnlyList<int> Limit(IReadOnlyList<int> rows, double count, int[] strata, SplitMix64 random) =>
        rows.Count <= count ? rows : RowSplit.Stratified(rows, strata, 1 - (count / rows.Count), random).Training;

    private static double MeanLength(IReadOnlyList<string> texts) => texts.Average(text => (double)text.Length);
}
