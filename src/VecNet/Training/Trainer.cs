using System.Numerics;

namespace VecNet;

/// <summary>Trains a network by mini-batches: shuffled rows or sequences, forward, loss, backward, optimizer step.</summary>
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

    /// <summary>Creates a trainer; nothing is trained yet.</summary>
    /// <param name="network">The network, which is trained in place.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">The loss, such as <c>new SoftmaxCrossEntropy&lt;float&gt;()</c>.</param>
    /// <param name="options">The options: epochs, batch size, seed and so on.</param>
    /// <param name="time">The time provider; the system's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Trainer(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(options));
        this.network = network;
        this.optimizer = optimizer;
        this.options = options;
        this.time = time ?? TimeProvider.System;
        this.loss = loss;
        steps = options.Distributed?.CreateSteps(network, optimizer, loss, options) ?? new(network, optimizer, loss, options);
        evaluation = new(network, loss, steps.Options);
    }

    /// <summary>The description of the training.</summary>
    private TrainingDescription Description => TrainingDescription.Create(network, optimizer, loss, options);

    /// <summary>
    /// Creates a checkpoint of the state after the last finished step. It may be called from the callbacks, or after <see cref="Train"/>
    /// has returned or thrown.
    /// </summary>
    /// <exception cref="InvalidOperationException">There has been no training.</exception>
    public TrainingCheckpoint<T> Checkpoint() => state is null
        ? throw new InvalidOperationException("There is no state to save before Train has begun.")
        : state.Checkpoint(network, optimizer, Description, steps.Dropout, state.ElapsedBefore + time.GetElapsedTime(begin));

    /// <summary>
    /// Sets network and optimizer to a checkpoint; the next <see cref="Train"/> continues from there as if training had not been
    /// interrupted.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The following must be the same as in the checkpoint: the element type; the layers with their options, widths and
    /// parameters; the optimizer's name and options; the loss and its options; batch size, largest number of tokens, bucketing, truncation
    /// length, accumulated batches, seed, both kinds of clipping, the number of shards of a distributed training, and whether the best
    /// parameters are kept. The number of rows or sequences is compared by <see cref="Train"/>.
    /// </para>
    /// <para>
    /// The following may differ: the number of epochs, patience, the numbers of threads and processes, the learning rate's schedules and
    /// the callbacks. The learning rate itself, like the step count, is the checkpoint's until a schedule sets it. The initialization of
    /// weights no longer matters.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Something that must be the same differs, the optimizer has trained another network, or it rejects the checkpoint's values; nothing
    /// has been changed or allocated.
    /// </exception>
    public void Resume(TrainingCheckpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        state = TrainingState<T>.Resume(checkpoint, network, optimizer, Description, options, steps.Dropout);
        begin = time.GetTimestamp();
        resumes = true;
    }

    /// <summary>
    /// Trains from the beginning, or from the checkpoint of <see cref="Resume"/>; the same seed and data give the same parameters, bit for
    /// bit.
    /// </summary>
    /// <param name="training">The training data.</param>
    /// <param name="validation">The data for evaluation after each epoch and for early stopping.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Takes effect between two steps: the parameters are those of the last finished step.</param>
    /// <returns>
    /// The last report; with early stopping, that of the epoch whose parameters were kept. It is that of epoch 0, without losses, if
    /// no validation loss was finite and the parameters are the initial ones.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The data does not fit the network, there is no row, early stopping has no validation data or none that are not ignored, or the
    /// optimizer has trained another network.
    /// </exception>
    /// <exception cref="OperationCanceledException">Training has been canceled.</exception>
    public TrainingProgress Train(
        Dataset<T> training,
        Dataset<T>? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        training = training.CheckFits(network, nameof(training), loss.IgnoredClass, options);
        if (validation is not null)
        {
            validation = validation.CheckFits(network, nameof(validation), loss.IgnoredClass, options);
        }
        else if (options.KeepsBest)
        {
            throw new ArgumentException("Keeping the best parameters requires validation data.", nameof(validation));
        }

        if (validation is not null && options.KeepsBest && loss.Reduction != Reduction.Sum
            && WeightedRows.GetWeight(loss, validation.Targets, validation.RowWeights) == 0)
        {
            throw new ArgumentException(
                "All validation rows are ignored, so that there is no mean loss to find the best parameters by.", nameof(validation));
        }

        (optimizer as IFusedOptimizer<T>)?.CheckNetwork(network);
        TrainingState<T> now = Start(training);
        Dataset<T> batch = steps.Reserve(training, validation, now);
        TrainingProgress report = now.Best;
        while (now.Epoch < options.Epochs && now.Epoch - now.Best.Epoch < (options.Patience ?? int.MaxValue))
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

            Evaluation? validated = validation is null ? null : steps.Evaluate(evaluation, validation);
            report = Report(now, training.Count, trained, validated);
            if (options.KeepsBest && validated is { Loss: var found }
                && (found < now.Best.ValidationLoss || (now.Best.Epoch == 0 && double.IsFinite(found))))
            {
                now.KeepBest(network, report);
            }

            // The callback comes last, so that its checkpoint knows whether this epoch is the best.
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
    /// Computes loss and accuracy on data, without dropout, in the trainer's workspace; the network is only read. The batch size affects
    /// only rounding.
    /// </summary>
    /// <exception cref="ArgumentException">The data does not fit the network, or there is no row.</exception>
    public Evaluation Evaluate(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return evaluation.Evaluate(data.CheckFits(network, nameof(data), loss.IgnoredClass, options));
    }

    /// <summary>
    /// Computes the classification metrics of the network on data, without dropout. Rows of the loss's ignored class are left out.
    /// </summary>
    /// <exception cref="ArgumentException">The data does not fit the network, there is no row, or the targets are not classes.</exception>
    public ClassificationMetrics EvaluateClasses(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = data.CheckFits(network, nameof(data), loss.IgnoredClass, options);
        if (!data.Targets.AreClasses)
        {
            throw new ArgumentException("The targets are values, not classes.", nameof(data));
        }

        return evaluation.EvaluateClasses(data);
    }

    /// <summary>Computes the regression metrics of the network on data, without dropout.</summary>
    /// <exception cref="ArgumentException">The data does not fit the network, there is no row, or the targets are classes.</exception>
    public RegressionMetrics EvaluateValues(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = data.CheckFits(network, nameof(data), options: options);
        if (data.Targets.AreClasses)
        {
            throw new ArgumentException("The targets are classes, not values.", nameof(data));
        }

        return evaluation.EvaluateValues(data);
    }

    /// <summary>The state to continue from.</summary>
    private TrainingState<T> Start(Dataset<T> training)
    {
        if (!resumes || state is null)
        {
            state = TrainingState<T>.Begin(network, training.Count, options);
            steps.Dropout.State = SplitMix64.ForStream(options.Seed, RandomStream.Dropout).State;
            begin = time.GetTimestamp();
        }
        else if (state.Order.Length != training.Count)
        {
            throw new ArgumentException(
                $"The checkpoint was made with {state.Order.Length} {(training.Sequences.HasValue ? "sequences" : "rows")}; there are "
                + $"{training.Count}.", nameof(training));
        }

        resumes = false;
        return state;
    }

    private TrainingProgress Report(TrainingState<T> now, int samples, Evaluation trained, Evaluation? validated)
    {
        TimeSpan elapsed = now.ElapsedBefore + time.GetElapsedTime(begin);
        return new(
            now.Epoch, options.Epochs, trained.Loss, trained.Accuracy, validated?.Loss, validated?.Accuracy,
            (double)now.Epoch * samples / Math.Max(now.TrainingTime.TotalSeconds, 1e-9),
            elapsed, elapsed * ((options.Epochs - (double)now.Epoch) / now.Epoch));
    }
}
