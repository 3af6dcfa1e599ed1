namespace VecNet;

/// <summary>The options of <see cref="Conv1d"/>.</summary>
/// <remarks>
/// <code>
/// var options = new Conv1dOptions { KernelSize = 3, Padding = Conv1dPadding.Causal, Dilation = 2 };
/// </code>
/// </remarks>
public sealed class Conv1dOptions
{
    /// <summary>The most rows of a window and of a stride, whose sums stay below 2³¹.</summary>
    private const int MostRows = 1 << 29;

    /// <summary>The number of taps: the input rows that an output row is computed from.</summary>
    public required int KernelSize { get; init; }

    /// <summary>The zeros around each sequence; <see cref="Conv1dPadding.Same"/> by default.</summary>
    public Conv1dPadding Padding { get; init; }

    /// <summary>The distance between the windows of neighboring output rows; 1 by default.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The distance between the input rows of a window; 1 by default.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>
    /// The number of groups into which input and output channels are divided, and which do not see each other; 1 by default.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>The rows from the first to the last of a window, less one.</summary>
    internal int Extent => Dilation * (KernelSize - 1);

    /// <summary>The last rows of a sequence at which no window begins.</summary>
    internal int Lost => Padding == Conv1dPadding.Valid ? Extent : 0;

    /// <summary>The zeros before a sequence.</summary>
    internal int PaddingBefore => Padding switch
    {
        Conv1dPadding.Same => Extent / 2,
        Conv1dPadding.Valid => 0,
        _ => Extent,
    };

    /// <summary>Gets the number of output rows of a sequence with the given number of input rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or an option is out of range.</exception>
    public int GetOutputLength(int inputLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputLength);
        Check();
        return CountOutputs(inputLength);
    }

    /// <summary>The number of output rows of a sequence, for options that have been checked.</summary>
    internal int CountOutputs(int inputLength) => CountWindows(inputLength, Lost, Stride);

    /// <summary>The number of windows: ⌊(n − 1 − lost) / stride⌋ + 1 of n rows, and 0 if n ≤ lost.</summary>
    internal static int CountWindows(int inputLength, int lost, int stride)
    {
        int windows = inputLength - lost;
        return windows <= 0 ? 0 : ((windows - 1) / stride) + 1;
    }

    /// <summary>
    /// The output rows of a sequence that a tap gives a part of: those for which the input row that it reads is inside the sequence.
    /// </summary>
    /// <returns>The first of them, the input row that the tap reads for it, and their number.</returns>
    internal (int Output, int Input, int Count) GetRows(int tap, int inputLength)
    {
        // Output row t reads input row t · stride + shift.
        int shift = (tap * Dilation) - PaddingBefore;
        int first = shift >= 0 ? 0 : (-shift + Stride - 1) / Stride;
        int end = shift >= inputLength ? 0 : (int)long.Min(CountOutputs(inputLength), (((long)inputLength - 1 - shift) / Stride) + 1);
        return (first, (first * Stride) + shift, int.Max(0, end - first));
    }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check()
    {
        CheckPadding(Padding, nameof(Padding));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(KernelSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Stride);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Dilation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Groups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Stride, MostRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)Dilation * (KernelSize - 1), MostRows, "Dilation · (KernelSize − 1)");
    }

    /// <exception cref="ArgumentOutOfRangeException">The padding is unknown.</exception>
    internal static void CheckPadding(Conv1dPadding padding, string name)
    {
        if (!Enum.IsDefined(padding))
        {
            throw new ArgumentOutOfRangeException(name, padding, "Unknown padding.");
        }
    }
}
