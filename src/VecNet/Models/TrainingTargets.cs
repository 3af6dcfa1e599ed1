namespace VecNet;

/// <summary>The targets of all rows: classes or numbers.</summary>
internal sealed class TrainingTargets
{
    /// <summary>
    /// The smallest weighted deviation of numbers, in units of that without weights, to divide by: rows of almost no weight must not
    /// become infinite.
    /// </summary>
    private const double LeastDeviation = 1e-9;

    private readonly double[] numbers;

    /// <summary>Creates targets that are classes.</summary>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="classes">The class of each row.</param>
    internal TrainingTargets(IReadOnlyList<string> classNames, int[] classes)
        : this([], classNames, classes)
    {
    }

    /// <summary>Creates targets that are numbers, one for each row.</summary>
    internal TrainingTargets(double[] numbers)
        : this(numbers, null, new int[numbers.Length])
    {
    }

    private TrainingTargets(double[] numbers, IReadOnlyList<string>? classNames, int[] strata)
    {
        this.numbers = numbers;
        ClassNames = classNames;
        Strata = strata;
    }

    /// <summary>The names of the classes; null if the targets are numbers.</summary>
    internal readonly IReadOnlyList<string>? ClassNames;

    /// <summary>The weight of each row, as in <see cref="FitOptions.SampleWeights"/>; null for ones.</summary>
    internal IReadOnlyList<double>? SampleWeights { get; private init; }

    /// <summary>The weighting of the classes in training.</summary>
    internal ClassWeights ClassWeights { get; private init; }

    /// <summary>
    /// The standardization of numbers, fitted on the training rows; null for classes, and before they are joined to features.
    /// </summary>
    internal Standardization<float>? Standardization { get; private set; }

    /// <summary>The units of a model whose training is continued; null to fit <see cref="Standardization"/>.</summary>
    internal Standardization<float>? GivenUnits;

    /// <summary>The class of each row for a stratified split; all are 0 if the targets are numbers.</summary>
    internal readonly int[] Strata;

    /// <summary>The number of outputs of a network that predicts these targets.</summary>
    internal int Outputs => ClassNames?.Count ?? 1;

    /// <summary>The loss to minimize.</summary>
    internal ILoss<float> Loss => ClassNames is null ? new MeanSquaredError<float>() : new SoftmaxCrossEntropy<float>();

    /// <summary>The true numbers of the given rows.</summary>
    internal double[] NumbersOf(IEnumerable<int> rows) => [.. rows.Select(row => numbers[row])];

    /// <summary>The same targets with weights.</summary>
    internal TrainingTargets Weighted(IReadOnlyList<double>? sampleWeights, ClassWeights classWeights) => new(numbers, ClassNames, Strata)
    {
        SampleWeights = sampleWeights,
        ClassWeights = classWeights,
        GivenUnits = GivenUnits,
    };

    /// <summary>The targets of the given rows, in their order.</summary>
    internal TrainingTargets Select(IReadOnlyList<int> rows) =>
        new(ClassNames is null ? NumbersOf(rows) : [], ClassNames, [.. rows.Select(row => Strata[row])])
        {
            SampleWeights = SampleWeights is null ? null : [.. rows.Select(row => SampleWeights[row])],
            ClassWeights = ClassWeights,
            GivenUnits = GivenUnits,
        };

    /// <summary>The weights of the given rows; empty if all rows count the same.</summary>
    internal double[] SampleWeightsOf(IEnumerable<int> rows) => SampleWeights is null ? [] : [.. rows.Select(row => SampleWeights[row])];

    /// <summary>The rows whose weight is not 0; null if all rows count.</summary>
    internal int[]? RowsOfWeight() => SampleWeights is null || !SampleWeights.Contains(0)
        ? null
        : [.. Enumerable.Range(0, Strata.Length).Where(row => SampleWeights[row] != 0)];

    /// <summary>The split without training rows whose weight is 0.</summary>
    internal RowSplit WithoutAbsentRows(RowSplit split) => SampleWeights is null
        ? split
        : split with { Training = [.. split.Training.Where(row => SampleWeights[row] != 0)] };

    /// <summary>
    /// Combines features and targets into a dataset. Numbers are standardized to mean 0 and standard deviation 1 on the training rows,
    /// which suits training best. Classes are balanced on the training rows; other rows have their own weights.
    /// </summary>
    internal Dataset<float> JoinTo(TensorBuffer<float> features, IReadOnlyList<int> trainingRows) => ClassNames is not null
        ? new(features, Strata) { Weights = WeightsOf(trainingRows) }
        : new(features, Standardized(trainingRows)) { Weights = WeightsOf(trainingRows) };

    /// <summary>Combines sparse features and targets into a dataset.</summary>
    internal Dataset<float> JoinTo(SparseRows<float> features, IReadOnlyList<int> trainingRows) => ClassNames is not null
        ? new(features, Strata) { Weights = WeightsOf(trainingRows) }
        : new(features, Standardized(trainingRows)) { Weights = WeightsOf(trainingRows) };

    /// <summary>Combines sequences of tokens and targets into a dataset.</summary>
    internal Dataset<float> JoinTo(TextSequences sequences, IReadOnlyList<int> trainingRows) => ClassNames is not null
        ? new(sequences.Tokens, new(sequences.Offsets), Strata) { Weights = WeightsOf(trainingRows) }
        : sequences.With(Standardized(trainingRows), WeightsOf(trainingRows));

    private TensorBuffer<float> Standardized(IReadOnlyList<int> trainingRows)
    {
        ReadOnlyTensorView<double> column = numbers.AsView(numbers.Length, 1);
        Standardization = GivenUnits ?? Weighted(VecNet.Standardization.Fit<float>(column, trainingRows), trainingRows);
        return Standardization.Apply(column);
    }

    /// <summary>
    /// The weighted mean and deviation, in units of those without weights, which cannot overflow. The loss of the mean is then 1, as R²
    /// needs it, and no training begins far from it.
    /// </summary>
    private Standardization<float> Weighted(Standardization<float> plain, IReadOnlyList<int> trainingRows)
    {
        double largest = SampleWeights is null ? 0 : trainingRows.Max(row => SampleWeights[row]);
        if (SampleWeights is null || trainingRows.All(row => SampleWeights[row] == largest))
        {
            return plain;
        }

        (double center, double unit) = (plain.Means[0], plain.Deviations[0]);
        double sum = 0, mean = 0, squares = 0;
        foreach (int row in trainingRows.Where(row => SampleWeights[row] > 0))
        {
            // West, "Updating Mean and Variance Estimates: An Improved Method", 1979.
            double weight = SampleWeights[row] / largest, number = (numbers[row] - center) / unit, difference = number - mean;
            sum += weight;
            mean += difference * weight / sum;
            squares += weight * difference * (number - mean);
        }

        double deviation = Math.Sqrt(squares / sum);
        return new([center + (unit * mean)], [deviation > LeastDeviation ? unit * deviation : unit]);
    }

    private double[]? WeightsOf(IReadOnlyList<int> trainingRows)
    {
        double[]? weights = SampleWeights?.ToArray();
        if (ClassWeights == ClassWeights.Balanced)
        {
            weights ??= [.. Enumerable.Repeat(1.0, Strata.Length)];
            double[] balanced = VecNet.SampleWeights.Balanced(
                [.. trainingRows.Select(row => Strata[row])], [.. trainingRows.Select(row => weights[row])]);
            for (int i = 0; i < balanced.Length; i++)
            {
                weights[trainingRows[i]] = balanced[i];
            }
        }

        return weights;
    }
}
