using System.Numerics;

namespace VecNet;

/// <summary>Trains and loads classifiers.</summary>
/// <remarks>
/// <code>
/// var model = Classifier.Fit(features, labels);        // float[][] or float[,]; string[], int[] or any enum's
/// Prediction&lt;string&gt; p = model.Predict(sample);
/// model.Save("model.safetensors");
/// </code>
/// </remarks>
public static partial class Classifier
{
    /// <summary>Trains a classifier: standardizes the features, and chooses and trains a model.</summary>
    /// <remarks>
    /// <para>
    /// A linear model and several networks with one or two hidden layers are compared: by five-fold cross-validation or, with 2,000 rows or
    /// more, on a held-out fifth of the rows. The best model is trained on all rows; networks are trained several times with different
    /// random numbers and averaged. <see cref="FitReport.Summary"/> says what was chosen and why.
    /// </para>
    /// <code>
    /// float[][] features = [[0, 0], [0, 1], [1, 0], [1, 1]];
    /// var model = Classifier.Fit(features, ["same", "different", "different", "same"]);
    /// </code>
    /// </remarks>
    /// <param name="features">Rows × features.</param>
    /// <param name="labels">The label of each row: a string, bool, char, number or enum.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">
    /// Called on this thread after each training of the comparison and after each epoch of the final training.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the training; the result is then the average of the networks that were trained for the best model so far, or the network of
    /// the last step without a comparison, and its report says so.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no row or no feature, the numbers of rows and labels differ, there are fewer than two classes, a feature is not finite, a
    /// label is null or NaN, or an option is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first network was trained.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public static Classifier<TLabel> Fit<TLabel>(
        ReadOnlyTensorView<float> features,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        TrainingTargets targets = TargetsOf(features, labels, nameof(labels), out TLabel[] classes);
        (Model<float> model, FitReport report) = TableTraining.Fit(features, targets, options, progress, cancellationToken);
        return new(model, classes, report);
    }

    /// <inheritdoc
    /// cref="Fit{TLabel}(ReadOnlyTensorView{float}, IReadOnlyList{TLabel}, FitOptions, IProgress{FitProgress}, CancellationToken)"/>
    public static Classifier<TLabel> Fit<TLabel>(
        IEnumerable<float[]> features,
        IEnumerable<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Fit(TableTraining.Join(features).View, labels as IReadOnlyList<TLabel> ?? [.. labels], options, progress, cancellationToken);
    }

    /// <summary>Reads a classifier that <see cref="Classifier{TLabel}.Save(string)"/> wrote, or another model of classes.</summary>
    /// <remarks><code>Classifier&lt;string&gt; model = Classifier.Load&lt;string&gt;("model.safetensors");</code></remarks>
    /// <exception cref="InvalidDataException">
    /// The file is not such a model, or the names of its classes are not labels of this type; the message names the file.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Classifier<TLabel> Load<TLabel>(string path)
        where TLabel : notnull => InputFile.Read(path, Load<TLabel>);

    /// <summary>Reads a classifier from a stream to its end. The stream need not be seekable.</summary>
    /// <exception cref="InvalidDataException">It is not such a model, or the names of its classes are not labels of this type.</exception>
    public static Classifier<TLabel> Load<TLabel>(Stream stream)
        where TLabel : notnull => Create<TLabel>(Model.Load<float>(stream));

    /// <summary>Reads a classifier from memory that has the bytes of its file.</summary>
    /// <exception cref="InvalidDataException">It is not such a model, or the names of its classes are not labels of this type.</exception>
    public static Classifier<TLabel> Load<TLabel>(ReadOnlyMemory<byte> file)
        where TLabel : notnull => Create<TLabel>(Model.Load<float>(SafetensorsFile.Read(file)));

    /// <summary>Checks features and labels, and converts the labels to classes.</summary>
    private static TrainingTargets TargetsOf<T, TLabel>(
        ReadOnlyTensorView<T> features, IReadOnlyList<TLabel> labels, string parameter, out TLabel[] classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(labels);
        LabelText<TLabel>.CheckType();
        TableTraining.CheckRows(features, labels.Count, nameof(labels));
        (TrainingTargets targets, classes) = TargetsOf(labels, parameter);
        return targets;
    }

    /// <summary>The labels as classes, and the labels of the classes.</summary>
    /// <exception cref="ArgumentException">A label is null or NaN, or there are fewer than two classes.</exception>
    internal static (TrainingTargets Targets, TLabel[] Classes) TargetsOf<TLabel>(IReadOnlyList<TLabel> labels, string parameter = "labels")
        where TLabel : notnull
    {
        LabelText<TLabel>.CheckType();
        for (int row = 0; row < labels.Count; row++)
        {
            if (labels[row] is string or char && !UnicodeText.IsWellFormed(LabelText<TLabel>.Format(labels[row])))
            {
                throw new ArgumentException(
                    $"The label of row {row} is not valid Unicode, since half of a surrogate pair is missing; it could not be saved.",
                    parameter);
            }

            if (labels[row] is null || (labels[row] is double or float && double.IsNaN(Convert.ToDouble(labels[row], null))))
            {
                throw new ArgumentException($"The label of row {row} is {(labels[row] is null ? "null" : "NaN")}.", parameter);
            }
        }

        TLabel[] classes = LabelText<TLabel>.Distinct(labels);
        if (classes.Length < 2)
        {
            throw new ArgumentException(
                $"All {labels.Count} rows have the label '{classes[0]}'; at least two classes are needed.", parameter);
        }

        Dictionary<TLabel, int> indices = classes.Index().ToDictionary(one => one.Item, one => one.Index);
        return (new([.. classes.Select(LabelText<TLabel>.Format)], [.. labels.Select(label => indices[label])]), classes);
    }

    /// <summary>The classifier of a model that has been loaded.</summary>
    /// <exception cref="InvalidDataException">The model is another one, or its classes are not labels of this type.</exception>
    internal static Classifier<TLabel> Create<TLabel>(Model<float> model)
        where TLabel : notnull
    {
        LabelText<TLabel>.CheckType();
        return !model.PredictsClasses ? throw new InvalidDataException("the model predicts numbers, not classes.")
            : !model.TakesTexts ? new(model, LabelText<TLabel>.Parse(model.Labels), report: null)
            : throw new InvalidDataException("the model takes texts, not rows of numbers: TextClassifier.Load reads it.");
    }
}
