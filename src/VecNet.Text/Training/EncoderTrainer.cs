namespace VecNet.Text;

/// <summary>Trains all weights of a pretrained encoder on texts of your own, and saves it as a folder of sentence-transformers.</summary>
/// <remarks>
/// <para>
/// Gradients go through all layers. A step takes a pass of the network forward and one backward over the tokens of its texts, which are
/// packed without padding; there is no dropout. The memory is four times that of the weights, and that of the activations of a batch.
/// </para>
/// <para>An object is for one thread at a time.</para>
/// <code>
/// EncoderTrainer trainer = EncoderTrainer.Load("all-MiniLM-L6-v2");
/// trainer.FitPairs(questions, answers, new FineTuningOptions { Epochs = 1, BatchSize = 64 });
/// trainer.Save("my-encoder");
/// SentenceEncoder encoder = SentenceEncoder.Load("my-encoder");
/// </code>
/// </remarks>
public sealed class EncoderTrainer
{
    private readonly EncoderFiles files;
    private readonly ModelFolder folder;
    private readonly NeuralNetwork<float> network;

    private EncoderTrainer(EncoderFiles files, ModelFolder folder)
    {
        this.files = files;
        this.folder = folder;
        network = EncoderNetwork.Create<float>(files.Configuration, files.Names, files.Weights, files.Pooling);
    }

    /// <summary>The length of a vector.</summary>
    public int Dimension => files.Configuration.Width;

    /// <summary>The number of weights.</summary>
    public int ParameterCount => network.ParameterCount;

    /// <summary>Loads a model from its folder, or from an ONNX file, as <see cref="SentenceEncoder.Load(string, SentenceEncoderOptions)"/>
    /// does. The files are not changed.</summary>
    /// <param name="path">The folder, or the ONNX file.</param>
    /// <param name="options">Options that take precedence over the files; null for none.</param>
    /// <exception cref="InvalidDataException">A file is malformed, or the model is not supported; the message names the file.</exception>
    /// <exception cref="NotSupportedException">
    /// The tokenizer of the model is not supported, its activation is ReLU, or it has layers behind pooling.
    /// </exception>
    /// <exception cref="IOException">A file is missing, or cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static EncoderTrainer Load(string path, SentenceEncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        options.Check(nameof(options));
        EncoderFiles files = EncoderFiles.Open(path, options);
        return files.Tokenizer is null
            ? throw new NotSupportedException($"{path}: the tokenizer of the model is not supported; it cannot be trained on texts.")
            : files.Dense.Count > 0
            ? throw new NotSupportedException($"{path}: the model has a module Dense behind pooling; such models cannot be trained.")
            : new(files, ModelFolder.Read(path));
    }

    /// <summary>Trains the encoder so that the two texts of a pair have near vectors, such as a question and its answer.</summary>
    /// <remarks>
    /// The loss of a pair is the cross-entropy of recognizing its second text among those of all pairs of the step by 20 times the cosine
    /// (multiple-negatives ranking loss). Therefore a pair should not fit the text of another one of the same step: remove duplicates.
    /// </remarks>
    /// <param name="texts">The first text of each pair.</param>
    /// <param name="partners">The second text of each pair.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the training after a step; the weights are then those of that step.</param>
    /// <returns>The mean loss of the last epoch.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer than two pairs, the numbers of texts differ, a text is null or has RoBERTa's padding token, or an option is out
    /// of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public double FitPairs(
        IReadOnlyList<string> texts,
        IReadOnlyList<string> partners,
        FineTuningOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(partners);
        options ??= new();
        options.Check(nameof(options));
        if (texts.Count != partners.Count || texts.Count < 2)
        {
            throw new ArgumentException(
                texts.Count == partners.Count
                    ? $"There {(texts.Count == 0 ? "is no pair" : "is one pair")}; at least two are needed."
                    : $"There are {Counted.Of(texts.Count, "text")} and {Counted.Of(partners.Count, "partner")}.",
                nameof(partners));
        }

        int[][][] tokens = [Tokenize(texts, nameof(texts)), Tokenize(partners, nameof(partners))];
        return new EncoderSteps<float>(network, tokens, new PairObjective<float>(options.Scale), options).Run(cancellationToken);
    }

    /// <summary>Trains the encoder together with a classifier of its vectors.</summary>
    /// <remarks>
    /// The classifier begins as that of <see cref="EmbeddingClassifier"/> for the encoder as it is, so that the first steps do not destroy
    /// what the encoder knows. <see cref="EmbeddingClassifier"/> alone is much faster: try it first.
    /// <code>
    /// EncoderTrainer trainer = EncoderTrainer.Load("all-MiniLM-L6-v2");
    /// EmbeddingClassifier&lt;string&gt; model = trainer.FitClasses(texts, labels, new FineTuningOptions { Epochs = 3 });
    /// trainer.Save("topic-encoder");
    /// model.Save("topics.safetensors");
    /// </code>
    /// </remarks>
    /// <param name="texts">The texts.</param>
    /// <param name="labels">The label of each text: a string, bool, char, number or enum.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the training after a step; the weights are then those of that step.</param>
    /// <returns>The classifier, with a copy of the encoder.</returns>
    /// <exception cref="ArgumentException">
    /// There is no text, the numbers of texts and labels differ, there are fewer than two classes, a text is null or has RoBERTa's padding
    /// token, a label is null or NaN, or an option is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public EmbeddingClassifier<TLabel> FitClasses<TLabel>(
        IReadOnlyList<string> texts,
        IReadOnlyList<TLabel> labels,
        FineTuningOptions? options = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new();
        options.Check(nameof(options));
        EmbeddingClassifier<TLabel> before = EmbeddingClassifier.Fit(
            CreateEncoder(), texts, labels, new FitOptions { Threads = options.Threads, Seed = options.Seed }, null, cancellationToken);
        (TrainingTargets targets, TLabel[] classes) = Classifier.TargetsOf(labels);
        NeuralNetwork<float> linear = before.Head.Model.Network;
        var head = new TensorBuffer<float>(Dimension + 1, targets.Outputs);
        linear.Weights[0].CopyTo(head.View.SliceRows(0, Dimension));
        linear.Biases[0].CopyTo(head.View.SliceRows(Dimension, 1));
        var objective = new ClassObjective<float>(targets.Strata, head, options.WeightDecay);
        new EncoderSteps<float>(network, [Tokenize(texts, nameof(texts))], objective, options).Run(cancellationToken);
        head.View.SliceRows(0, Dimension).CopyTo(linear.Weights[0]);
        head.View.SliceRows(Dimension, 1).CopyTo(linear.Biases[0]);
        return new(CreateEncoder(), new(before.Head.Model, classes, report: null));
    }

    /// <summary>Creates an encoder with a copy of the weights as they are.</summary>
    public SentenceEncoder CreateEncoder()
    {
        EncoderWeights weights = EncoderTensors.Of(network, files);
        return new(new EncoderFiles
        {
            Configuration = files.Configuration,
            Names = EncoderNames.Find(weights, files.Names.IsDistil),
            Weights = weights,
            Tokenizer = files.Tokenizer,
            MaxTokens = files.MaxTokens,
            Pooling = files.Pooling,
            Dense = files.Dense,
            Normalizes = files.Normalizes,
        });
    }

    /// <summary>
    /// Writes a folder that sentence-transformers, PyTorch and <see cref="SentenceEncoder.Load(string, SentenceEncoderOptions)"/> read:
    /// weights with the names and in the orientation of Hugging Face, configuration, vocabulary, and how vectors are pooled.
    /// </summary>
    /// <remarks>
    /// The vector of the first token type is added to those of the positions, and is then 0: only the sum is trained. Each file is written
    /// atomically, the weights last.
    /// </remarks>
    /// <param name="directory">The folder, which is created if it does not exist. Files of the same names are replaced.</param>
    /// <param name="precision">
    /// The numbers that weights are stored as. Those of 16 bits halve the file, and are the nearest ones; loading widens them.
    /// </param>
    /// <exception cref="InvalidOperationException">The numbers cannot represent a weight; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are unknown.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string directory, WeightPrecision precision = WeightPrecision.Full)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Unknown precision.");
        }

        folder.Write(directory, files, EncoderTensors.Of(network, files), precision);
    }

    private int[][] Tokenize(IReadOnlyList<string> texts, string parameter)
    {
        int[][] tokens = new int[texts.Count][];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = files.Tokenizer!.Encode(
                texts[i] ?? throw new ArgumentException($"Text {i} is null.", parameter), files.MaxTokens);
            if (tokens[i].Contains(files.Configuration.PaddingToken))
            {
                throw new ArgumentException(
                    $"Text {i} has the padding token, \"{files.Tokenizer.GetToken(files.Configuration.PaddingToken)}\", which has no place "
                    + "among the others in a model of RoBERTa's kind; the encoder cannot be trained on it.", parameter);
            }
        }

        return tokens;
    }
}
