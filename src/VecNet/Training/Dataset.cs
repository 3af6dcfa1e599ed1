using System.Numerics;

namespace VecNet;

/// <summary>Rows of features, each with a class or a row of target values, and optionally with a weight.</summary>
/// <remarks>
/// <code>
/// var data = new Dataset&lt;float&gt;(features, classes) { Weights = SampleWeights.Balanced(classes) };
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class Dataset<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[]? classes;
    private readonly TensorBuffer<T>? values;
    private readonly TensorBuffer<T>? dense;

    /// <summary>Creates a data set with a class for each row.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="classes">The class of each row, from 0.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public Dataset(TensorBuffer<T> features, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(classes);
        CheckRows(features.Rows, classes.Length, nameof(classes));
        dense = features;
        this.classes = classes;
    }

    /// <summary>Creates a data set of sparse rows with a class for each.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="classes">The class of each row, from 0.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public Dataset(SparseRows<T> features, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(classes);
        CheckRows(features.Rows, classes.Length, nameof(classes));
        SparseFeatures = features;
        this.classes = classes;
    }

    /// <summary>Creates a data set with target values for each row: numbers to be predicted, or distributions.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="values">Rows × outputs.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public Dataset(TensorBuffer<T> features, TensorBuffer<T> values)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(values);
        CheckRows(features.Rows, values.Rows, nameof(values));
        dense = features;
        this.values = values;
    }

    /// <summary>Creates a data set of sparse rows with target values for each.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="values">Rows × outputs.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public Dataset(SparseRows<T> features, TensorBuffer<T> values)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(values);
        CheckRows(features.Rows, values.Rows, nameof(values));
        SparseFeatures = features;
        this.values = values;
    }

    /// <summary>The number of rows.</summary>
    public int Rows => classes?.Length ?? values!.Rows;

    /// <summary>The number of features of a row.</summary>
    public int FeatureCount => SparseFeatures?.Columns ?? dense!.Columns;

    /// <summary>Rows × features.</summary>
    /// <exception cref="InvalidOperationException">The features are sparse: use <see cref="SparseFeatures"/>.</exception>
    public TensorBuffer<T> Features => dense
        ?? throw new InvalidOperationException("The features are sparse rows: use SparseFeatures, or its ToDense().");

    /// <summary>Rows × features, as sparse rows; null if they are dense.</summary>
    public SparseRows<T>? SparseFeatures { get; }

    /// <summary>The targets of the rows.</summary>
    public Targets<T> Targets => classes is not null ? new Targets<T>(classes.AsSpan()) : new Targets<T>(values!.View);

    /// <summary>Creates a data set of the given rows, in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Dataset<T> Select(ReadOnlySpan<int> rows)
    {
        Dataset<T> selection = EmptyLike(rows.Length);
        CopyRows(rows, selection);
        return selection;
    }

    /// <summary>Creates a data set with memory for the given number of rows of the same kind.</summary>
    internal Dataset<T> EmptyLike(int rows)
    {
        Dataset<T> like = EmptyWithoutWeights(rows);
        like.weights = weights is null ? null : new double[rows];
        return like;
    }

    private Dataset<T> EmptyWithoutWeights(int rows)
    {
        if (SparseFeatures is not null)
        {
            var sparse = new SparseRows<T>(FeatureCount, rows);
            sparse.AppendEmpty(rows);
            return classes is not null ? new(sparse, new int[rows]) : new(sparse, new TensorBuffer<T>(rows, values!.Columns));
        }

        var features = new TensorBuffer<T>(rows, FeatureCount);
        return classes is not null ? new(features, new int[rows]) : new(features, new TensorBuffer<T>(rows, values!.Columns));
    }

    /// <summary>The outputs of a network for one row.</summary>
    internal ReadOnlySpan<T> PredictRow(int row, NeuralNetwork<T> network, Workspace<T> workspace) => SparseFeatures is { } sparse
        ? network.Predict(sparse.View.SliceRows(row, 1), workspace).Row(0)
        : network.Predict(Features.View.SliceRows(row, 1), workspace).Row(0);

    /// <summary>Copies rows to the beginning of <paramref name="destination"/>, which <see cref="EmptyLike"/> has created.</summary>
    internal void CopyRows(ReadOnlySpan<int> rows, Dataset<T> destination)
    {
        destination.SparseFeatures?.CopyRows(SparseFeatures!, rows);
        for (int i = 0; i < rows.Length && dense is not null; i++)
        {
            dense.View.Row(rows[i]).CopyTo(destination.Features.View.Row(i));
        }

        CopyTargets(rows, destination);
    }

    /// <summary>
    /// Copies the targets and weights of rows to the beginning of <paramref name="destination"/>, which <see cref="EmptyLike"/> has
    /// created.
    /// </summary>
    internal void CopyTargets(ReadOnlySpan<int> rows, Dataset<T> destination)
    {
        CopyWeights(rows, destination);
        for (int i = 0; i < rows.Length; i++)
        {
            if (classes is not null)
            {
                destination.classes![i] = classes[rows[i]];
            }
            else
            {
                values!.View.Row(rows[i]).CopyTo(destination.values!.View.Row(i));
            }
        }
    }

    /// <summary>The targets of <paramref name="count"/> rows from <paramref name="start"/> on.</summary>
    internal Targets<T> TargetsOf(int start, int count) => Targets.Slice(start, count);

    /// <summary>Checks that a network can be trained or evaluated with these rows.</summary>
    /// <exception cref="ArgumentException">It cannot; <paramref name="name"/> names the argument.</exception>
    internal void CheckFits(NeuralNetwork<T> network, string name, int? ignoredClass = null)
    {
        if (Rows == 0)
        {
            throw new ArgumentException("There is no row.", name);
        }

        if (FeatureCount != network.InputSize)
        {
            throw new ArgumentException($"The data has {FeatureCount} features; the network takes {network.InputSize}.", name);
        }

        if (SparseFeatures is not null && !network.TakesSparseRows)
        {
            throw new ArgumentException("The data has sparse rows, which only a fully connected first layer takes.", name);
        }

        Targets<T> targets = Targets;
        if (!targets.AreClasses && targets.Values.Columns != network.OutputSize)
        {
            throw new ArgumentException(
                $"The data has {targets.Values.Columns} target values per row; the network has {network.OutputSize}.", name);
        }

        for (int row = 0; row < targets.Classes.Length; row++)
        {
            if ((uint)targets.Classes[row] >= (uint)network.OutputSize && targets.Classes[row] != ignoredClass)
            {
                throw new ArgumentException(
                    $"The class of row {row} is {targets.Classes[row]}; the network has {network.OutputSize} classes, from 0 on.", name);
            }
        }
    }

    private static void CheckRows(int rows, int targets, string name)
    {
        if (rows != targets)
        {
            throw new ArgumentException($"There are {rows} rows of features and {targets} targets.", name);
        }
    }
}
