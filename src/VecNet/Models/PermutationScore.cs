using System.Numerics;

namespace VecNet;

/// <summary>The score of a model on rows: the accuracy of classes, or R² of numbers.</summary>
internal sealed class PermutationScore<T>(Model<T> model, bool arePrepared, int rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] classes = new int[model.PredictsClasses ? rows : 0];
    private readonly T[] probabilities = new T[model.PredictsClasses ? rows : 0];
    private readonly TensorBuffer<double> numbers = new(model.PredictsClasses ? 0 : rows, model.Network.OutputSize);

    /// <summary>Predicts the rows and computes the score.</summary>
    /// <exception cref="ArgumentException">The score is undefined.</exception>
    internal double Compute(ReadOnlyTensorView<T> features, Targets<double> targets, ReadOnlySpan<double> weights)
    {
        if (!model.PredictsClasses)
        {
            model.Predict(features, arePrepared, new() { Numbers = numbers.View });
            return RegressionMetrics.Compute<double>(numbers.View, targets.Values, weights).RSquared
                ?? throw new ArgumentException("All numbers of a column are equal, so that R² is undefined.", "data");
        }

        model.Predict(features, arePrepared, new() { Classes = classes, ClassProbabilities = probabilities });
        double right = 0, all = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            all += weight;
            right += classes[row] == targets.Classes[row] ? weight : 0;
        }

        return all == 0 ? throw new ArgumentException("There is no row, so that the accuracy is undefined.", "data") : right / all;
    }
}
