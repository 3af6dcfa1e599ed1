using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>Trains and loads classifiers of texts that need few examples, since a pretrained encoder understands the texts.</summary>
/// <remarks>
/// <code>
/// SentenceEncoder encoder = SentenceEncoder.Load("all-MiniLM-L6-v2");
/// EmbeddingClassifier&lt;string&gt; model = EmbeddingClassifier.Fit(encoder, texts, labels);       // eight texts of each class are useful
/// Prediction&lt;string&gt; p = model.Predict("My parcel has not arrived");
/// </code>
/// </remarks>
public static class EmbeddingClassifier
{
    /// <summary>Trains a classifier of texts on the vectors of an encoder, which is not changed.</summary>
    /// <remarks>
    /// The classifier is a logistic regression with a penalty of ½‖W‖² on vectors of length 1. The weight of the examples against the
    /// penalty, C in scikit-learn, is chosen by cross-validation, or with 2,000 rows or more on a held-out fifth. The result depends on
    /// neither the order of computation nor the number of threads. Where many examples are there, or single words decide, compare with
    /// <see cref="TextClassifier"/>.
    /// <code>
    /// string[] texts = ["The train is late", "A delayed flight", "Add some salt", "Bake it for an hour"];
    /// EmbeddingClassifier&lt;string&gt; model = EmbeddingClassifier.Fit(encoder, texts, ["travel", "travel", "cooking", "cooking"]);
    /// </code>
    /// </remarks>
    /// <param name="encoder">The encoder.</param>
    /// <param name="texts">The texts. The empty text has a vector, too.</param>
    /// <param name="labels">The label of each text: a string, bool, char, number or enum.</param>
    /// <param name="options">
    /// The weights of rows and classes, the seed of the folds, the share of held-out rows (0 for no comparison), whether to calibrate, and
    /// the threads; null for the defaults. The other options apply to networks and must not be given.
    /// </param>
    /// <param name="progress">Is called while texts are encoded, by any of the threads, but not at the same time; null for nothing.</param>
    /// <param name="cancellationToken">Cancels the training.</param>
    /// <exception cref="ArgumentException">
    /// There is no text, the numbers of texts and labels differ, there are fewer than two classes, a text is null, a label is null or NaN,
    /// or an option is out of range or does not apply.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="InvalidOperationException">The encoder has no tokenizer.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    public static EmbeddingClassifier<TLabel> Fit<TLabel>(
        SentenceEncoder encoder,
        IReadOnlyList<string> texts,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        Action<EncodingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new();
        CheckCounts(texts.Count, labels.Count, "text", nameof(texts));
        EmbeddingTraining.Check(options);
        (TrainingTargets targets, TLabel[] classes) = Classifier.TargetsOf(labels);
        TensorBuffer<float> vectors = encoder.Encode(
            texts, new EncodingOptions { Threads = options.Threads, Progress = progress }, cancellationToken);
        return Fit(encoder, vectors, targets, classes, options, cancellationToken);
    }

    /// <summary>Trains a classifier of texts that have been encoded.</summary>
    /// <remarks>
    /// <code>
    /// TensorBuffer&lt;float&gt; vectors = encoder.Encode(texts);
    /// EmbeddingClassifier&lt;int&gt; model = EmbeddingClassifier.Fit(encoder, vectors.View, stars);
    /// </code>
    /// </remarks>
    /// <param name="encoder">The encoder that the vectors are from.</param>
    /// <param name="vectors">A row for each text; they need not have length 1.</param>
    /// <param name="labels">The label of each text: a string, bool, char, number or enum.</param>
    /// <param name="options">The options, as for texts.</param>
    /// <param name="cancellationToken">Cancels the training.</param>
    /// <exception cref="ArgumentException">
    /// There is no vector, the numbers of vectors and labels differ, vectors are not those of the encoder, or not finite, there are fewer
    /// than two classes, a label is null or NaN, or an option is out of range or does not apply.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    public static EmbeddingClassifier<TLabel> Fit<TLabel>(
        SentenceEncoder encoder,
        ReadOnlyTensorView<float> vectors,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new();
        CheckCounts(vectors.Rows, labels.Count, "vector", nameof(vectors));
        EmbeddingTraining.Check(options);
        if (vectors.Columns != encoder.Dimension)
        {
            throw new ArgumentException(
                $"The vectors have {vectors.Columns} numbers; those of the encoder have {encoder.Dimension}.", nameof(vectors));
        }

        for (int row = 0; row < vectors.Rows; row++)
        {
            if (!TensorPrimitives.IsFiniteAll(vectors.Row(row)))
            {
                throw new ArgumentException($"Vector {row} has a number that is not finite.", nameof(vectors));
            }
        }

        (TrainingTargets targets, TLabel[] classes) = Classifier.TargetsOf(labels);
        return Fit(encoder, TensorBuffer.Copy(vectors), targets, classes, options, cancellationToken);
    }

    /// <summary>Reads a classifier that <see cref="EmbeddingClassifier{TLabel}.Save(string)"/> wrote.</summary>
    /// <remarks>
    /// <code>
    /// EmbeddingClassifier&lt;string&gt; model = EmbeddingClassifier.Load&lt;string&gt;("topics.safetensors", encoder);
    /// </code>
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="encoder">The encoder that it was trained with.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not such a classifier, it was trained with another encoder, or the names of its classes are not labels of this type; the
    /// message names the file.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The encoder has no tokenizer.</exception>
    public static EmbeddingClassifier<TLabel> Load<TLabel>(string path, SentenceEncoder encoder)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return InputFile.Read(path, stream => Load<TLabel>(stream, encoder));
    }

    /// <summary>Reads a classifier from a stream to its end. The stream need not be seekable and is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="encoder">The encoder that it was trained with.</param>
    /// <exception cref="InvalidDataException">
    /// It is not such a classifier, was trained with another encoder, or the names of its classes are not labels of this type.
    /// </exception>
    /// <exception cref="InvalidOperationException">The encoder has no tokenizer.</exception>
    public static EmbeddingClassifier<TLabel> Load<TLabel>(Stream stream, SentenceEncoder encoder)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoder);
        SafetensorsFile file = SafetensorsFile.Read(stream);
        return new(encoder, Classifier.Create<TLabel>(EmbeddingFile.Read(file, encoder)));
    }

    private static EmbeddingClassifier<TLabel> Fit<TLabel>(
        SentenceEncoder encoder,
        TensorBuffer<float> vectors,
        TrainingTargets targets,
        TLabel[] classes,
        FitOptions options,
        CancellationToken cancellationToken)
        where TLabel : notnull
    {
        EmbeddingVectors.Normalize(vectors);
        (Model<float> model, FitReport report) = EmbeddingTraining.Fit(vectors, targets, options, cancellationToken);
        return new(encoder, new(model, classes, report));
    }

    private static void CheckCounts(int rows, int labels, string what, string parameter)
    {
        if (rows != labels || rows == 0)
        {
            throw new ArgumentException(
                rows == 0 ? $"There is no {what}." : $"There are {Counted.Of(rows, what)} and {Counted.Of(labels, "label")}.",
                rows == 0 ? parameter : nameof(labels));
        }
    }
}
