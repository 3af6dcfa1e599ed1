using System.Buffers;

namespace VecNet.Text;

/// <summary>A classifier of texts by the vectors of an encoder. It is thread-safe.</summary>
/// <remarks>
/// <code>
/// Prediction&lt;string&gt; p = model.Predict("My parcel has not arrived");
/// Console.WriteLine($"{p.Label}: {p.Probability:P1}");
/// </code>
/// </remarks>
/// <typeparam name="TLabel">The type of the labels: a string, bool, char, number or enum.</typeparam>
public sealed class EmbeddingClassifier<TLabel>
    where TLabel : notnull
{
    internal EmbeddingClassifier(SentenceEncoder encoder, Classifier<TLabel> head)
    {
        Encoder = encoder;
        Head = head;
    }

    /// <summary>The encoder.</summary>
    public SentenceEncoder Encoder { get; }

    /// <summary>The classifier of vectors, which must have length 1.</summary>
    public Classifier<TLabel> Head { get; }

    /// <summary>The labels of the classes, in the order of their probabilities.</summary>
    public IReadOnlyList<TLabel> Labels => Head.Labels;

    /// <summary>How the classifier was trained; null if it was loaded.</summary>
    public FitReport? Report => Head.Report;

    /// <summary>Predicts the class of one text.</summary>
    public Prediction<TLabel> Predict(ReadOnlySpan<char> text)
    {
        float[] vector = new float[Encoder.Dimension];
        Encoder.Encode(text, vector);
        EmbeddingVectors.Normalize(vector);
        return Head.Predict(vector);
    }

    /// <summary>Predicts the class of one text; a warm call allocates nothing.</summary>
    /// <param name="text">The text, of any length.</param>
    /// <param name="probabilities">The probability of each class, in the order of <see cref="Labels"/>.</param>
    /// <returns>The label of the most probable class.</returns>
    /// <exception cref="ArgumentException">The number of probabilities is not that of the classes.</exception>
    public TLabel Predict(ReadOnlySpan<char> text, Span<float> probabilities)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(Encoder.Dimension);
        try
        {
            Span<float> vector = rented.AsSpan(0, Encoder.Dimension);
            Encoder.Encode(text, vector);
            EmbeddingVectors.Normalize(vector);
            return Head.Predict(vector, probabilities);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Predicts the class of each text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">The number of threads and a function for the progress; null for one thread and none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">A text is null, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public Prediction<TLabel>[] Predict(
        IReadOnlyList<string> texts, EncodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        TensorBuffer<float> vectors = Encoder.Encode(texts, options, cancellationToken);
        EmbeddingVectors.Normalize(vectors);
        return Head.Predict(vectors.View);
    }

    /// <summary>Writes the classifier atomically, without its encoder; <see cref="EmbeddingClassifier.Load{TLabel}(string,
    /// SentenceEncoder)"/> reads it.</summary>
    /// <remarks>
    /// The file has a few kilobytes for each class. It says by the vectors of two texts which encoder it belongs to, and loading it with
    /// another one fails. <see cref="Classifier.Load{TLabel}(string)"/> reads it, too, as a classifier of vectors.
    /// </remarks>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => EmbeddingFile.Of(Head.Model, Encoder).Write(path);

    /// <summary>Writes the classifier to a stream, which need not be seekable and is left open.</summary>
    public void Save(Stream stream) => EmbeddingFile.Of(Head.Model, Encoder).Write(stream);
}
