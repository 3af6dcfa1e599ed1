namespace VecNet;

/// <summary>The targets of all rows: classes or numbers.</summary>
internal sealed class TrainingTargets
{
    private readonly double[] numbers = [];

    /// <summary>Creates targets that are classes.</summary>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="classes">The class of each row.</param>
    internal TrainingTargets(IReadOnlyList<string> classNames, int[] classes)
    {
        ClassNames = classNames;
        Strata = classes;
    }

    /// <summary>Creates targets that are numbers, one for each row.</summary>
    internal TrainingTargets(double[] numbers)
    {
        this.numbers = numbers;
        Strata = new int[numbers.Length];
    }

    /// <summary>The names of the classes; null if the targets are numbers.</summary>
    internal IReadOnlyList<string>? ClassNames { get; }

    /// <summary>
    /// The standardization of numbers, fitted on the training rows; null for classes, and before they are joined to features.
    /// </summary>
    internal Standardization<float>? Standardization { get; private set; }

    /// <summary>The class of each row for a stratified split; all are 0 if the targets are numbers.</summary>
    internal int[] Strata { get; }

    /// <summary>The number of outputs of a network that predicts these targets.</summary>
    internal int Outputs => ClassNames?.Count ?? 1;

    /// <summary>The loss to minimize.</summary>
    internal ILoss<float> Loss => ClassNames is null ? new MeanSquaredError<float>() : new SoftmaxCrossEntropy<float>();

    /// <summary>The true numbers of the given rows.</summary>
    internal double[] NumbersOf(IEnumerable<int> rows) => [.. rows.Select(row => numbers[row])];

    /// <summary>Combines sparse features and targets into a dataset, as for dense ones.</summary>
    internal Dataset<float> JoinTo(SparseRows<float> features, IReadOnlyList<int> trainingRows) =>
        ClassNames is not null ? new(features, Strata) : new(features, Standardized(trainingRows));

    /// <summary>
    /// Combines features and targets into a dataset. Numbers are standardized to mean 0 and deviation 1 on the training rows, which a
    /// network learns best.
    /// </summary>
    internal Dataset<float> JoinTo(TensorBuffer<float> features, IReadOnlyList<int> trainingRows) =>
        ClassNames is not null ? new(features, Strata) : new(features, Standardized(trainingRows));

    private TensorBuffer<float> Standardized(IReadOnlyList<int> trainingRows)
    {
        ReadOnlyTensorView<double> column = numbers.AsView(numbers.Length, 1);
        Standardization = Standardization<float>.Fit(column, trainingRows);
        return Standardization.Apply(column);
    }
}
