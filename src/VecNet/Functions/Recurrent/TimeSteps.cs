namespace VecNet;

/// <summary>
/// The time steps of a batch of sequences: at step t, the rows of all sequences that are longer than t, in the order of the sequences.
/// </summary>
/// <remarks>
/// The rows of step 0, then those of step 1 and so on are the rows in the order of time: the rows of a step lie together, so that one
/// product serves all of them.
/// </remarks>
internal readonly ref struct TimeSteps(SequenceOffsets sequences, bool isReverse)
{
    private readonly SequenceOffsets sequences = sequences;

    /// <summary>Whether the order of time is that of the rows.</summary>
    internal bool AreInOrder => sequences.Count == 1 && !isReverse;

    /// <summary>The number of steps of the longest sequence.</summary>
    internal int GetCount()
    {
        int count = 0;
        for (int sequence = 0; sequence < sequences.Count; sequence++)
        {
            count = int.Max(count, sequences.GetLength(sequence));
        }

        return count;
    }

    /// <summary>The number of sequences that have a row at a step.</summary>
    internal int CountRows(int step)
    {
        int rows = 0;
        for (int sequence = 0; sequence < sequences.Count; sequence++)
        {
            rows += HasRow(sequence, step) ? 1 : 0;
        }

        return rows;
    }

    /// <summary>Whether a sequence has a row at a step.</summary>
    internal bool HasRow(int sequence, int step) => step < sequences.GetLength(sequence);

    /// <summary>The row of a sequence at a step, among the rows of all sequences.</summary>
    internal int GetRow(int sequence, int step)
    {
        ReadOnlySpan<int> offsets = sequences.AsSpan();
        return isReverse ? offsets[sequence + 1] - 1 - step : offsets[sequence] + step;
    }
}
