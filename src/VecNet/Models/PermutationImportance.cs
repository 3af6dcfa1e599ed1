using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>How much a model depends on each of its features: the drop of its score when the values of one feature are permuted.</summary>
/// <remarks>
/// <para>
/// The score is the accuracy of a model of classes, and R² of a model of numbers. Permuting a feature among the rows keeps its
/// distribution, but removes its relation to the targets. A drop near 0 means that the model does not need the feature, possibly because
/// another one has the same information. The features of one categorical column are permuted together.
/// </para>
/// <code>
/// foreach (FeatureImportance feature in PermutationImportance.Compute(model, test).Features.OrderByDescending(one => one.Mean))
/// {
///     Console.WriteLine($"{feature.Name}: {feature.Mean:F3} ± {feature.StandardDeviation:F3}");
/// }
/// </code>
/// <para>Source: Breiman, "Random Forests", 2001; Fisher, Rudin, Dominici, "All Models are Wrong, but Many are Useful", 2019.</para>
/// </remarks>
public sealed class PermutationImportance
{
    private PermutationImportance(double score, IReadOnlyList<FeatureImportance> features)
    {
        Score = score;
        Features = features;
    }

    /// <summary>The score of the data as they are: the accuracy, or R².</summary>
    public double Score { get; }

    /// <summary>The importance of each feature, or of each column of a table, in the model's order.</summary>
    public IReadOnlyList<FeatureImportance> Features { get; }

    /// <summary>Computes the importance of a model's features.</summary>
    /// <param name="model">The model, which is only read.</param>
    /// <param name="data">
    /// The rows, preferably ones that the model was not trained on: features that are not standardized, and classes or numbers in their own
    /// units. The score uses the weights of the rows.
    /// </param>
    /// <param name="repeats">How often each feature is permuted.</param>
    /// <param name="seed">The seed of the permutations; equal seeds give equal results.</param>
    /// <param name="cancellationToken">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// The data does not fit the model, has no rows, has sequences, or has numbers that are all equal; or the model takes texts, whose
    /// features have no meaning of their own.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of repeats is not positive.</exception>
    /// <exception cref="OperationCanceledException">The computation has been canceled.</exception>
    public static PermutationImportance Compute<T>(
        Model<T> model, Dataset<T> data, int repeats = 5, ulong seed = 0, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (model.TakesTexts)
        {
            throw new ArgumentException("The model takes texts, whose features have no meaning of their own.", nameof(model));
        }

        data.CheckFits(model.Network, nameof(data));
        if (data.Sequences.HasValue)
        {
            throw new ArgumentException("The data has sequences; the importance is that of features of rows.", nameof(data));
        }

        if (data.Targets.AreClasses != model.PredictsClasses)
        {
            throw new ArgumentException(
                model.PredictsClasses
                    ? "The targets are values; the model predicts classes."
                    : "The targets are classes; the model predicts numbers.",
                nameof(data));
        }

        ReadOnlyTensorView<T> values = data.Targets.Values;
        var numbers = new TensorBuffer<double>(values.Rows, values.Columns);
        for (int row = 0; row < values.Rows; row++)
        {
            TensorPrimitives.ConvertTruncating(values.Row(row), numbers.View.Row(row));
        }

        Targets<double> targets = data.Targets.AreClasses ? data.Targets.Classes : numbers.View;
        return Compute(model, data.Features.View, arePrepared: false, targets, data.RowWeights, repeats, seed, cancellationToken);
    }

    /// <summary>Computes the importance of features that may be prepared as the network takes them.</summary>
    internal static PermutationImportance Compute<T>(
        Model<T> model,
        ReadOnlyTensorView<T> features,
        bool arePrepared,
        Targets<double> targets,
        ReadOnlySpan<double> weights,
        int repeats,
        ulong seed,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(repeats);
        var permuted = TensorBuffer.Copy(features);
        var predictions = new PermutationScore<T>(model, arePrepared, features.Rows);
        double score = predictions.Compute(permuted.View, targets, weights);
        var random = SplitMix64.ForStream(seed, RandomStream.Permutations);
        int[] order = [.. Enumerable.Range(0, features.Rows)];
        List<FeatureImportance> importance = [];
        int start = 0;
        foreach ((string name, int width) in ColumnsOf(model))
        {
            double[] drops = new double[repeats];
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                random.Shuffle(order.AsSpan());
                for (int row = 0; row < order.Length; row++)
                {
                    features.Row(order[row]).Slice(start, width).CopyTo(permuted.View.Row(row).Slice(start, width));
                }

                drops[repeat] = score - predictions.Compute(permuted.View, targets, weights);
            }

            for (int row = 0; row < order.Length; row++)
            {
                features.Row(row).Slice(start, width).CopyTo(permuted.View.Row(row).Slice(start, width));
            }

            importance.Add(new(name, drops));
            start += width;
        }

        return new(score, importance);
    }

    /// <summary>The names of the columns that are permuted, and the number of features of each.</summary>
    private static IEnumerable<(string Name, int Width)> ColumnsOf<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => model.Table is { } table
            ? table.Columns.Select(column => (column.Name, column.Width))
            : Enumerable.Range(0, model.Network.InputSize).Select(i => (model.FeatureNames?[i] ?? $"{i}", 1));
}
