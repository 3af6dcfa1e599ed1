using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Trains a network by mini-batches: shuffled rows, forward, loss, backward, optimiser step.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Trainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;
    private readonly IOptimizer<T> optimizer;
    private readonly LossFunction<T> loss;
    private readonly TrainerOptions options;
    private readonly TimeProvider time;
    private readonly Workspace<T> workspace;
    private readonly Workspace<T> inference;

    /// <summary>Makes ready; nothing is trained yet.</summary>
    /// <param name="network">Is trained in place.</param>
    /// <param name="optimizer">Changes its parameters.</param>
    /// <param name="loss">E.g. <c>SoftmaxCrossEntropy.ForwardBackward</c>.</param>
    /// <param name="options">Epochs, batch size, seed and so on.</param>
    /// <param name="time">Where the time is taken from; the system's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Trainer(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, LossFunction<T> loss, TrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Epochs, "options.Epochs");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize, "options.BatchSize");
        ArgumentOutOfRangeException.ThrowIfNegative(options.Patience, "options.Patience");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads, "options.Threads");
        this.network = network;
        this.optimizer = optimizer;
        this.loss = loss;
        this.options = options;
        this.time = time ?? TimeProvider.System;
        workspace = network.CreateTrainingWorkspace(options.BatchSize);
        inference = network.CreateInferenceWorkspace(options.BatchSize);
        workspace.Threads = options.Threads;
        inference.Threads = options.Threads;
    }

    /// <summary>Trains; the same seed and data give the same parameters, bit for bit.</summary>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="validation">Rows that are only looked at: after each epoch, and to decide when to stop.</param>
    /// <param name="progress">Told after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Takes effect between two steps: the parameters are whole, those of the last finished step.</param>
    /// <returns>
    /// The last report; for early stopping, of the epoch whose parameters were kept: epoch 0, with NaN for figures, if no validation loss
    /// was finite and the parameters are those of the beginning.
    /// </returns>
    /// <exception cref="ArgumentException">The data do not fit the network, there is no row, or patience has no validation data.</exception>
    /// <exception cref="OperationCanceledException">Training has been cancelled.</exception>
    public TrainingProgress Train(
        Dataset<T> training,
        Dataset<T>? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        CheckData(training, nameof(training));
        if (validation is not null)
        {
            CheckData(validation, nameof(validation));
        }
        else if (options.Patience > 0)
        {
            throw new ArgumentException("Patience asks for validation data.", nameof(validation));
        }

        Dataset<T> batch = training.EmptyLike(options.BatchSize);
        int[] order = [.. Enumerable.Range(0, training.Rows)];
        SplitMix64 random = SplitMix64.ForStream(options.Seed, RandomStream.RowOrder);
        workspace.Random!.State = SplitMix64.ForStream(options.Seed, RandomStream.Dropout).State;
        T[] best = options.Patience > 0 ? network.Parameters.ToArray() : [];
        T[] bestState = options.Patience > 0 ? network.State.ToArray() : [];
        TrainingProgress kept = TrainingProgress.None(options.Epochs);
        TrainingProgress report = kept;
        long begin = time.GetTimestamp();
        var trainingTime = TimeSpan.Zero;
        for (int epoch = 0; epoch < options.Epochs && (options.Patience == 0 || epoch - kept.Epoch < options.Patience); epoch++)
        {
            optimizer.LearningRate = options.LearningRate?.Invoke(epoch) ?? optimizer.LearningRate;
            long epochBegin = time.GetTimestamp();
            random.Shuffle(order.AsSpan());
            Evaluation trained = Epoch(training, order, batch, cancellationToken);
            trainingTime += time.GetElapsedTime(epochBegin);
            Evaluation validated = validation is null ? new(double.NaN, double.NaN) : Evaluate(validation);
            TimeSpan elapsed = time.GetElapsedTime(begin);
            report = new(
                epoch + 1, options.Epochs, trained.Loss, trained.Accuracy, validated.Loss, validated.Accuracy,
                (epoch + 1.0) * training.Rows / Math.Max(trainingTime.TotalSeconds, 1e-9),
                elapsed, elapsed * ((options.Epochs - epoch - 1.0) / (epoch + 1)));
            progress?.Report(report);
            if (options.Patience > 0 && (validated.Loss < kept.ValidationLoss || (kept.Epoch == 0 && double.IsFinite(validated.Loss))))
            {
                kept = report;
                network.Parameters.CopyTo(best);
                network.State.CopyTo(bestState);
            }
        }

        if (options.Patience > 0)
        {
            best.CopyTo(network.Parameters);
            bestState.CopyTo(network.State);
            return kept;
        }

        return report;
    }

    /// <summary>Mean loss and accuracy on data, without dropout; the network is only read, the trainer's workspace is used.</summary>
    /// <exception cref="ArgumentException">The data do not fit the network, or there is no row.</exception>
    public Evaluation Evaluate(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckData(data, nameof(data));
        double lossSum = 0;
        int right = 0;
        for (int start = 0; start < data.Rows; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Rows - start);
            Targets<T> targets = data.TargetsOf(start, count);
            ReadOnlyTensorView<T> prediction = network.Predict(data.Features.View.SliceRows(start, count), inference);
            lossSum += count * double.CreateTruncating(loss(prediction, targets, default));
            right += CountRight(prediction, targets);
        }

        return new(lossSum / data.Rows, data.Targets.AreClasses ? (double)right / data.Rows : double.NaN);
    }

    /// <summary>All rows once, in the given order.</summary>
    private Evaluation Epoch(Dataset<T> training, int[] order, Dataset<T> batch, CancellationToken cancellationToken)
    {
        double lossSum = 0;
        int right = 0;
        for (int start = 0; start < order.Length; start += options.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = int.Min(options.BatchSize, order.Length - start);
            training.CopyRows(order.AsSpan(start, count), batch);
            ReadOnlyTensorView<T> input = batch.Features.View.SliceRows(0, count);
            Targets<T> targets = batch.TargetsOf(0, count);
            ReadOnlyTensorView<T> prediction = network.Forward(input, workspace);
            lossSum += count * double.CreateTruncating(loss(prediction, targets, workspace.GradOutput));
            right += CountRight(prediction, targets);
            network.BackwardAndStep(input, workspace.GradOutput, workspace, optimizer);
        }

        return new(lossSum / order.Length, batch.Targets.AreClasses ? (double)right / order.Length : double.NaN);
    }

    private static int CountRight(ReadOnlyTensorView<T> prediction, Targets<T> targets)
    {
        int right = 0;
        for (int row = 0; row < targets.Classes.Length; row++)
        {
            right += TensorPrimitives.IndexOfMax(prediction.Row(row)) == targets.Classes[row] ? 1 : 0;
        }

        return right;
    }

    private void CheckData(Dataset<T> data, string name)
    {
        if (data.Rows == 0)
        {
            throw new ArgumentException("There is no row.", name);
        }

        if (data.Features.Columns != network.InputSize)
        {
            throw new ArgumentException($"The data have {data.Features.Columns} features; the network takes {network.InputSize}.", name);
        }

        Targets<T> targets = data.Targets;
        if (!targets.AreClasses && targets.Values.Columns != network.OutputSize)
        {
            throw new ArgumentException($"The data have {targets.Values.Columns} target values a row; the network gives {network.OutputSize}.", name);
        }

        for (int row = 0; row < targets.Classes.Length; row++)
        {
            if ((uint)targets.Classes[row] >= (uint)network.OutputSize)
            {
                throw new ArgumentException(
                    $"The class of row {row} is {targets.Classes[row]}; the network gives {network.OutputSize} classes, from 0 on.", name);
            }
        }
    }
}
