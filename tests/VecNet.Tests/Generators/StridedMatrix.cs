using System.Numerics;

namespace VecNet.Tests;

/// <summary>A matrix inside a larger buffer: before it, after it and between its rows lie canaries.</summary>
/// <remarks>
/// A canary is a NaN with bits of its own: a kernel that reads one spoils its result, a kernel that writes one is found by
/// <see cref="AssertCanariesAlive"/>. Lives on the ordinary heap, unaligned.
/// </remarks>
public sealed class StridedMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Margin = 19;
    private static readonly T Canary = typeof(T) == typeof(float)
        ? (T)(object)BitConverter.UInt32BitsToSingle(0x7FC0_CA7A)
        : (T)(object)BitConverter.UInt64BitsToDouble(0x7FF8_0000_00CA_7A1E);

    private readonly T[] memory;

    public StridedMatrix(int rows, int columns, int gap)
    {
        Rows = rows;
        Columns = columns;
        RowStride = columns + gap;
        memory = new T[Margin + (rows * RowStride) + Margin];
        Array.Fill(memory, Canary);
        View.Clear();
    }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public TensorView<T> View => new(memory.AsSpan(Margin), Rows, Columns, RowStride);

    /// <summary>Everything, canaries included: for telling that nothing at all was written.</summary>
    public T[] Snapshot() => [.. memory];

    /// <summary>Whether the buffer is as it was, bit for bit.</summary>
    public void AssertUnchangedSince(T[] snapshot)
    {
        for (int i = 0; i < memory.Length; i++)
        {
            if (!Bits.Same(snapshot[i], memory[i]))
            {
                Assert.Fail($"Element {i - Margin} of a {Rows}×{Columns} matrix (row stride {RowStride}) was written.");
            }
        }
    }

    public void AssertCanariesAlive()
    {
        AssertCanaries(-Margin, Margin);
        for (int row = 0; row < Rows; row++)
        {
            AssertCanaries((row * RowStride) + Columns, RowStride - Columns);
        }

        AssertCanaries(Rows * RowStride, Margin);
    }

    private void AssertCanaries(int place, int count)
    {
        foreach (T element in memory.AsSpan(Margin + place, count))
        {
            if (!Bits.Same(element, Canary))
            {
                Assert.Fail(
                    $"A canary from {place} on of a {Rows}×{Columns} matrix with row stride {RowStride} was overwritten with {element}.");
            }
        }
    }
}

/// <summary>Comparing numbers by their bits: −0 is not 0, and a NaN equals itself.</summary>
internal static class Bits
{
    public static bool Same<T>(T x, T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of(x) == Of(y);

    public static ulong Of<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float)
            ? BitConverter.SingleToUInt32Bits((float)(object)x)
            : BitConverter.DoubleToUInt64Bits((double)(object)x);

    public static void AssertSame<T>(ReadOnlyTensorView<T> expected, ReadOnlyTensorView<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        for (int row = 0; row < expected.Rows; row++)
        {
            for (int column = 0; column < expected.Columns; column++)
            {
                T x = expected[row, column];
                T y = actual[row, column];
                if (!Same(x, y))
                {
                    Assert.Fail($"{what}: element ({row}, {column}) is {y:R}, expected the bits of {x:R}.");
                }
            }
        }
    }
}
