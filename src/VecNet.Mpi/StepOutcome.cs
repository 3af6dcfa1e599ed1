using System.Globalization;

namespace VecNet.Mpi;

/// <summary>
/// What the ranks tell each other after their shards of a step: losses, whether the training is to be canceled, whether they have failed,
/// and the numbers of the optimizer that a program may change between steps. Until then, no rank has changed its parameters.
/// </summary>
internal sealed class StepOutcome
{
    /// <summary>The numbers of a shard: the sum of the losses, their weight, the rows and the correct predictions.</summary>
    private const int OfShard = 4;

    /// <summary>
    /// The numbers of a rank, before those of its shards: whether it is canceled, whether it has failed, its learning rate and its number
    /// of steps.
    /// </summary>
    private const int OfRank = 4;

    private readonly ICommunicator communicator;
    private readonly int shards;
    private readonly int[] starts;
    private readonly double[] numbers;
    private bool isCanceledHere;
    private bool isCanceled;

    internal StepOutcome(ICommunicator communicator, int shards)
    {
        this.communicator = communicator;
        this.shards = shards;
        int size = communicator.Size;
        starts = [.. Enumerable.Range(0, size + 1).Select(
            rank => (OfRank * rank) + (OfShard * ShardRanges.StartOf(rank, size, shards)))];
        numbers = new double[starts[^1]];
    }

    /// <summary>The totals of all shards, added in their order.</summary>
    internal LossTotal Total
    {
        get
        {
            var total = default(LossTotal);
            for (int rank = 0; rank < communicator.Size; rank++)
            {
                for (int place = starts[rank] + OfRank; place < starts[rank + 1]; place += OfShard)
                {
                    total.Add(new()
                    {
                        Sum = numbers[place], Weight = numbers[place + 1], Rows = numbers[place + 2], Right = numbers[place + 3],
                    });
                }
            }

            return total;
        }
    }

    /// <summary>Begins a training.</summary>
    internal void Reset() => (isCanceledHere, isCanceled) = (false, false);

    /// <summary>Throws if any rank was canceled before its latest step, so that all ranks stop after the same step.</summary>
    internal void ThrowIfCanceled(CancellationToken cancellationToken)
    {
        if (isCanceled)
        {
            Reset();
            throw new AgreedCancellation(cancellationToken);
        }

        isCanceledHere = cancellationToken.IsCancellationRequested;
    }

    /// <summary>Sets the totals of a shard of this rank.</summary>
    internal void Set(int shard, in LossTotal total)
    {
        int rank = communicator.Rank;
        int place = starts[rank] + OfRank + (OfShard * (shard - ShardRanges.StartOf(rank, communicator.Size, shards)));
        (numbers[place], numbers[place + 1], numbers[place + 2], numbers[place + 3]) = (total.Sum, total.Weight, total.Rows, total.Right);
    }

    /// <summary>Tells the other ranks the outcome of this one, and learns theirs.</summary>
    /// <param name="error">What has gone wrong on this rank; null for nothing.</param>
    /// <param name="learningRate">The learning rate of this rank.</param>
    /// <param name="steps">The number of steps of the optimizer of this rank.</param>
    /// <exception cref="CommunicationException">
    /// Another rank has failed, or the ranks would perform different steps. The exception of this rank is thrown as it is.
    /// </exception>
    internal void Exchange(Exception? error, double learningRate, long steps)
    {
        int rank = communicator.Rank;
        numbers[starts[rank]] = isCanceledHere ? 1 : 0;
        numbers[starts[rank] + 1] = error is null ? 0 : 1;
        numbers[starts[rank] + 2] = learningRate;
        numbers[starts[rank] + 3] = steps;
        communicator.GatherAll(numbers.AsSpan(), starts);
        for (int other = 0; other < communicator.Size; other++)
        {
            isCanceled |= numbers[starts[other]] != 0;
            if (numbers[starts[other] + 1] != 0)
            {
                RankError.Throw(communicator, other, error);
            }
        }

        CheckSame(place: 2, "the learning rate");
        CheckSame(place: 3, "the step count of the optimizer");
    }

    /// <summary>Throws on all ranks if a number of a rank is not that of rank 0: from then on, their parameters would differ.</summary>
    private void CheckSame(int place, string name)
    {
        double first = numbers[place];
        for (int other = 1; other < communicator.Size; other++)
        {
            double found = numbers[starts[other] + place];
            if (!found.Equals(first))
            {
                throw new CommunicationException(
                    string.Create(
                        CultureInfo.InvariantCulture, $"The ranks differ in {name}: rank {other} has {found:R}; rank 0 has {first:R}."),
                    other);
            }
        }
    }
}
