namespace VecNet;

/// <summary>The number of rows of a sequence after layers that change it: one for each window of its rows of the network's input.</summary>
/// <param name="Lost">The last rows of a sequence at which no window begins; 0 where a window may reach beyond the sequence.</param>
/// <param name="Stride">The distance between two windows.</param>
internal readonly record struct TokenLengths(int Lost, int Stride)
{
    /// <summary>The number of rows for a number of rows of the input.</summary>
    internal int Of(int inputLength) => Conv1dOptions.CountWindows(inputLength, Lost, Stride);

    /// <summary>The number of rows after another layer.</summary>
    /// <remarks>
    /// With m = ⌊(n − 1 − l) / s⌋ + 1 rows, a layer that loses k and has stride r has ⌊(m − 1 − k) / r⌋ + 1 =
    /// ⌊(⌊(n − 1 − l) / s⌋ − k) / r⌋ + 1 = ⌊(n − 1 − l − ks) / (sr)⌋ + 1: that of a single layer. A sequence has fewer than 2³¹ rows, so
    /// that larger numbers are not distinguished.
    /// </remarks>
    internal TokenLengths Then(Conv1dOptions windows)
    {
        long lost = Lost + ((long)windows.Lost * Stride);
        return new((int)long.Min(lost, int.MaxValue), (int)long.Min((long)Stride * windows.Stride, int.MaxValue));
    }

    /// <summary>The most rows that sequences have which have a number of rows of the input together.</summary>
    /// <remarks>A sequence of n rows has at most (n + stride − 1) / stride.</remarks>
    internal int Most(int rows, int sequences) => (int)long.Min(rows, (rows + ((Stride - 1L) * sequences)) / Stride);

    /// <summary>Computes the offsets of sequences from those of the network's input.</summary>
    internal void WriteOffsets(ReadOnlySpan<int> input, Span<int> destination)
    {
        destination[0] = 0;
        for (int i = 1; i < input.Length; i++)
        {
            destination[i] = destination[i - 1] + Of(input[i] - input[i - 1]);
        }
    }
}
