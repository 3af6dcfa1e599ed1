namespace VecNet;

/// <summary>
/// The offsets of the sequences of a batch: a batch of sequences consists of the rows of all of them, one after another, without padding.
/// </summary>
/// <remarks>Sequence i consists of the rows from offset i up to, but not including, offset i + 1. A sequence may have no row.</remarks>
public readonly ref struct SequenceOffsets
{
    private readonly ReadOnlySpan<int> offsets;

    /// <summary>Creates the value from offsets, which are not copied.</summary>
    /// <param name="offsets">0 = o₀ ≤ o₁ ≤ … ≤ oₙ, for n sequences of oₙ rows together.</param>
    /// <exception cref="ArgumentException">There is no offset, the first is not 0, or one is less than the previous one.</exception>
    public SequenceOffsets(ReadOnlySpan<int> offsets)
    {
        if (offsets.IsEmpty || offsets[0] != 0)
        {
            throw new ArgumentException("The offsets of sequences must begin with 0.", nameof(offsets));
        }

        for (int i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw new ArgumentException(
                    $"The offsets of sequences must not decrease: offset {i} is {offsets[i]} after {offsets[i - 1]}.",
                    nameof(offsets));
            }
        }

        this.offsets = offsets;
    }

    private SequenceOffsets(ReadOnlySpan<int> offsets, bool areChecked)
    {
        _ = areChecked;
        this.offsets = offsets;
    }

    /// <summary>The number of sequences; 0 for the default value.</summary>
    public int Count => int.Max(0, offsets.Length - 1);

    /// <summary>The rows of all sequences together.</summary>
    public int Rows => offsets.IsEmpty ? 0 : offsets[^1];

    /// <summary>Whether there are offsets; false only for the default value.</summary>
    public bool HasValue => !offsets.IsEmpty;

    /// <summary>The rows of one sequence.</summary>
    public Range this[int sequence] => offsets[sequence]..offsets[sequence + 1];

    /// <summary>The number of rows of one sequence.</summary>
    public int GetLength(int sequence) => offsets[sequence + 1] - offsets[sequence];

    /// <summary>Creates the value from offsets that have already been checked.</summary>
    internal static SequenceOffsets Checked(ReadOnlySpan<int> offsets) => new(offsets, areChecked: true);

    /// <summary>All offsets.</summary>
    public ReadOnlySpan<int> AsSpan() => offsets;
}
