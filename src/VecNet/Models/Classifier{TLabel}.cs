using System.Numerics.Tensors;

namespace VecNet;

/// <summary>A classifier of rows of numeric features. It is thread-safe.</summary>
/// <remarks>
/// <code>
/// Prediction&lt;string&gt; p = model.Predict([6.3f, 3.3f, 6.0f, 2.5f]);
/// Console.WriteLine($"{p.Label}: {p.Probability:P1}");
/// </code>
/// </remarks>
/// <typeparam name="TLabel">The type of the labels: a string, bool, char, number or enum.</typeparam>
public sealed partial class Classifier<TLabel>
    where TLabel : notnull
{
    internal Classifier(Model<float> model, TLabel[] labels, FitReport? report)
    {
        Model = model;
        Labels = Array.AsReadOnly(labels);
        Report = report;
    }

    /// <summary>The labels of the classes, in the order of their probabilities.</summary>
    public IReadOnlyList<TLabel> Labels { get; }

    /// <summary>The underlying network with its preprocessing.</summary>
    public Model<float> Model { get; }

    /// <summary>How the classifier was trained; null if it was loaded.</summary>
    public FitReport? Report { get; }

    /// <summary>Predicts the class of one row.</summary>
    /// <exception cref="ArgumentException">The number of features is not that of the model, or a feature is not finite.</exception>
    public Prediction<TLabel> Predict(ReadOnlySpan<float> sample)
    {
        float[] probabilities = new float[Labels.Count];
        Predict(sample, probabilities);
        return Model<float>.PredictionOf(Labels, probabilities, nameof(sample));
    }

    /// <summary>Predicts the class of one row without allocating.</summary>
    /// <param name="sample">The features.</param>
    /// <param name="probabilities">The probability of each class, in the order of <see cref="Labels"/>.</param>
    /// <returns>The label of the most probable class.</returns>
    /// <exception cref="ArgumentException">
    /// The number of features or of probabilities is not that of the model, or a feature is not finite.
    /// </exception>
    public TLabel Predict(ReadOnlySpan<float> sample, Span<float> probabilities)
    {
        if (sample.Length != Model.Network.InputSize)
        {
            throw new ArgumentException($"There are {sample.Length} features; the model takes {Model.Network.InputSize}.", nameof(sample));
        }

        if (probabilities.Length != Labels.Count)
        {
            throw new ArgumentException(
                $"The span has {probabilities.Length} elements; the model has {Labels.Count} classes.", nameof(probabilities));
        }

        Model.PredictProbabilities(sample, probabilities);
        int likeliest = TensorPrimitives.IndexOfMax<float>(probabilities);
        return float.IsNaN(probabilities[likeliest]) || !TensorPrimitives.IsFiniteAll(sample)
            ? throw new ArgumentException("The features are not finite, or too large for this model.", nameof(sample))
            : Labels[likeliest];
    }

    /// <summary>Predicts the class of each row.</summary>
    /// <param name="features">Rows × features.</param>
    /// <exception cref="ArgumentException">The number of features is not that of the model, or a feature is not finite.</exception>
    public Prediction<TLabel>[] Predict(ReadOnlyTensorView<float> features)
    {
        var probabilities = new TensorBuffer<float>(features.Rows, Labels.Count);
        Model.PredictProbabilities(features, probabilities.View);
        var predictions = new Prediction<TLabel>[features.Rows];
        for (int row = 0; row < predictions.Length; row++)
        {
            predictions[row] = TensorPrimitives.IsFiniteAll(features.Row(row))
                ? Model<float>.PredictionOf(Labels, probabilities.View.Row(row), nameof(features))
                : throw new ArgumentException($"A feature of row {row} is not finite.", nameof(features));
        }

        return predictions;
    }

    /// <inheritdoc cref="Predict(ReadOnlyTensorView{float})"/>
    public Prediction<TLabel>[] Predict(IEnumerable<float[]> features) =>
        TableTraining.Join(features) is { Rows: > 0 } joined ? Predict(joined.View) : [];

    /// <summary>Trains a copy of this classifier on additional rows; this classifier is not changed.</summary>
    /// <remarks>
    /// The preprocessing and the classes remain those of this classifier. If the new rows differ from the old ones, the model gradually
    /// forgets the latter; include some of the old rows to prevent this.
    /// <code>
    /// Classifier&lt;string&gt; updated = model.ContinueFit(newFeatures, newLabels, new FitOptions { Epochs = 20 });
    /// </code>
    /// </remarks>
    /// <param name="features">Rows × features.</param>
    /// <param name="labels">The label of each row, one of <see cref="Labels"/>.</param>
    /// <param name="options">
    /// The number of epochs (10 by default), the weights of rows and classes, the seed and the threads; the layers cannot be changed, and
    /// there is neither a search nor a calibration.
    /// </param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the training; the result is then the network of the last step.</param>
    /// <exception cref="ArgumentException">
    /// There is no row, the numbers of rows and labels differ, the number of features is not that of the model, a feature is not finite, a
    /// label is unknown, or an option is out of range or cannot be changed.
    /// </exception>
    /// <exception cref="NotSupportedException">The network ends with a softmax, or has custom layers.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public Classifier<TLabel> ContinueFit(
        ReadOnlyTensorView<float> features,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        TableTraining.CheckRows(features, labels.Count, nameof(labels));
        Dictionary<TLabel, int> indices = Labels.Index().ToDictionary(one => one.Item, one => one.Index);
        int[] classes = new int[labels.Count];
        for (int row = 0; row < classes.Length; row++)
        {
            if (labels[row] is not { } label || !indices.TryGetValue(label, out classes[row]))
            {
                throw new ArgumentException(
                    $"The label of row {row} is '{labels[row]}'; the model has {string.Join(", ", Labels)}.", nameof(labels));
            }
        }

        (Model<float> model, FitReport report) = ContinuedTraining.Run(
            Model, features, new(Model.Labels, classes), options, progress, cancellationToken);
        return new(model, [.. Labels], report);
    }

    /// <inheritdoc cref="ContinueFit(ReadOnlyTensorView{float}, IReadOnlyList{TLabel}, FitOptions, IProgress{FitProgress},
    /// CancellationToken)"/>
    public Classifier<TLabel> ContinueFit(
        IReadOnlyList<float[]> features,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ContinueFit(TableTraining.Join(features).View, labels, options, progress, cancellationToken);

    /// <summary>Writes the classifier atomically; <see cref="Classifier.Load{TLabel}(string)"/> reads it.</summary>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => Model.Save(path);

    /// <summary>Writes the classifier to a stream.</summary>
    public void Save(Stream stream) => Model.Save(stream);
}
