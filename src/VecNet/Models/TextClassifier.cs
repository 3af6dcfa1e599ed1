namespace VecNet;

/// <summary>Trains and loads classifiers of texts.</summary>
/// <remarks>
/// <code>
/// var model = TextClassifier.Fit(texts, labels);       // strings; string[], int[] or any enum's
/// Prediction&lt;string&gt; p = model.Predict("You have won a prize");
/// model.Save("model.safetensors");
/// </code>
/// </remarks>
public static class TextClassifier
{
    /// <summary>Trains a classifier of texts.</summary>
    /// <remarks>
    /// <para>
    /// In most cases the model is a linear one of words, pairs of words and symbols and, for short texts (up to 500 characters on average),
    /// n-grams of 1 to 4 characters. It is trained by Adagrad, whose steps change only the weights of tokens that occur in the batch. With
    /// 1,000 texts or more, a first training on 85 % of them selects the number of epochs on the other 15 %, and a second one uses all. If
    /// such texts are short, and a network that reads the sequence of tokens is better on held-out texts, it is trained instead;
    /// <see cref="FitOptions.TextModel"/> says how they are compared, and chooses the kind of model without a comparison.
    /// </para>
    /// <code>
    /// string[] texts = ["what a wonderful day", "how awful", "wonderful news", "an awful noise"];
    /// var model = TextClassifier.Fit(texts, ["good", "bad", "good", "bad"]);
    /// </code>
    /// </remarks>
    /// <param name="texts">The texts, of any language.</param>
    /// <param name="labels">The label of each text: a string, bool, char, number or enum.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="tokens">The tokens to count in a bag of words; null to choose them by the lengths of the texts.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">
    /// Ends the training; the result is then the network of the epoch with the lowest validation loss, or that of the last step if there
    /// are no validation rows, and its report says so.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no text, the numbers of texts and labels differ, there are fewer than two classes, a text is null or has no token, a label
    /// is null or NaN, or an option is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public static TextClassifier<TLabel> Fit<TLabel>(
        IReadOnlyList<string> texts,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        TextVectorizerOptions? tokens = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        if (texts.Count != labels.Count || texts.Count == 0)
        {
            throw new ArgumentException(
                texts.Count == 0 ? "There is no text." : $"There are {texts.Count} texts and {labels.Count} labels.",
                texts.Count == 0 ? nameof(texts) : nameof(labels));
        }

        (TrainingTargets targets, TLabel[] classes) = Classifier.TargetsOf(labels);
        (Model<float> model, FitReport report) = TextTraining.Fit(texts, targets, options, tokens, progress, cancellationToken);
        return new(model, classes, report);
    }

    /// <summary>Reads a classifier that <see cref="TextClassifier{TLabel}.Save(string)"/> wrote, or another model of texts.</summary>
    /// <remarks><code>TextClassifier&lt;string&gt; model = TextClassifier.Load&lt;string&gt;("model.safetensors");</code></remarks>
    /// <exception cref="InvalidDataException">
    /// The file is not such a model, or the names of its classes are not labels of this type; the message names the file.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TextClassifier<TLabel> Load<TLabel>(string path)
        where TLabel : notnull => InputFile.Read(path, Load<TLabel>);

    /// <summary>Reads a classifier from a stream to its end. The stream need not be seekable.</summary>
    /// <exception cref="InvalidDataException">It is not such a model, or the names of its classes are not labels of this type.</exception>
    public static TextClassifier<TLabel> Load<TLabel>(Stream stream)
        where TLabel : notnull => Create<TLabel>(Model.Load<float>(stream));

    /// <summary>Reads a classifier from memory that has the bytes of its file.</summary>
    /// <exception cref="InvalidDataException">It is not such a model, or the names of its classes are not labels of this type.</exception>
    public static TextClassifier<TLabel> Load<TLabel>(ReadOnlyMemory<byte> file)
        where TLabel : notnull => Create<TLabel>(Model.Load<float>(SafetensorsFile.Read(file)));

    private static TextClassifier<TLabel> Create<TLabel>(Model<float> model)
        where TLabel : notnull
    {
        LabelText<TLabel>.CheckType();
        return !model.PredictsClasses ? throw new InvalidDataException("the model predicts numbers, not classes.")
            : model.TakesTexts ? new(model, LabelText<TLabel>.Parse(model.Labels), report: null)
            : throw new InvalidDataException("the model takes rows of numbers, not texts.");
    }
}
