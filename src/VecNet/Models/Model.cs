using System.Numerics;

namespace VecNet;

/// <summary>A network together with what is needed to use it: preprocessing, and the names of features and classes.</summary>
/// <remarks>
/// The file is safetensors: parameters under PyTorch's names and in its orientation, the rest as JSON in the metadata under <c>vecnet</c>.
/// It contains no code, so that loading a file cannot run any.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>. A file of the other type is converted.</typeparam>
public sealed partial class Model<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a model from its parts.</summary>
    /// <param name="network">The network; not copied.</param>
    /// <param name="standardization">The standardization of features before they enter the network.</param>
    /// <param name="featureNames">A name for each input.</param>
    /// <param name="classNames">A name for each output.</param>
    /// <param name="targetName">The name of the predicted quantity, such as a column of the training data.</param>
    /// <param name="table">The conversion of a table's row to features, before they are standardized.</param>
    /// <param name="text">The conversion of a text to dense features.</param>
    /// <param name="vectorizer">The conversion of a text to sparse features.</param>
    /// <exception cref="ArgumentException">
    /// The number of names or of means is not that of the inputs or outputs, more than one of table, text and vectorizer are given, or a
    /// vectorizer is combined with a standardization or a network that does not take sparse rows.
    /// </exception>
    public Model(
        NeuralNetwork<T> network,
        Standardization<T>? standardization = null,
        IReadOnlyList<string>? featureNames = null,
        IReadOnlyList<string>? classNames = null,
        string? targetName = null,
        TableFeatures? table = null,
        TextHashing? text = null,
        TextVectorizer? vectorizer = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Check(standardization?.Means.Count, network.InputSize, "standardized features", "inputs", nameof(standardization));
        Check(featureNames?.Count, network.InputSize, "feature names", "inputs", nameof(featureNames));
        Check(table?.Width, network.InputSize, "features of a table's row", "inputs", nameof(table));
        Check(text?.Features, network.InputSize, "features of a text", "inputs", nameof(text));
        Check(vectorizer?.Features, network.InputSize, "features of a text", "inputs", nameof(vectorizer));
        if ((table is not null && text is not null) || (vectorizer is not null && (table is not null || text is not null)))
        {
            throw new ArgumentException(
                "The features are those of a table or those of a text, not both.", vectorizer is null ? nameof(text) : nameof(vectorizer));
        }

        if (vectorizer is not null && (standardization is not null || !network.TakesSparseRows))
        {
            throw new ArgumentException(
                "Sparse features of texts are not standardized, and only a fully connected first layer takes them.", nameof(vectorizer));
        }

        Check(classNames?.Count, network.OutputSize, "class names", "outputs", nameof(classNames));
        CheckNames(featureNames, "The feature name", nameof(featureNames));
        CheckNames(classNames, "The class name", nameof(classNames));
        UnicodeText.Check(targetName, "The target name", nameof(targetName));
        Network = network;
        memories = new(network);
        Standardization = standardization;
        FeatureNames = featureNames is null ? null : [.. featureNames];
        ClassNames = classNames is null ? null : [.. classNames];
        TargetName = targetName;
        Table = table;
        Text = text;
        Vectorizer = vectorizer;
    }

    /// <summary>The network.</summary>
    public NeuralNetwork<T> Network { get; }

    /// <summary>The standardization of features before they enter the network; null if there is none.</summary>
    public Standardization<T>? Standardization { get; }

    /// <summary>A name for each input, if they have names.</summary>
    public IReadOnlyList<string>? FeatureNames { get; }

    /// <summary>A name for each output, if they have names.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The name of the predicted quantity, if it has one.</summary>
    public string? TargetName { get; }

    /// <summary>The standardization of the targets that the network was trained with; null if they were not standardized.</summary>
    /// <remarks>
    /// The network's outputs are then standardized, too, and <see cref="RestoreOutputs"/> converts them back to their own units. This is
    /// done in double precision and outside the network, since the weights of a network in single precision cannot represent a target of
    /// 100,000,000 ± 10 accurately.
    /// </remarks>
    /// <exception cref="ArgumentException">The number of means is not that of the outputs.</exception>
    public Standardization<T>? TargetStandardization
    {
        get;
        init
        {
            Check(value?.Means.Count, Network.OutputSize, "standardized targets", "outputs", nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// Whether labels are compared with <see cref="ClassNames"/> as numbers (1 and 1.0 are one class) instead of as texts.
    /// </summary>
    public bool HasNumericClasses { get; init; }

    /// <summary>
    /// The conversion of a table's row to features; null if the features are the numbers themselves, or come from elsewhere.
    /// </summary>
    public TableFeatures? Table { get; }

    /// <summary>The conversion of a text to dense features; null if they come from elsewhere.</summary>
    public TextHashing? Text { get; }

    /// <summary>The conversion of a text to sparse features; null if they come from elsewhere.</summary>
    public TextVectorizer? Vectorizer { get; }

    /// <summary>The tokenizer of the texts whose tokens are the rows of the network's input; null if the rows are not tokens.</summary>
    /// <exception cref="ArgumentException">
    /// The network's input is not one number, or an <see cref="Embedding{T}"/> of it has fewer entries than there are tokens.
    /// </exception>
    public Tokenizer? Tokenizer
    {
        get;
        init
        {
            field = value;
            if (value is null)
            {
                return;
            }

            Check(1, Network.InputSize, "features of a token", "inputs", nameof(value));
            foreach (Embedding<T> table in Network.Plan.Readers[0].Select(node => node.Layer).OfType<Embedding<T>>())
            {
                if (table.Entries < value.VocabularySize)
                {
                    throw new ArgumentException(
                        $"The tokenizer has {value.VocabularySize} tokens; the network's embedding has {table.Entries} entries.",
                        nameof(value));
                }
            }
        }
    }

    /// <summary>Computes the network's inputs: the features in its own precision, standardized if the model standardizes.</summary>
    /// <param name="features">Batch × inputs, not standardized.</param>
    /// <param name="inputs">The result, of the same shape; it must not share elements with <paramref name="features"/>.</param>
    /// <exception cref="ArgumentException">A shape is wrong, or the views share elements.</exception>
    public void PrepareInputs(ReadOnlyTensorView<double> features, TensorView<T> inputs)
    {
        Shape.Check(features, features.Rows, Network.InputSize);
        Shape.Check<T>(inputs, features.Rows, Network.InputSize);
        Overlap.CheckSameOrDisjointAcrossTypes<double, T>(features, inputs);
        Prepare(features, inputs);
    }

    /// <summary>Computes the model's predictions: the network's outputs, in the units of the targets if those were standardized.</summary>
    /// <param name="outputs">Batch × outputs, as the network computes them.</param>
    /// <param name="predictions">The result, of the same shape; it must not share elements with <paramref name="outputs"/>.</param>
    /// <exception cref="ArgumentException">A shape is wrong, or the views share elements.</exception>
    public void RestoreOutputs(ReadOnlyTensorView<T> outputs, TensorView<double> predictions)
    {
        Shape.Check(outputs, outputs.Rows, Network.OutputSize);
        Shape.Check<double>(predictions, outputs.Rows, Network.OutputSize);
        Overlap.CheckSameOrDisjointAcrossTypes<T, double>(outputs, predictions);
        if (TargetStandardization is null)
        {
            Convert(outputs, predictions);
        }
        else
        {
            TargetStandardization.Restore(outputs, predictions);
        }
    }

    /// <summary>Writes the model atomically: a temporary file in the same directory is renamed when it is complete.</summary>
    /// <exception cref="NotSupportedException">
    /// The network has a custom layer: save with <see cref="Model.SaveParameters{T}(NeuralNetwork{T}, string)"/>.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => ToFile().Write(path);

    /// <summary>Writes the model to a stream, which need not be seekable and is left open.</summary>
    /// <exception cref="NotSupportedException">
    /// The network has a custom layer: save with <see cref="Model.SaveParameters{T}(NeuralNetwork{T}, string)"/>.
    /// </exception>
    public void Save(Stream stream) => ToFile().Write(stream);

    /// <summary>Element by element in the other precision.</summary>
    private static void Convert<TSource, TDestination>(ReadOnlyTensorView<TSource> source, TensorView<TDestination> destination)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
        where TDestination : unmanaged, IBinaryFloatingPointIeee754<TDestination>
    {
        for (int row = 0; row < source.Rows; row++)
        {
            ReadOnlySpan<TSource> x = source.Row(row);
            Span<TDestination> y = destination.Row(row);
            for (int column = 0; column < x.Length; column++)
            {
                y[column] = TDestination.CreateTruncating(x[column]);
            }
        }
    }

    /// <summary>The content of the model's file.</summary>
    internal SafetensorsFile ToFile() =>
        new([.. ParameterTensors.Write(Network), .. VocabularyTensors.Write(Vectorizer)], new Dictionary<string, string>
        {
            [Model.MetadataKey] = ModelDescription.Write(this),
        });

    private static void CheckNames(IReadOnlyList<string>? names, string what, string parameter)
    {
        foreach (string name in names ?? [])
        {
            UnicodeText.Check(name, what, parameter);
        }
    }

    private static void Check(int? count, int expected, string what, string of, string name)
    {
        if (count is not null && count != expected)
        {
            throw new ArgumentException($"There are {count} {what}; the network has {expected} {of}.", name);
        }
    }
}
