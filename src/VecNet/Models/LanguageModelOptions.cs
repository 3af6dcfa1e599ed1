namespace VecNet;

/// <summary>The size of a <see cref="LanguageModel"/>, and how it is trained. The defaults are those of nanoGPT for a processor.</summary>
/// <remarks>
/// <code>
/// var options = new LanguageModelOptions { Width = 192, Layers = 6, Heads = 6, Context = 128, Steps = 5000 };
/// </code>
/// </remarks>
public sealed record LanguageModelOptions
{
    /// <summary>
    /// The tokenizer; null, which is the default, for one that is learned from the text, with a token for each character.
    /// </summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>The width of the rows between the layers, which the number of heads divides.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The number of transformer blocks.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>The number of heads of each block's attention.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>The number of tokens that the network sees at once.</summary>
    public int Context { get; init; } = 64;

    /// <summary>The probability of dropping an element in training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>The number of steps of the optimizer, which is rounded up to a whole number of steps in each epoch.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>The number of windows of the text, each as long as the context, from which a step is computed.</summary>
    public int BatchSize { get; init; } = 12;

    /// <summary>The highest learning rate. It rises linearly at first, and falls along half a cosine to a tenth at the end.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The decoupled weight decay of matrices; biases and normalizations do not decay.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>The random seed. The same seed and text give the same model on any number of threads.</summary>
    public ulong Seed { get; init; }

    /// <summary>The maximum number of threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The number of epochs: after each of them, up to 250 steps, the loss on the validation text is computed.</summary>
    internal int Epochs => (int)(((long)Steps + MostStepsOfEpoch - 1) / MostStepsOfEpoch);

    /// <summary>The number of steps of each epoch.</summary>
    internal int StepsOfEpoch => (int)(((long)Steps + Epochs - 1) / Epochs);

    /// <summary>The number of tokens of the windows of an epoch.</summary>
    internal Int128 TokensOfEpoch => (Int128)StepsOfEpoch * BatchSize * Context;

    /// <summary>The largest number of tokens of the windows of an epoch.</summary>
    internal const int MostTokensOfEpoch = 1 << 30;

    private const int MostStepsOfEpoch = 250;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    internal void Check(string parameter)
    {
        Check(Width > 0, nameof(Width), Width, "1 or more");
        Check(Layers > 0, nameof(Layers), Layers, "1 or more");
        Check(Heads > 0 && Width % int.Max(1, Heads) == 0, nameof(Heads), Heads, $"a divisor of {nameof(Width)}, {Width}");
        Check(Context > 0, nameof(Context), Context, "1 or more");
        Check(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "0 or more, and less than 1");
        Check(Steps > 0, nameof(Steps), Steps, "1 or more");
        Check(BatchSize > 0, nameof(BatchSize), BatchSize, "1 or more");
        Check(
            TokensOfEpoch <= MostTokensOfEpoch,
            nameof(BatchSize),
            BatchSize,
            $"so small that the windows of {StepsOfEpoch} steps have at most {MostTokensOfEpoch} tokens");
        Check(LearningRate is > 0 and < double.PositiveInfinity, nameof(LearningRate), LearningRate, "above 0, and finite");
        Check(WeightDecay is >= 0 and < double.PositiveInfinity, nameof(WeightDecay), WeightDecay, "0 or more, and finite");
        Check(Threads > 0, nameof(Threads), Threads, "1 or more");

        void Check(bool isRight, string name, object value, string range)
        {
            if (!isRight)
            {
                throw new ArgumentOutOfRangeException(parameter, value, $"{name} must be {range}; it is {value}.");
            }
        }
    }
}
