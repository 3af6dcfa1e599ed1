using System.Numerics;

namespace VecNet;

/// <summary>Trains a network by mini-batches: shuffled rows, forward, loss, backward, optimizer step.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Trainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;
    private readonly IOptimizer<T> optimizer;
    private readonly TrainerOptions options;
    private readonly TimeProvider time;
    private readonly ILoss<T> loss;
    private readonly TrainingSteps<T> steps;
    private readonly NetworkEvaluation<T> evaluation;
    private TrainingState<T>? state;
    private bool resumes;
    private long begin;

    /// <summary>Makes ready; nothing is trained yet.</summary>
    /// <param name="network">Is trained in place.</param>
    /// <param name="optimizer">Changes its parameters.</param>
    /// <param name="loss">E.g. <c>new SoftmaxCrossEntropy&lt;float&gt;()</c>.</param>
    /// <param name="options">Epochs, batch size, seed and so on.</param>
    /// <param name="time">Where the time is taken from; the system's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Trainer(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Epochs, "options.Epochs");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize, "options.BatchSize");
        ArgumentOutOfRangeException.ThrowIfNegative(options.Patience, "options.Patience");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads, "options.Threads");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.AccumulatedBatches, "options.AccumulatedBatches");
        CheckMaximum(options.MaxGradientNorm, "options.MaxGradientNorm");
        CheckMaximum(options.MaxGradientValue, "options.MaxGradientValue");
        this.network = network;
        this.optimizer = optimizer;
        this.options = options;
        this.time = time ?? TimeProvider.System;
        this.loss = loss;
        steps = new(network, optimizer, loss, options);
        evaluation = new(network, loss, options);
    }

    /// <summary>What the training is made with.</summary>
    private TrainingDescription Description => TrainingDescription.Of(network, optimizer, loss, options);

    /// <summary>
    /// Where training stands: at the end of the last finished step. To be called from the callbacks, or when <see cref="Train"/> has
    /// returned or thrown.
    /// </summary>
    /// <exception cref="InvalidOperationException">There has been no training.</exception>
    public TrainingCheckpoint<T> Checkpoint() => state is null
        ? throw new InvalidOperationException("There is nothing to keep before Train has begun.")
        : state.Checkpoint(network, optimizer, Description, steps.Dropout, state.ElapsedBefore + time.GetElapsedTime(begin));

    /// <summary>
    /// Sets network and optimizer to a checkpoint; the next <see cref="Train"/> goes on from there as if nothing had happened.
    /// </summary>
    /// <remarks>
    /// <para>
    /// What is compared with the checkpoint, and refused if it differs: the element type; the layers with their options, widths and
    /// parameters; the optimizer's name and options; the loss
    /// and its options; batch size, accumulated batches, seed, both kinds of clipping, and whether the best parameters are kept.
    /// The number of rows is compared by <see cref="Train"/>.
    /// </para>
    /// <para>
    /// What may differ: the number of epochs, patience above 0, the number of threads, the learning rate's schedules and the callbacks. The
    /// learning rate itself, like the number of the step, is the
    /// checkpoint's until a schedule sets it. How weights are initialized does not matter any more.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Something that must not differ does, the optimizer has trained another network, or it refuses the checkpoint's numbers; nothing has
    /// been changed or allocated.
    /// </exception>
    public void Resume(TrainingCheckpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        state = TrainingState<T>.Resume(checkpoint, network, optimizer, Description, options, steps.Dropout);
        begin = time.GetTimestamp();
        resumes = true;
    }

    /// <summary>
    /// Trains from the beginning, or from where <see cref="Resume"/> has set it; the same seed and data give the same parameters, bit for
    /// bit.
    /// </summary>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="validation">Rows that are only looked at: after each epoch, and to decide when to stop.</param>
    /// <param name="progress">Told after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Takes effect between two steps: the parameters are whole, those of the last finished step.</param>
    /// <returns>
    /// The last report; for early stopping, of the epoch whose parameters were kept: epoch 0, with NaN for figures, if no validation loss
    /// was finite and the parameters are those of the beginning.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The data do not fit the network, there is no row, patience has no validation data or none that counts, or the optimizer has trained
    /// another network.
    /// </exception>
    /// <exception cref="OperationCanceledException">Training has been canceled.</exception>
    public TrainingProgress Train(
        Dataset<T> training,
        Dataset<T>? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        training.CheckFits(network, nameof(training), loss.IgnoredClass);
        if (validation is not null)
        {
            validation.CheckFits(network, nameof(validation), loss.IgnoredClass);
        }
        else if (options.KeepsBest)
        {
            throw new ArgumentException("To keep the best parameters asks for validation data.", nameof(validation));
        }

        if (validation is not null && options.KeepsBest && loss.Reduction != Reduction.Sum && loss.WeightOf(validation.Targets) == 0)
        {
            throw new ArgumentException(
                "No validation row counts: the mean loss that is to find the best parameters has no value.", nameof(validation));
        }

        (optimizer as IFusedOptimizer<T>)?.CheckNetwork(network);
        TrainingState<T> now = Start(training);
        Dataset<T> batch = training.EmptyLike(options.BatchSize);
        TrainingProgress report = now.Best;
        while (now.Epoch < options.Epochs && (options.Patience == 0 || now.Epoch - now.Best.Epoch < options.Patience))
        {
            optimizer.LearningRate = options.LearningRate?.Invoke(now.Epoch) ?? optimizer.LearningRate;
            long epochBegin = time.GetTimestamp();
            Evaluation trained;
            try
            {
                trained = steps.Epoch(now, training, batch, cancellationToken);
            }
            finally
            {
                now.TrainingTime += time.GetElapsedTime(epochBegin);
            }

            Evaluation validated = validation is null ? new(double.NaN, double.NaN) : evaluation.Evaluate(validation);
            report = Report(now, training.Rows, trained, validated);
            if (options.KeepsBest && (validated.Loss < now.Best.ValidationLoss || (now.Best.Epoch == 0 && double.IsFinite(validated.Loss))))
            {
                now.KeepBest(network, report);
            }

            // Last: a checkpoint that is taken here knows whether this epoch is the best.
            progress?.Report(report);
        }

        if (!options.KeepsBest)
        {
            return report;
        }

        now.GoBack(network);
        return now.Best;
    }

    /// <summary>
    /// Loss and accuracy on data, without dropout; the network is only read, the trainer's workspace is used. The batch size changes
    /// nothing but roundings.
    /// </summary>
    /// <exception cref="ArgumentException">The data do not fit the network, or there is no row.</exception>
    public Evaluation Evaluate(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(network, nameof(data), loss.IgnoredClass);
        return evaluation.Evaluate(data);
    }

    /// <summary>
    /// How well the network tells the classes of the data apart, without dropout. Rows of the loss's ignored class are left out.
    /// </summary>
    /// <exception cref="ArgumentException">The data do not fit the network, there is no row, or the targets are not classes.</exception>
    public ClassificationMetrics EvaluateClasses(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(network, nameof(data), loss.IgnoredClass);
        if (!data.Targets.AreClasses)
        {
            throw new ArgumentException("The targets are values, not classes.", nameof(data));
        }

        return evaluation.EvaluateClasses(data);
    }

    /// <summary>How far the network's outputs are from the data's values, without dropout.</summary>
    /// <exception cref="ArgumentException">The data do not fit the network, there is no row, or the targets are classes.</exception>
    public RegressionMetrics EvaluateValues(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(network, nameof(data));
        if (data.Targets.AreClasses)
        {
            throw new ArgumentException("The targets are classes, not values.", nameof(data));
        }

        return evaluation.EvaluateValues(data);
    }

    /// <summary>The state to go on from.</summary>
    private TrainingState<T> Start(Dataset<T> training)
    {
        if (!resumes || state is null)
        {
            state = TrainingState<T>.Begin(network, training.Rows, options);
            steps.Dropout.State = SplitMix64.ForStream(options.Seed, RandomStream.Dropout).State;
            begin = time.GetTimestamp();
        }
        else if (state.Order.Length != training.Rows)
        {
            throw new ArgumentException($"The checkpoint is of {state.Order.Length} rows; there are {training.Rows}.", nameof(training));
        }

        resumes = false;
        return state;
    }

    private TrainingProgress Report(TrainingState<T> now, int rows, Evaluation trained, Evaluation validated)
    {
        TimeSpan elapsed = now.ElapsedBefore + time.GetElapsedTime(begin);
        return new(
            now.Epoch, options.Epochs, trained.Loss, trained.Accuracy, validated.Loss, validated.Accuracy,
            (double)now.Epoch * rows / Math.Max(now.TrainingTime.TotalSeconds, 1e-9),
            elapsed, elapsed * ((options.Epochs - (double)now.Epoch) / now.Epoch));
    }

    private static void CheckMaximum(double? value, string name)
    {
        if (value is { } given && !(given > 0))
        {
            throw new ArgumentOutOfRangeException(name, given, $"{name} must be above 0; it is {given}.");
        }
    }
}
