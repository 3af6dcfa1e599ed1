using System.Numerics;

namespace VecNet;

/// <summary>
/// Rows of features, each with a class or a row of target values, and optionally with a weight; or sequences of rows, with a target for
/// each sequence or for each of their rows.
/// </summary>
/// <remarks>
/// <para>
/// A mini-batch of rows has <see cref="TrainerOptions.BatchSize"/> rows. A mini-batch of sequences has that many whole sequences, of any
/// lengths and without padding; training has memory for that many of the longest. The loss is averaged over targets: over sequences, or
/// over all rows of a mini-batch.
/// </para>
/// <code>
/// var data = new Dataset&lt;float&gt;(features, classes) { Weights = SampleWeights.Balanced(classes) };
/// int[][] texts = [[4, 1, 7], [2, 7]];                                   // numbers of words
/// var bySequence = new Dataset&lt;float&gt;(texts, classes: [1, 0]);
/// var byWord = new Dataset&lt;float&gt;(texts, classes: [0, 0, 1, 0, 1]);
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

    /// <summary>The number of rows of features; where there are sequences, of all of them together.</summary>
    public int Rows => SparseFeatures?.Rows ?? ids?.Length ?? dense!.Rows;

    /// <summary>The number of samples, from which mini-batches are made: of sequences, or of rows if there are no sequences.</summary>
    public int Count => offsets is null ? Rows : offsets.Length - 1;

    /// <summary>The number of features of a row.</summary>
    public int FeatureCount => SparseFeatures?.Columns ?? dense?.Columns ?? 1;

    /// <summary>Rows × features; integers are converted once.</summary>
    /// <exception cref="InvalidOperationException">
    /// The features are sparse: use <see cref="SparseFeatures"/>. Or an integer is not a number of type <typeparamref name="T"/>.
    /// </exception>
    public TensorBuffer<T> Features => dense ?? (converted ??= ids is null
        ? throw new InvalidOperationException("The features are sparse rows: use SparseFeatures, or its ToDense().")
        : Convert(ids));

    /// <summary>Rows × features, as sparse rows; null if they are dense.</summary>
    public SparseRows<T>? SparseFeatures { get; }

    /// <summary>The targets: one for each row, or one for each sequence.</summary>
    public Targets<T> Targets => classes is not null ? new Targets<T>(classes.AsSpan()) : new Targets<T>(values!.View);

    /// <summary>The outputs of a network for one sample, a row or a sequence.</summary>
    internal ReadOnlySpan<T> PredictRow(int sample, NeuralNetwork<T> network, Workspace<T> workspace) => SparseFeatures is { } sparse
        ? network.Predict(sparse.View.SliceRows(sample, 1), workspace).Row(0)
        : HasIds ? network.Predict(IdsOf(sample, 1), SequencesOf(sample, 1, new int[2]), workspace).Row(0)
        : network.Predict(FeaturesOf(sample, 1), SequencesOf(sample, 1, new int[2]), workspace).Row(0);

    /// <summary>These data as the network takes them: integers become numbers if a layer that reads the input takes no integers.</summary>
    /// <exception cref="ArgumentException">An integer is not a number of type T.</exception>
    private Dataset<T> For(NeuralNetwork<T> network, string name)
    {
        if (ids is null || network.TakesIds)
        {
            return this;
        }

        try
        {
            return new(Features, null, null, offsets, hasTokenTargets, classes, values) { weights = weights };
        }
        catch (InvalidOperationException error)
        {
            throw new ArgumentException(error.Message, name, error);
        }
    }

    /// <summary>
    /// Checks that a network can be trained or evaluated with these rows, and returns them as the network takes them.
    /// </summary>
    /// <exception cref="ArgumentException">It cannot; <paramref name="name"/> names the argument.</exception>
    internal Dataset<T> CheckFits(
        NeuralNetwork<T> network, string name, int? ignoredClass = null, TrainerOptions? options = null)
    {
        if (Count == 0)
        {
            throw new ArgumentException(offsets is null ? "There is no row." : "There is no sequence.", name);
        }

        if (FeatureCount != network.InputSize)
        {
            throw new ArgumentException($"The data has {FeatureCount} features; the network takes {network.InputSize}.", name);
        }

        if (SparseFeatures is not null && !network.TakesSparseRows)
        {
            throw new ArgumentException("The data has sparse rows, which only a fully connected first layer takes.", name);
        }

        CheckOutputRows(network, name);
        CheckTruncation(network, name, options);
        Targets<T> targets = Targets;
        if (!targets.AreClasses && targets.Values.Columns != network.OutputSize)
        {
            throw new ArgumentException(
                $"The data has {targets.Values.Columns} target values per {TargetName}; the network has {network.OutputSize}.", name);
        }

        for (int row = 0; row < targets.Classes.Length; row++)
        {
            if ((uint)targets.Classes[row] >= (uint)network.OutputSize && targets.Classes[row] != ignoredClass)
            {
                throw new ArgumentException(
                    $"The class of {TargetName} {row} is {targets.Classes[row]}; the network has {network.OutputSize} classes, from 0 on.",
                    name);
            }
        }

        return For(network, name);
    }

    private static void CheckRows(int rows, int targets, string name)
    {
        if (rows != targets)
        {
            throw new ArgumentException($"There are {rows} rows of features and {targets} targets.", name);
        }
    }
}
