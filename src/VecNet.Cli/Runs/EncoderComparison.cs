using VecNet.Text;

namespace VecNet.Cli;

/// <summary>Trains two classifiers of texts, a linear model of the vectors of an encoder and a bag of words, and compares them.</summary>
/// <param name="data">The texts and their labels.</param>
/// <param name="targets">The class of each text.</param>
/// <param name="vectors">The vector of each text, of length 1.</param>
/// <param name="tokensOf">Chooses the tokens of the bag of words for some of the texts.</param>
/// <param name="options">The seed, the weighting of classes, and whether to calibrate.</param>
/// <param name="cancellationToken">Cancels a training.</param>
internal sealed class EncoderComparison(
    TrainingData data,
    TrainingTargets targets,
    TensorBuffer<float> vectors,
    Func<IReadOnlyList<string>, IReadOnlyList<int>, TextVectorizerOptions> tokensOf,
    FitOptions options,
    CancellationToken cancellationToken)
{
    /// <summary>A linear model of the vectors.</summary>
    internal const string OfVectors = "a logistic regression on the vectors of the encoder";

    /// <summary>A linear model of words.</summary>
    internal const string BagOfWords = "a bag of words";

    private ValidationScore scoreOfVectors;
    private ValidationScore scoreOfBag;
    private IReadOnlyList<RowSplit> folds = [];

    /// <summary>
    /// Whether the model of vectors has the higher accuracy, or the same one and a loss that is not higher; also if there are too few rows
    /// to compare. Losses alone would not be fair: with few texts, the probabilities of a bag of words are too small.
    /// </summary>
    internal bool PrefersVectors => folds.Count == 0 || scoreOfVectors.Correct > scoreOfBag.Correct
        || (scoreOfVectors.Correct == scoreOfBag.Correct && scoreOfVectors.MeanLoss <= scoreOfBag.MeanLoss);

    /// <summary>One sentence about the choice.</summary>
    internal string Summary
    {
        get
        {
            (string chosen, string other) = PrefersVectors ? (OfVectors, BagOfWords) : (BagOfWords, OfVectors);
            if (folds.Count == 0)
            {
                return $"Chosen without a comparison: {chosen}.";
            }

            (ValidationScore best, ValidationScore second) =
                PrefersVectors ? (scoreOfVectors, scoreOfBag) : (scoreOfBag, scoreOfVectors);
            return $"Chosen: {chosen}: accuracy {best.Accuracy:F4} ± {best.AccuracyError:F4} {RecipeSummary.DivisionOf(folds)}; "
                + $"{other} has {second.Accuracy:F4}.";
        }
    }

    /// <summary>The models that were compared; none without a comparison.</summary>
    internal IReadOnlyList<FitCandidate> Candidates => folds.Count == 0 ? [] :
    [
        CandidateOf(OfVectors, scoreOfVectors, PrefersVectors),
        CandidateOf(BagOfWords, scoreOfBag, !PrefersVectors),
    ];

    /// <summary>Compares the models on parts of the given rows that they are not trained with.</summary>
    internal void Compare(IReadOnlyList<int> rows)
    {
        folds = TableCandidates.Divide(options, [.. rows.Select(row => targets.Strata[row])]);
        foreach (RowSplit fold in folds)
        {
            int[] training = [.. fold.Training.Select(row => rows[row])], test = [.. fold.Test.Select(row => rows[row])];
            scoreOfVectors += ScoreOf(FitVectors(training), VectorsOf(test), test);
            Model<float> bag = FitBag(training);
            scoreOfBag += ScoreOf(bag, WordsOf(bag, test), test);
        }

        int repeats = int.Max(1, folds.Count / TableCandidates.Folds);
        scoreOfVectors = scoreOfVectors with { Repeats = repeats };
        scoreOfBag = scoreOfBag with { Repeats = repeats };
    }

    /// <summary>Trains the chosen model on the given rows.</summary>
    internal Model<float> Fit(IReadOnlyList<int> rows) => PrefersVectors ? FitVectors(rows) : FitBag(rows);

    /// <summary>The given rows as the chosen model takes them.</summary>
    internal InputRows RowsOf(Model<float> model, IReadOnlyList<int> rows) => PrefersVectors ? VectorsOf(rows) : WordsOf(model, rows);

    private static FitCandidate CandidateOf(string name, ValidationScore score, bool isChosen) =>
        new(name, score.Accuracy, score.AccuracyError, score.MeanLoss, isChosen);

    private Model<float> FitVectors(IReadOnlyList<int> rows) =>
        EmbeddingTraining.Fit(VectorsOf(rows).Dense!, targets.Select(rows), options, cancellationToken).Model;

    private Model<float> FitBag(IReadOnlyList<int> rows)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] texts = [.. rows.Select(row => data.Texts![row])];
        Model<float> bag = TextTraining.Fit(
            texts, targets.Select(rows), options, tokensOf(data.Texts!, rows), progress: null, cancellationToken).Model;

        // A training that was canceled halfway returns its best network.
        cancellationToken.ThrowIfCancellationRequested();
        return bag;
    }

    private InputRows VectorsOf(IReadOnlyList<int> rows)
    {
        var part = new TensorBuffer<float>(rows.Count, vectors.Columns);
        for (int i = 0; i < rows.Count; i++)
        {
            vectors.View.Row(rows[i]).CopyTo(part.View.Row(i));
        }

        return new(part);
    }

    private InputRows WordsOf(Model<float> model, IReadOnlyList<int> rows) =>
        new(null, model.Vectorizer!.Transform<float>([.. rows.Select(row => data.Texts![row])]));

    private ValidationScore ScoreOf(Model<float> model, InputRows inputs, int[] rows)
    {
        var probabilities = new TensorBuffer<float>(rows.Length, targets.Outputs);
        inputs.Predict(model, new() { Probabilities = probabilities.View });
        var score = default(ValidationScore);
        for (int i = 0; i < rows.Length; i++)
        {
            score += ValidationScore.OfProbabilities(probabilities.View.Row(i), targets.Strata[rows[i]]);
        }

        return score;
    }
}
