namespace VecNet;

/// <summary>The sequences into which checks divide a batch.</summary>
internal static class SampleSequences
{
    /// <summary>More rows than the batches of checks have.</summary>
    internal const int Longest = 20;

    /// <summary>
    /// The offsets of up to four sequences of the given number of rows together: one of several rows, one without rows, and, if there are
    /// enough rows, another of several and one of a single row.
    /// </summary>
    internal static int[] Offsets(int rows)
    {
        int last = rows >= 3 ? 1 : 0;
        int third = (rows - last) / 3;
        int first = rows - last - third;
        return [0, first, first, first + third, rows];
    }
}
