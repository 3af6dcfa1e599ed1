namespace VecNet;

/// <summary>How a network is built and trained.</summary>
internal sealed record Hyperparameters
{
    /// <summary>The largest number of parameters: each takes 4 bytes, and training several times as much.</summary>
    internal const int MostParameters = 100_000_000;

    /// <summary>
    /// The largest number of hidden units: each takes two numbers, before and after its activation, for every row of a batch.
    /// </summary>
    internal const int MostHiddenUnits = 1_000_000;

    /// <summary>
    /// With fewer rows, 15 % of them are too few to tell a good epoch from a lucky one; then the network is trained on all training rows
    /// for all epochs.
    /// </summary>
    internal const int FewestRowsForValidation = 1000;

    /// <summary>The default hyperparameters for texts; those for tables are chosen among <see cref="TableCandidates"/>.</summary>
    /// <remarks>
    /// Of twelve combinations, these had the lowest total loss in five-fold cross-validation over the training rows of iris, wine, breast
    /// cancer and digits: 0.115, 0.069, 0.090, 0.087, with accuracies 0.952, 0.977, 0.970, 0.977. A weight decay of 1e-4 without dropout
    /// raises each loss, by a quarter to nine tenths; 1e-2 without dropout lowers that of iris and breast cancer and raises that of digits
    /// by half; a hundred epochs raise that of iris by a seventh.
    /// </remarks>
    internal static readonly Hyperparameters ForTables = new() { Hidden = [64], Dropout = 0.2, Epochs = 200, WeightDecay = 3e-3 };

    /// <summary>The default hyperparameters for sparse rows of texts.</summary>
    /// <remarks>
    /// Of learning rates from 0.05 to 1, numbers of epochs up to 10 and weight decays these have the highest accuracy, or one within 0.0005
    /// of it, in four-fold cross-validation over 4,534 mails (0.994; scikit-learn's linear SVM 0.990) and over 25,331 short pieces in 20
    /// languages. Weight decay and label smoothing lower both; most of the accuracy is there after one epoch.
    /// </remarks>
    internal static readonly Hyperparameters ForTexts = new() { Hidden = [], Epochs = 5, LearningRate = 0.2, UsesAdagrad = true };

    /// <summary>The default hyperparameters for sequences of the tokens of texts.</summary>
    internal static Hyperparameters ForSequences { get; } = new() { Hidden = [], Epochs = 8, LearningRate = 2e-3, IsAdaptive = true };

    /// <summary>The default hyperparameters for a kind of model of texts.</summary>
    internal static Hyperparameters Of(TextModel model) => model == TextModel.BagOfWords ? ForTexts : ForSequences;

    /// <summary>The layers that read sequences of tokens; null for rows.</summary>
    internal TextNetwork? Sequences { get; init; }

    /// <summary>The widths of the hidden layers; each is followed by ReLU and dropout.</summary>
    internal int[] Hidden = [64];

    /// <summary>The probability with which dropout sets a hidden unit's output to 0.</summary>
    internal double Dropout;

    /// <summary>The maximum number of epochs.</summary>
    internal int Epochs;

    /// <summary>The number of rows in a batch.</summary>
    internal int BatchSize = 32;

    /// <summary>The highest learning rate, see <see cref="LearningRateOf"/>.</summary>
    internal double LearningRate = 0.05;

    /// <summary>The momentum of the optimizer.</summary>
    internal double Momentum = 0.9;

    /// <summary>The weight decay of the optimizer.</summary>
    internal double WeightDecay;

    /// <summary>Whether the optimizer is AdamW; otherwise it is SGD with momentum.</summary>
    internal bool IsAdaptive;

    /// <summary>The number of trainings with different random numbers whose networks are averaged.</summary>
    internal int Trainings = 1;

    /// <summary>The share of the training rows that is held out to select the number of epochs.</summary>
    internal double ValidationShare = 0.15;

    /// <summary>The seed of the initial weights, the order of rows, dropout and all other random numbers.</summary>
    internal ulong Seed;

    /// <summary>
    /// The learning rate of an epoch. It rises through five epochs and then falls along half a cosine: Loshchilov and Hutter, "SGDR", 2017,
    /// without restarts.
    /// </summary>
    internal double LearningRateOf(int epoch) => UsesAdagrad ? LearningRate
        : LearningRate * Math.Min(1, (epoch + 1) / 5.0) * 0.5 * (1 + Math.Cos(Math.PI * epoch / Epochs));

    /// <summary>
    /// Whether the optimizer is Adagrad, whose rate for each weight falls only with the gradients of that weight: rare features of sparse
    /// rows keep a high one, and rows without a feature do not change its weights. Otherwise it is SGD with momentum.
    /// </summary>
    internal bool UsesAdagrad;

    /// <summary>
    /// The hyperparameters for the given number of training rows: with fewer than 1,024 texts, smaller batches make as many steps.
    /// </summary>
    internal Hyperparameters ForRows(int rows) =>
        UsesAdagrad || Sequences is not null ? this with { BatchSize = int.Clamp(rows / 32, 1, 32) } : this;

    /// <summary>The layers; those before a ReLU have the initialization of He et al.</summary>
    internal List<ILayer<float>> Layers(int classes)
    {
        List<ILayer<float>> layers = [.. Sequences?.Layers() ?? []];
        foreach (int width in Hidden)
        {
            layers.Add(new FullyConnectedLayer<float>(width, WeightInitialization.HeNormal));
            layers.Add(new ReLU<float>());
            if (Dropout > 0)
            {
                layers.Add(new Dropout<float>(Dropout));
            }
        }

        layers.Add(new FullyConnectedLayer<float>(classes, WeightInitialization.XavierNormal));
        return layers;
    }

    /// <summary>The optimizer; that of a linear model decays weights through the gradient, as in ridge regression.</summary>
    internal IOptimizer<float> CreateOptimizer() =>
        UsesAdagrad ? new Adagrad<float>(LearningRate, weightDecay: WeightDecay)
        : !IsAdaptive ? new Sgd<float>(LearningRate, Momentum, WeightDecay)
        : IsLinear ? new Adam<float>(LearningRate, weightDecay: WeightDecay)
        : new AdamW<float>(LearningRate, weightDecay: WeightDecay);

    /// <summary>Whether the network is a linear model.</summary>
    internal bool IsLinear => Hidden.Length == 0 && Sequences is null;

    /// <summary>A description of the network for the user.</summary>
    internal string DescribeNetwork(int features, int classes)
    {
        if (Sequences is not null)
        {
            string hidden = string.Concat(Hidden.Select(width => $"{width} → "));
            return $"{Sequences.Description} → {hidden}{classes}; {ParameterCount(features, classes):N0} parameters";
        }

        string widths = string.Join(" → ", [features, .. Hidden, classes]);
        string between = Hidden.Length == 0 && UsesAdagrad ? "" : $", ReLU{(Dropout > 0 ? $", dropout {Dropout}" : "")}";
        return $"{widths}{between}; {ParameterCount(features, classes):N0} parameters";
    }

    /// <summary>A description of the training for the user.</summary>
    internal string DescribeTraining()
    {
        string optimizer = UsesAdagrad ? "Adagrad" : !IsAdaptive ? $"SGD, momentum {Momentum}" : IsLinear ? "Adam" : "AdamW";
        return $"{optimizer}, maximum learning rate {LearningRate}, weight decay {WeightDecay}";
    }

    /// <summary>Splits the training rows into those to train on and those that select the number of epochs.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="strata">The class of each row of the table.</param>
    internal RowSplit HoldOut(IReadOnlyList<int> rows, IReadOnlyList<int> strata) =>
        RowSplit.Stratified(rows, strata, ValidationShare, SplitMix64.ForStream(Seed, 3));

    /// <summary>The error message for a network that is too large for an ordinary machine; null if it is not too large.</summary>
    internal string? FindExcess(int features, int classes)
    {
        Int128 parameters = ParameterCount(features, classes);
        long units = Hidden.Sum(width => (long)width);
        return parameters > MostParameters ? $"the network would have {parameters:N0} parameters; the limit is {MostParameters:N0}."
            : units > MostHiddenUnits ? $"the network would have {units:N0} hidden units; the limit is {MostHiddenUnits:N0}."
            : null;
    }

    /// <summary>
    /// The cost of a training, in multiplications at the speed of small matrix products. The overhead of a row equals the cost of a few
    /// hundred parameters.
    /// </summary>
    internal double WorkOf(int rows, int features, int classes) =>
        (double)rows * Epochs * ((double)ParameterCount(features, classes) + 500);

    /// <summary>The number of parameters: a layer of n inputs and m outputs has n·m weights and m biases.</summary>
    internal Int128 ParameterCount(int features, int classes)
    {
        Int128 count = 0;
        Int128 inputs = features;
        if (Sequences is not null)
        {
            // The positions of more tokens are counted apart, since a network could have too many of them.
            var network = new NeuralNetwork<float>(features, (Sequences with { MaxTokens = 1 }).Layers());
            (count, inputs) = (network.ParameterCount + Sequences.ParametersOfMoreTokens, network.OutputSize);
        }

        foreach (int width in (int[])[.. Hidden, classes])
        {
            count += (inputs + 1) * width;
            inputs = width;
        }

        return count;
    }
}
