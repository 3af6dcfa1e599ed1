using System.Numerics.Tensors;

namespace VecNet;

/// <summary>The errors of a model on rows that it was not trained on, as sums, so that folds can be added.</summary>
/// <remarks>
/// The loss of a row is the squared error of a standardized number, or for a class the Brier score, Σ (pᵢ − tᵢ)² over the classes, plus 1
/// if another class is predicted. The Brier score distinguishes near misses from bad ones, which matters with few rows, and unlike the
/// cross-entropy it is not dominated by a few overconfident predictions. Source: Brier, "Verification of forecasts expressed in terms of
/// probability", 1950.
/// </remarks>
internal readonly struct ValidationScore(double rows, double loss, double lossSquares, double correct)
{
    /// <summary>The number of rows, or the sum of their weights.</summary>
    internal readonly double Rows = rows;

    /// <summary>The sum of the losses.</summary>
    internal readonly double Loss = loss;

    /// <summary>The sum of their squares.</summary>
    internal readonly double LossSquares = lossSquares;

    /// <summary>The number, or sum of weights, of the rows whose class is predicted.</summary>
    internal readonly double Correct = correct;

    /// <summary>What is predicted at once: up to a number of rows, or of sequences with up to a number of tokens together.</summary>
    private static readonly TrainerOptions Batches = new() { BatchSize = 256, MaxBatchTokens = 4096 };

    /// <summary>How often each row was predicted, by models trained on other rows; 0 stands for once.</summary>
    internal int Repeats { get; init; }

    /// <summary>The mean loss.</summary>
    internal double MeanLoss => Loss / Rows;

    /// <summary>The share of rows whose class is predicted.</summary>
    internal double Accuracy => Correct / Rows;

    /// <summary>The standard error of <see cref="Accuracy"/>.</summary>
    internal double AccuracyError => Math.Sqrt(Accuracy * (1 - Accuracy) / DistinctRows);

    /// <summary>The standard error of <see cref="MeanLoss"/>.</summary>
    internal double LossError => Math.Sqrt(Math.Max(0, (LossSquares / Rows) - (MeanLoss * MeanLoss)) / DistinctRows);

    private double DistinctRows => Rows / int.Max(1, Repeats);

    /// <summary>The score of both parts together.</summary>
    public static ValidationScore operator +(ValidationScore left, ValidationScore right) => new(
        left.Rows + right.Rows, left.Loss + right.Loss, left.LossSquares + right.LossSquares, left.Correct + right.Correct);

    /// <summary>Predicts rows, or sequences with a target each, and adds up the errors.</summary>
    internal static ValidationScore Of(NeuralNetwork<float> network, Dataset<float> data)
    {
        float[] probabilities = new float[network.OutputSize];
        var score = default(ValidationScore);
        new NetworkEvaluation<float>(network, new MeanSquaredError<float>(), Batches).Predict(data, (outputs, targets, weights) =>
        {
            for (int row = 0; row < targets.Rows; row++)
            {
                ValidationScore one = targets.AreClasses
                    ? OfClass(outputs.Row(row), targets.Classes[row], probabilities)
                    : OfNumbers(outputs.Row(row), targets.Values.Row(row));
                score += one.Weighted(weights.IsEmpty ? 1 : weights[row]);
            }
        });
        return score;
    }

    /// <summary>The score of a row with a weight: of that many equal rows.</summary>
    internal ValidationScore Weighted(double weight) =>
        new(weight * Rows, weight * Loss, weight * LossSquares, weight * Correct);

    /// <summary>The score of a row of outputs whose class is known.</summary>
    /// <param name="logits">The outputs.</param>
    /// <param name="target">The class.</param>
    /// <param name="probabilities">Memory for the probabilities, overwritten.</param>
    internal static ValidationScore OfClass(ReadOnlySpan<float> logits, int target, Span<float> probabilities)
    {
        float highest = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, highest, probabilities);
        TensorPrimitives.SoftMax(probabilities, probabilities);
        bool isCorrect = TensorPrimitives.IndexOfMax(logits) == target;
        return OfProbabilities(probabilities, target, isCorrect);
    }

    /// <summary>The score of a row whose class is known.</summary>
    /// <param name="probabilities">The probability of each class, overwritten.</param>
    /// <param name="target">The class.</param>
    internal static ValidationScore OfProbabilities(Span<float> probabilities, int target) =>
        OfProbabilities(probabilities, target, TensorPrimitives.IndexOfMax<float>(probabilities) == target);

    private static ValidationScore OfProbabilities(Span<float> probabilities, int target, bool isCorrect)
    {
        probabilities[target] -= 1;
        double loss = TensorPrimitives.SumOfSquares<float>(probabilities) + (isCorrect ? 0 : 1);
        return new(1, loss, loss * loss, isCorrect ? 1 : 0);
    }

    private static ValidationScore OfNumbers(ReadOnlySpan<float> predicted, ReadOnlySpan<float> targets)
    {
        double loss = 0;
        for (int i = 0; i < predicted.Length; i++)
        {
            double error = (double)predicted[i] - targets[i];
            loss += error * error;
        }

        return new(1, loss, loss * loss, 0);
    }
}
