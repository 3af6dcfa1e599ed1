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
    private TrainingState<T>? state;
    private bool resumes;
    private long begin;

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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.AccumulatedBatches, "options.AccumulatedBatches");
        CheckMaximum(options.MaxGradientNorm, "options.MaxGradientNorm");
        CheckMaximum(options.MaxGradientValue, "options.MaxGradientValue");
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

    /// <summary>Where training stands: at the end of the last finished step. To be called from the callbacks, or when <see cref="Train"/> has returned or thrown.</summary>
    /// <exception cref="InvalidOperationException">There has been no training.</exception>
    public TrainingCheckpoint<T> Checkpoint() => state is null
        ? throw new InvalidOperationException("There is nothing to keep before Train has begun.")
        : state.Checkpoint(network, optimizer, workspace.Random!, state.ElapsedBefore + time.GetElapsedTime(begin));

    /// <summary>Sets network and optimiser to a checkpoint; the next <see cref="Train"/> goes on from there as if nothing had happened.</summary>
    /// <exception cref="ArgumentException">The checkpoint is of another network or optimiser, or has numbers that the optimiser refuses; nothing has been changed.</exception>
    public void Resume(TrainingCheckpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Span<T> optimizerState = optimizer.StateOf(network.Parameters.Length);
        CheckLength("parameters", checkpoint.Parameters.Count, network.Parameters.Length);
        CheckLength("elements of state", checkpoint.State.Count, network.State.Length);
        CheckLength("elements of the optimiser's state", checkpoint.OptimizerState.Count, optimizerState.Length);
        CheckLength("best parameters", checkpoint.BestParameters.Count, options.KeepsBest ? network.Parameters.Length : 0);
        CheckLength("elements of the best state", checkpoint.BestState.Count, options.KeepsBest ? network.State.Length : 0);
        SetNumbers(checkpoint);
        CopyTo(checkpoint.Parameters, network.Parameters);
        CopyTo(checkpoint.State, network.State);
        CopyTo(checkpoint.OptimizerState, optimizerState);
        workspace.Random!.State = checkpoint.DropoutRandom;
        state = TrainingState<T>.From(checkpoint);
        begin = time.GetTimestamp();
        resumes = true;
    }

    /// <summary>Trains from the beginning, or from where <see cref="Resume"/> has set it; the same seed and data give the same parameters, bit for bit.</summary>
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
        else if (options.KeepsBest)
        {
            throw new ArgumentException("To keep the best parameters asks for validation data.", nameof(validation));
        }

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
                trained = Epoch(now, training, batch, cancellationToken);
            }
            finally
            {
                now.TrainingTime += time.GetElapsedTime(epochBegin);
            }

            Evaluation validated = validation is null ? new(double.NaN, double.NaN) : Evaluate(validation);
            report = Report(now, training.Rows, trained, validated);
            progress?.Report(report);
            if (options.KeepsBest && (validated.Loss < now.Best.ValidationLoss || (now.Best.Epoch == 0 && double.IsFinite(validated.Loss))))
            {
                now.KeepBest(network, report);
            }
        }

        if (!options.KeepsBest)
        {
            return report;
        }

        now.BestParameters.CopyTo(network.Parameters);
        now.BestState.CopyTo(network.State);
        return now.Best;
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

    /// <summary>How well the network tells the classes of the data apart, without dropout.</summary>
    /// <exception cref="ArgumentException">The data do not fit the network, there is no row, or the targets are not classes.</exception>
    public ClassificationMetrics EvaluateClasses(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckData(data, nameof(data));
        if (!data.Targets.AreClasses)
        {
            throw new ArgumentException("The targets are values, not classes.", nameof(data));
        }

        int[] predicted = new int[data.Rows];
        for (int start = 0; start < data.Rows; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Rows - start);
            ReadOnlyTensorView<T> prediction = network.Predict(data.Features.View.SliceRows(start, count), inference);
            for (int row = 0; row < count; row++)
            {
                predicted[start + row] = TensorPrimitives.IndexOfMax(prediction.Row(row));
            }
        }

        return new(network.OutputSize, data.Targets.Classes, predicted);
    }

    /// <summary>How far the network's outputs are from the data's values, without dropout.</summary>
    /// <exception cref="ArgumentException">The data do not fit the network, there is no row, or the targets are classes.</exception>
    public RegressionMetrics EvaluateValues(Dataset<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckData(data, nameof(data));
        if (data.Targets.AreClasses)
        {
            throw new ArgumentException("The targets are classes, not values.", nameof(data));
        }

        var predictions = new TensorBuffer<T>(data.Rows, network.OutputSize);
        for (int start = 0; start < data.Rows; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Rows - start);
            network.Predict(data.Features.View.SliceRows(start, count), inference).CopyTo(predictions.View.SliceRows(start, count));
        }

        return RegressionMetrics.Of<T>(predictions.View, data.Targets.Values);
    }

    /// <summary>The optimiser's step count and learning rate, both or neither.</summary>
    private void SetNumbers(TrainingCheckpoint<T> checkpoint)
    {
        long steps = optimizer.StepCount;
        try
        {
            optimizer.StepCount = checkpoint.OptimizerSteps;
            optimizer.LearningRate = checkpoint.LearningRate;
        }
        catch (ArgumentException error)
        {
            optimizer.StepCount = steps;
            throw new ArgumentException(
                $"The optimiser does not take the checkpoint's step {checkpoint.OptimizerSteps} and learning rate {checkpoint.LearningRate}.", nameof(checkpoint), error);
        }
    }

    /// <summary>The state to go on from.</summary>
    private TrainingState<T> Start(Dataset<T> training)
    {
        if (!resumes || state is null)
        {
            state = TrainingState<T>.Begin(network, training.Rows, options);
            workspace.Random!.State = SplitMix64.ForStream(options.Seed, RandomStream.Dropout).State;
            begin = time.GetTimestamp();
        }
        else if (state.Order.Length != training.Rows)
        {
            throw new ArgumentException($"The checkpoint is of {state.Order.Length} rows; there are {training.Rows}.", nameof(training));
        }

        resumes = false;
        return state;
    }

    /// <summary>What is left of the epoch, in steps.</summary>
    private Evaluation Epoch(TrainingState<T> now, Dataset<T> training, Dataset<T> batch, CancellationToken cancellationToken)
    {
        int rows = training.Rows;
        if (!now.IsShuffled)
        {
            now.Random.Shuffle(now.Order.AsSpan());
            now.IsShuffled = true;
        }

        while (now.Position < rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            optimizer.LearningRate = options.LearningRateOfStep?.Invoke(now.Steps) ?? optimizer.LearningRate;
            int count = (int)long.Min((long)options.BatchSize * options.AccumulatedBatches, rows - now.Position);
            (double lossSum, int right) = Step(training, now.Order.AsSpan(now.Position, count), batch);
            now.LossSum += lossSum;
            now.Right += right;
            now.Position += count;
            now.Steps++;
            options.StepFinished?.Invoke(new(now.Epoch + 1, now.Steps, count, lossSum / count));
        }

        var trained = new Evaluation(now.LossSum / rows, batch.Targets.AreClasses ? (double)now.Right / rows : double.NaN);
        (now.Epoch, now.Position, now.IsShuffled, now.LossSum, now.Right) = (now.Epoch + 1, 0, false, 0, 0);
        return trained;
    }

    /// <summary>One step by the mean loss of the given rows, mini-batch by mini-batch; returns the sum of the losses and how many classes were right.</summary>
    private (double LossSum, int Right) Step(Dataset<T> training, ReadOnlySpan<int> rows, Dataset<T> batch)
    {
        double lossSum = 0;
        int right = 0;
        for (int start = 0; start < rows.Length; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, rows.Length - start);
            training.CopyRows(rows.Slice(start, count), batch);
            ReadOnlyTensorView<T> input = batch.Features.View.SliceRows(0, count);
            Targets<T> targets = batch.TargetsOf(0, count);
            ReadOnlyTensorView<T> prediction = network.Forward(input, workspace);
            TensorView<T> gradOutput = workspace.GradOutput;
            lossSum += count * double.CreateTruncating(loss(prediction, targets, gradOutput));
            right += CountRight(prediction, targets);
            if (options.StepsInBackward)
            {
                network.BackwardAndStep(input, gradOutput, workspace, optimizer);
                return (lossSum, right);
            }

            if (count < rows.Length)
            {
                // The loss is a mean over its mini-batch; the step's is one over all rows.
                Elementwise.Scale(gradOutput, T.CreateTruncating(count) / T.CreateTruncating(rows.Length), gradOutput);
            }

            network.Backward(input, gradOutput, workspace, accumulate: start > 0);
        }

        if (options.MaxGradientNorm is { } norm)
        {
            GradientClipping.ByNorm(network.Gradients, norm);
        }

        if (options.MaxGradientValue is { } value)
        {
            GradientClipping.ByValue(network.Gradients, value);
        }

        optimizer.Step(network.Parameters, network.Gradients);
        return (lossSum, right);
    }

    private TrainingProgress Report(TrainingState<T> now, int rows, Evaluation trained, Evaluation validated)
    {
        TimeSpan elapsed = now.ElapsedBefore + time.GetElapsedTime(begin);
        return new(
            now.Epoch, options.Epochs, trained.Loss, trained.Accuracy, validated.Loss, validated.Accuracy,
            (double)now.Epoch * rows / Math.Max(now.TrainingTime.TotalSeconds, 1e-9),
            elapsed, elapsed * ((options.Epochs - (double)now.Epoch) / now.Epoch));
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

    private static void CheckMaximum(double? value, string name)
    {
        if (value is { } given && !(given > 0))
        {
            throw new ArgumentOutOfRangeException(name, given, $"{name} must be above 0; it is {given}.");
        }
    }

    private static void CheckLength(string what, int count, int expected)
    {
        if (count != expected)
        {
            throw new ArgumentException($"The checkpoint has {count} {what}; {expected} are needed.", "checkpoint");
        }
    }

    private static void CopyTo(IReadOnlyList<T> values, Span<T> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = values[i];
        }
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
