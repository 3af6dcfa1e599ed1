namespace VecNet;

/// <summary>Trains several networks on all rows, each with its own random numbers, and averages them.</summary>
/// <param name="task">The data and the loss.</param>
/// <param name="from">
/// The parameters of the networks that were finished before an interruption, by their number; null if there are none.
/// </param>
internal sealed class SeveralTrainings(TrainingTask task, IReadOnlyDictionary<int, float[]>? from)
{
    /// <summary>The stream of random numbers before that of the second network.</summary>
    private const ulong NetworkStream = 1 << 10;

    private readonly SortedDictionary<int, float[]> finished = new(from?.ToDictionary() ?? []);

    /// <summary>The parameters of the networks that are finished, by their number.</summary>
    internal IReadOnlyDictionary<int, float[]> Finished => finished;

    /// <summary>Whether the first network is finished, whose epochs are reported.</summary>
    internal bool HasFirst => finished.ContainsKey(0);

    /// <summary>The first network, which may be unfinished; null if its training has not begun.</summary>
    internal NeuralNetwork<float>? First;

    /// <summary>Trains the networks that are missing; the progress is that of the first.</summary>
    /// <exception cref="OperationCanceledException">The training has been canceled; what was finished remains.</exception>
    internal void Train(
        Hyperparameters hyperparameters, int threads, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        int[] missing = [.. Enumerable.Range(0, hyperparameters.Trainings).Where(i => !finished.ContainsKey(i))];
        var found = new float[hyperparameters.Trainings][];
        int rounds = ((missing.Length - 1) / threads) + 1;
        ParallelTrainings.Run(
            missing.Length,
            threads,
            i =>
            {
                (NeuralNetwork<float> network, Trainer<float> trainer) = SingleTraining.Prepare(
                    hyperparameters with { Seed = SeedOf(hyperparameters, missing[i]) },
                    task,
                    task.Training.Rows,
                    int.Max(1, threads / missing.Length));
                if (missing[i] == 0)
                {
                    First = network;
                }

                trainer.Train(task.Training, null, missing[i] == 0 ? new FirstOfSeveral(progress, rounds) : null, cancellationToken);
                found[missing[i]] = network.Parameters.ToArray();
            },
            i => finished[missing[i]] = found[missing[i]]);
    }

    /// <summary>The average of the networks that are finished.</summary>
    /// <exception cref="InvalidDataException">A network of a checkpoint has another number of parameters.</exception>
    internal NeuralNetwork<float> Average(Hyperparameters hyperparameters) =>
        NetworkAverage.Of([.. finished.Values.Select(parameters => NetworkOf(parameters, hyperparameters))], hyperparameters);

    private NeuralNetwork<float> NetworkOf(float[] parameters, Hyperparameters hyperparameters)
    {
        var network = new NeuralNetwork<float>(task.Training.Features.Columns, hyperparameters.Layers(task.Outputs));
        if (parameters.Length != network.Parameters.Length)
        {
            throw new InvalidDataException(
                $"the checkpoint is damaged: it has {parameters.Length:N0} parameters of a network with {network.Parameters.Length:N0}.");
        }

        parameters.CopyTo(network.Parameters);
        return network;
    }

    /// <summary>The seed of a network; the first has that of the hyperparameters.</summary>
    private static ulong SeedOf(Hyperparameters hyperparameters, int network) => network == 0
        ? hyperparameters.Seed
        : SplitMix64.ForStream(hyperparameters.Seed, NetworkStream + (ulong)network).Next();

    /// <summary>The progress of the first of several networks: the time that is left is that of all.</summary>
    private sealed class FirstOfSeveral(IProgress<TrainingProgress> progress, int rounds) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(
            value with { Remaining = value.Remaining + ((rounds - 1) * (value.Elapsed + value.Remaining)) });
    }
}
