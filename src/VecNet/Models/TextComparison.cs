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
/// <param name="bag">The score of the bag of words.</param>
/// <param name="sequences">The score of the network.</param>
/// <param name="split">The texts that both were trained on, and those that decide.</param>
/// <param name="hasClasses">Whether the targets are classes.</param>
internal sealed class TextComparison(ValidationScore bag, ValidationScore sequences, RowSplit split, bool hasClasses)
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

    /// <summary>The number of texts from which a network learns the order of words.</summary>
    private const int FewestTexts = 1000;

    /// <summary>The largest number of texts that decide.</summary>
    private const int MostHeldOut = 1000;

    /// <summary>The share of a limit of time after which the comparison ends, and the model is a bag of words.</summary>
    private const double ShareOfBudget = 0.25;

    /// <summary>Why there is no comparison if <see cref="Run"/> has not finished it.</summary>
    internal const string TooSlow = "there was not enough time";

    /// <summary>
    /// Whether the accuracy or R² of the network is higher by more than two standard errors: it takes longer, in training and later.
    /// </summary>
    internal bool ChoosesSequences
    {
        get
        {
            (double score, double error) = ScoreOf(bag);
            return ScoreOf(sequences).Value > score + (2 * error);
        }
    }

    /// <summary>Both models with their scores.</summary>
    internal IReadOnlyList<FitCandidate> Candidates
    {
        get
        {
            return [Candidate("a bag of words", bag, !ChoosesSequences), Candidate(TextNetwork.NameOf(Other), sequences, ChoosesSequences)];

            FitCandidate Candidate(string name, ValidationScore score, bool isChosen)
            {
                (double value, double error) = ScoreOf(score);
                return new(name, value, error, score.MeanLoss, isChosen);
            }
        }
    }

    /// <summary>One sentence about the choice.</summary>
    internal string Summary
    {
        get
        {
            FitCandidate[] both = [.. Candidates.OrderByDescending(candidate => candidate.IsChosen)];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Chosen: {both[0].Description}: {(hasClasses ? "accuracy" : "R²")} {both[0].Score:F3} ± {both[0].StandardError:F3} on "
                + $"{split.Test.Count:N0} held-out texts, after training on {split.Training.Count:N0}; {both[1].Description} has "
                + $"{both[1].Score:F3}.");
        }
    }

    /// <summary>Whether the kinds of models are compared for these texts.</summary>
    /// <param name="options">The options.</param>
    /// <param name="texts">All training texts.</param>
    /// <param name="obstacle">Why they are not; null if they are, or if the options say so.</param>
    internal static bool Suits(FitOptions options, IReadOnlyList<string> texts, out string? obstacle)
    {
        bool isWanted = options.TextModel is null && options.HiddenSizes is null
            && (options.ValidationShare ?? 1) * texts.Count >= 1;
        obstacle = !isWanted ? null
            : texts.Count < Hyperparameters.FewestRowsForValidation ? "there are fewer than 1,000 texts"
            : texts.Sum(text => (long)text.Length) > (long)LongestMean * texts.Count
                ? "the texts have more than 200 characters on average"
            : null;
        return isWanted && obstacle is null;
    }

    /// <summary>Compares the models.</summary>
    /// <param name="options">The options.</param>
    /// <param name="texts">All training texts.</param>
    /// <param name="bag">Makes the data set of some of them as sparse rows.</param>
    /// <param name="targets">The targets of the same texts.</param>
    /// <param name="budget">The limit of the time; null if there is none.</param>
    /// <param name="cancellationToken">The token that cancels the comparison.</param>
    /// <returns>The comparison; null if the time was over before.</returns>
    /// <exception cref="OperationCanceledException">The comparison has been canceled.</exception>
    internal static TextComparison? Run(
        FitOptions options,
        IReadOnlyList<string> texts,
        Func<IReadOnlyList<int>, Dataset<float>> bag,
        TrainingTargets targets,
        TimeBudget? budget,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource? timer = budget?.Timer(ShareOfBudget);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer?.Token ?? default);
        Hyperparameters ofBag = options.ApplyTo(Hyperparameters.Of(TextModel.BagOfWords), texts.Count);
        Hyperparameters ofSequences = options.ApplyTo(Hyperparameters.Of(Other), texts.Count);
        RowSplit split = Divide(texts, ofSequences, targets.Strata);
        var tokenizer = TextSequences.Learn(TextsOf(split.Training));
        ofSequences = ofSequences with { Sequences = new(Other, tokenizer.VocabularySize, options.MaxTokens) };
        try
        {
            return new(Score(ofBag, bag), Score(ofSequences, SequencesOf), split, targets.ClassNames is not null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        IEnumerable<string> TextsOf(IEnumerable<int> rows) => rows.Select(row => texts[row]);

        // The targets, which may have been standardized or weighted, are those of the bag.
        Dataset<float> SequencesOf(IReadOnlyList<int> rows)
        {
            Dataset<float> same = bag(rows);
            TextSequences some = TextSequences.Encode(tokenizer, [.. TextsOf(rows)], options.MaxTokens);
            double[]? weights = same.Weights is null ? null : [.. same.Weights];
            return same.Targets.AreClasses
                ? new(some.Tokens, new(some.Offsets), same.Targets.Classes.ToArray()) { Weights = weights }
                : some.With(TensorBuffer.Copy<float>(same.Targets.Values), weights);
        }

        ValidationScore Score(Hyperparameters settings, Func<IReadOnlyList<int>, Dataset<float>> select)
        {
            Dataset<float> training = select(split.Training);
            var task = new TrainingTask(training, null, targets.Outputs, targets.Loss);
            (NeuralNetwork<float> network, Trainer<float> trainer) =
                SingleTraining.Prepare(settings.ForRows(training.Count), task, training.Count, options.Threads);
            trainer.Train(training, null, null, either.Token);
            return ValidationScore.Of(network, select(split.Test));
        }
    }

    private (double Value, double Error) ScoreOf(ValidationScore score) => RecipeSummary.ScoreOf(score, hasClasses);

    /// <summary>Holds out texts that decide, and limits the number of the others.</summary>
    private static RowSplit Divide(IReadOnlyList<string> texts, Hyperparameters settings, IReadOnlyList<int> strata)
    {
        SplitMix64 random = SplitMix64.ForStream(settings.Seed, RandomStream.ComparedTexts);
        RowSplit split = settings.HoldOut([.. Enumerable.Range(0, texts.Count)], strata);
        double mean = texts.Average(text => (double)text.Length);
        return new(
            Limit(split.Training, Math.Max(FewestTexts, MostCharacters / (settings.Epochs * mean))), Limit(split.Test, MostHeldOut));

        IReadOnlyList<int> Limit(IReadOnlyList<int> rows, double count) => rows.Count <= count
            ? rows
            : RowSplit.Stratified(rows, strata, 1 - (count / rows.Count), random).Training;
    }
}
