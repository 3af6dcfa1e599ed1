using System.Numerics.Tensors;

namespace VecNet;

/// <summary>The training of a <see cref="LanguageModel"/>, epoch by epoch, which can be interrupted and resumed.</summary>
/// <remarks>
/// The windows of an epoch follow from the seed and its number, so that a resumed training makes them again. Each epoch is a data set of
/// its own, and is trained by a trainer that continues from the checkpoint of the one before.
/// </remarks>
internal sealed class LanguageModelTraining
{
    private const double ShareOfValidation = 0.1;

    /// <summary>The largest number of windows of the validation text after an epoch.</summary>
    private const int MostWindows = 256;

    private const int WarmupSteps = 100;

    private readonly int[] tokens;
    private readonly int trainingTokens;
    private readonly LanguageModelOptions options;
    private readonly AdamW<float> optimizer;
    private readonly Dataset<float>? validation;
    private TrainingCheckpoint<float>? checkpoint;
    private Trainer<float>? trainer;

    /// <param name="tokens">The tokens of the text.</param>
    /// <param name="vocabularySize">The number of different tokens.</param>
    /// <param name="options">The options, which have been checked.</param>
    /// <param name="from">The state to resume from; null to start from the beginning.</param>
    /// <exception cref="ArgumentException">There are too few tokens.</exception>
    internal LanguageModelTraining(int[] tokens, int vocabularySize, LanguageModelOptions options, RecipeState? from = null)
    {
        // A window has the context and the token after it.
        int shortest = options.Context + 1;
        int held = (int)(ShareOfValidation * tokens.Length);
        trainingTokens = held >= shortest ? tokens.Length - held : tokens.Length;
        if (trainingTokens < shortest)
        {
            throw new ArgumentException(
                $"The text has {Counted.Of(tokens.Length, "token")}; training with a context of {options.Context} takes more than that.",
                nameof(tokens));
        }

        this.tokens = tokens;
        this.options = options;
        Network = LanguageModel.CreateNetwork(vocabularySize, options);
        optimizer = new(options.LearningRate, beta2: 0.99, weightDecay: options.WeightDecay);
        optimizer.AddGroup(Network, parameter => parameter.Rows == 1, weightDecay: 0);
        validation = ValidationWindows(MostWindows);
        checkpoint = from?.Trainer;
        History = [.. from?.History ?? []];
    }

    /// <summary>The network that is trained; at the end, with its best parameters.</summary>
    internal readonly NeuralNetwork<float> Network;

    /// <summary>Called after each step, on the thread that trains.</summary>
    internal Action<TrainingStep>? StepFinished;

    /// <summary>The epochs so far.</summary>
    internal readonly List<TrainingProgress> History;

    /// <summary>Whether the parameters are of no use: some are not finite, or no epoch had a finite loss.</summary>
    internal bool HasDiverged => !TensorPrimitives.IsFiniteAll<float>(Network.Parameters)
        || !History.Exists(epoch => double.IsFinite(epoch.ValidationLoss ?? epoch.TrainingLoss));

    /// <summary>The number of tokens for training, and for validation.</summary>
    internal (int Training, int Validation) Tokens => (trainingTokens, tokens.Length - trainingTokens);

    /// <summary>Trains to the end.</summary>
    /// <param name="progress">Called after each epoch; the parameters are those of its last step.</param>
    /// <param name="cancellationToken">Takes effect between two steps.</param>
    internal void Train(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        // If all epochs are finished, the last one is only asked for the best parameters.
        int epoch = int.Min(checkpoint?.Epoch ?? 0, options.Epochs - 1);
        for (; epoch < options.Epochs; epoch++)
        {
            trainer = CreateTrainer(epoch + 1);
            if (checkpoint is not null)
            {
                trainer.Resume(checkpoint);
            }

            trainer.Train(Windows(epoch), validation, new EpochEnd(this, progress), cancellationToken);
        }
    }

    /// <summary>The state after the last finished step.</summary>
    internal RecipeState State() => new(isSelecting: false, [], History, trainer?.Checkpoint());

    /// <summary>The mean loss of the tokens of the whole validation text; null if there is none.</summary>
    internal double? EvaluateValidation() =>
        ValidationWindows(int.MaxValue) is { } all ? CreateTrainer(options.Epochs).Evaluate(all).Loss : null;

    private Trainer<float> CreateTrainer(int epochs) => new(network: Network, optimizer, new SoftmaxCrossEntropy<float>(), new()
    {
        Epochs = epochs,
        BatchSize = options.BatchSize,
        Seed = options.Seed,
        Threads = options.Threads,
        MaxGradientNorm = 1,
        StepFinished = StepFinished,
        KeepBest = validation is not null,
        LearningRateOfStep = LearningRate(options),
    });

    /// <summary>The learning rate of each step.</summary>
    internal static Func<int, double> LearningRate(LanguageModelOptions options)
    {
        int warmup = int.Min(WarmupSteps, options.Steps / 2);
        return LearningRateSchedule.Warmup(
            warmup,
            LearningRateSchedule.Cosine(options.LearningRate, options.Steps - warmup, options.LearningRate / 10),
            first: 0.01);
    }

    /// <summary>The windows of an epoch, which the trainer shuffles.</summary>
    /// <remarks>
    /// Window n begins at the fraction (u + n·φ) mod 1 of the text, where u depends on the seed and φ is the golden ratio. After any number
    /// of windows these fractions are spread evenly over the text, so that all of it is read, and no part of it much more often than
    /// another. With places drawn at random, a run as long as the text would leave out a third of it.
    /// </remarks>
    private Dataset<float> Windows(int epoch)
    {
        const ulong GoldenRatio = 0x9E3779B97F4A7C15;
        ulong first = SplitMix64.ForStream(options.Seed, RandomStream.Windows).Next();
        int[] starts = new int[checked(options.StepsOfEpoch * options.BatchSize)];
        for (int i = 0; i < starts.Length; i++)
        {
            ulong fraction = first + ((((ulong)epoch * (ulong)starts.Length) + (ulong)i) * GoldenRatio);
            starts[i] = (int)Math.BigMul(fraction, (ulong)(trainingTokens - options.Context), out _);
        }

        return WindowsAt(starts);
    }

    /// <summary>Windows one after another, or, if there are too many, some at equal distances; null if the text is too short.</summary>
    private Dataset<float>? ValidationWindows(int most)
    {
        int count = (tokens.Length - trainingTokens - 1) / options.Context;
        int chosen = int.Min(count, most);
        return chosen <= 0 ? null : WindowsAt(
            [.. Enumerable.Range(0, chosen).Select(i => trainingTokens + ((int)((long)i * count / chosen) * options.Context))]);
    }

    private Dataset<float> WindowsAt(int[] starts)
    {
        int length = options.Context;
        int[] ids = new int[checked(starts.Length * length)], next = new int[ids.Length], offsets = new int[starts.Length + 1];
        for (int i = 0; i < starts.Length; i++)
        {
            tokens.AsSpan(starts[i], length).CopyTo(ids.AsSpan(i * length));
            tokens.AsSpan(starts[i] + 1, length).CopyTo(next.AsSpan(i * length));
            offsets[i + 1] = (i + 1) * length;
        }

        return new(ids, new(offsets), next);
    }

    /// <summary>
    /// Records the end of an epoch. The checkpoint is taken here, since a trainer that keeps the best parameters returns to them at its
    /// end.
    /// </summary>
    private sealed class EpochEnd(LanguageModelTraining training, IProgress<TrainingProgress>? progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            int epochs = training.options.Epochs;
            TrainingProgress report = value with
            {
                Epochs = epochs,
                Remaining = value.Elapsed * ((epochs - value.Epoch) / (double)value.Epoch),
            };
            training.History.Add(report);
            training.checkpoint = training.trainer!.Checkpoint();
            progress?.Report(report);
        }
    }
}
