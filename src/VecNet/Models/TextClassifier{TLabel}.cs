using System.Numerics.Tensors;

namespace VecNet;

/// <summary>A classifier of texts. It is thread-safe.</summary>
/// <remarks>
/// <code>
/// Prediction&lt;string&gt; p = model.Predict("You have won a prize");
/// Console.WriteLine($"{p.Label}: {p.Probability:P1}");
/// </code>
/// </remarks>
/// <typeparam name="TLabel">The type of the labels: a string, bool, char, number or enum.</typeparam>
public sealed class TextClassifier<TLabel>
    where TLabel : notnull
{
    internal TextClassifier(Model<float> model, TLabel[] labels, FitReport? report)
    {
        Model = model;
        Labels = Array.AsReadOnly(labels);
        Report = report;
    }

    /// <summary>The labels of the classes, in the order of their probabilities.</summary>
    public IReadOnlyList<TLabel> Labels { get; }

    /// <summary>The underlying network with its vocabulary.</summary>
    public Model<float> Model { get; }

    /// <summary>How the classifier was trained; null if it was loaded.</summary>
    public FitReport? Report { get; }

    /// <summary>Predicts the class of one text.</summary>
    /// <exception cref="ArgumentException">The text has no token.</exception>
    public Prediction<TLabel> Predict(ReadOnlySpan<char> text)
    {
        float[] probabilities = new float[Labels.Count];
        Predict(text, probabilities);
        return Model<float>.PredictionOf(Labels, probabilities, nameof(text));
    }

    /// <summary>Predicts the class of one text without allocating.</summary>
    /// <param name="text">The text, of any length and language.</param>
    /// <param name="probabilities">The probability of each class, in the order of <see cref="Labels"/>.</param>
    /// <returns>The label of the most probable class.</returns>
    /// <exception cref="ArgumentException">
    /// The text has no token, or the number of probabilities is not that of the classes.
    /// </exception>
    public TLabel Predict(ReadOnlySpan<char> text, Span<float> probabilities)
    {
        Model.PredictText(text, probabilities);
        return Labels[TensorPrimitives.IndexOfMax<float>(probabilities)];
    }

    /// <summary>Predicts the class of each text.</summary>
    /// <exception cref="ArgumentException">A text is null or has no token; the message identifies it.</exception>
    public Prediction<TLabel>[] Predict(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var predictions = new Prediction<TLabel>[texts.Count];
        float[] probabilities = new float[Labels.Count];
        if (Model.Tokenizer is not null)
        {
            PredictSequences(texts, predictions);
            return predictions;
        }

        for (int i = 0; i < predictions.Length; i++)
        {
            try
            {
                Predict(texts[i], probabilities);
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException($"Text {i} {(texts[i] is null ? "is null" : "has no token")}.", nameof(texts), error);
            }

            predictions[i] = Model<float>.PredictionOf(Labels, probabilities, nameof(texts));
        }

        return predictions;
    }

    private void PredictSequences(IReadOnlyList<string> texts, Prediction<TLabel>[] predictions)
    {
        TextTraining.CheckTexts(texts, Model.TokensOfTexts);
        var probabilities = new TensorBuffer<float>(texts.Count, Labels.Count);
        Model.Predict(Model.EncodeTexts(texts), new() { Probabilities = probabilities.View });
        for (int i = 0; i < predictions.Length; i++)
        {
            predictions[i] = Model<float>.PredictionOf(Labels, probabilities.View.Row(i), nameof(texts));
        }
    }

    /// <summary>Writes the classifier atomically; <see cref="TextClassifier.Load{TLabel}(string)"/> reads it.</summary>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => Model.Save(path);

    /// <summary>Writes the classifier to a stream.</summary>
    public void Save(Stream stream) => Model.Save(stream);
}
