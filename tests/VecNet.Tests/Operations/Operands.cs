using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet.Tests;

/// <summary>The operands of one call, wherever they lie: by address, so that they may lie anywhere.</summary>
internal sealed unsafe class Operands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Margin = 192;

    /// <summary>Every canary is a NaN: an operation that reads one has it in the result.</summary>
    private const byte Canary = 0xFF;

    private static readonly List<Access> FillingOrder = [Access.Returned, Access.Write, Access.Update, Access.Read, Access.Labels];

    private readonly Operand[] operands;
    private readonly Place[] places;

    /// <summary>Operands without a place yet.</summary>
    public Operands(Operand[] operands)
    {
        this.operands = operands;
        places = new Place[operands.Length];
    }

    /// <summary>The operand with the given number, as a view.</summary>
    public TensorView<T> this[int number]
    {
        get
        {
            (Operand operand, Place place) = (operands[number], places[number]);
            return new(
                new Span<T>((void*)place.Address, operand.Length(place.Gap)), operand.Rows, operand.Columns, operand.Columns + place.Gap);
        }
    }

    /// <summary>The operand with the given number, classes of rows.</summary>
    public Span<int> Labels(int number) => new((void*)places[number].Address, operands[number].Rows);

    /// <summary>Each operand in memory of its own, between canaries.</summary>
    public static Operands<T> Apart(Operand[] operands, int gap = 0)
    {
        var x = new Operands<T>(operands);
        for (int i = 0; i < operands.Length; i++)
        {
            byte[] memory = GC.AllocateUninitializedArray<byte>(
                (2 * Margin) + (operands[i].Length(gap) * ElementSize(operands[i])), pinned: true);
            memory.AsSpan().Fill(Canary);
            x.places[i] = new((nint)Unsafe.AsPointer(ref memory[Margin]), gap, memory);
        }

        return x;
    }

    /// <summary>Each operand at the edge of protected pages that <paramref name="memory"/> is at.</summary>
    public static Operands<T> In(GuardedMemory memory, Operand[] operands, int gap)
    {
        var x = new Operands<T>(operands);
        for (int i = 0; i < operands.Length; i++)
        {
            x.places[i] = operands[i].Access == Access.Labels
                ? new((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span<int>(operands[i].Rows))), gap, null)
                : new((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span<T>(operands[i].Length(gap)))), gap, null);
        }

        return x;
    }

    /// <summary>Lays an operand at an address in memory that the caller keeps alive.</summary>
    public void Lay(int number, nint address, int gap) => places[number] = new(address, gap, null);

    /// <summary>Fills what is read with numbers that depend on the seed and the operand, and what is overwritten with NaN.</summary>
    /// <remarks>
    /// What is overwritten first and classes last: where operands share memory, what is read must be what it would be apart.
    /// </remarks>
    public void Fill(ulong seed)
    {
        foreach (int i in Enumerable.Range(0, operands.Length).OrderBy(i => FillingOrder.IndexOf(operands[i].Access)))
        {
            Fill(i, seed + ((ulong)i * 0x9E3779B9));
        }
    }

    /// <summary>What has been written or returned, element by element.</summary>
    public T[] Results()
    {
        List<T> results = [];
        for (int i = 0; i < operands.Length; i++)
        {
            if (!operands[i].IsWritten && operands[i].Access != Access.Returned)
            {
                continue;
            }

            TensorView<T> view = this[i];
            for (int row = 0; row < view.Rows && !view.IsEmpty; row++)
            {
                results.AddRange(view.Row(row));
            }
        }

        return [.. results];
    }

    /// <summary>Fails if an element beside the written ones has changed: before, after or between the rows.</summary>
    public void AssertOnlyWrittenWhereAllowed(string name)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            if (places[i].Memory is not { } memory || operands[i].Access == Access.Labels)
            {
                continue;
            }

            int size = sizeof(T);
            int row = operands[i].Columns * size;
            int stride = row + (places[i].Gap * size);
            int end = operands[i].Length(places[i].Gap) * size;
            for (int at = -Margin; at < end + Margin; at++)
            {
                bool owned = at >= 0 && at < end && at % stride < row;
                if (!owned && memory[Margin + at] != Canary)
                {
                    Assert.Fail($"{name}: byte {at} beside {operands[i].Name}, of {end} bytes, was written.");
                }
            }
        }
    }

    /// <summary>Bits, except that one NaN is as good as another.</summary>
    public static void AssertSame(T[] expected, T[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Bits.Same(expected[i], actual[i]) && !(T.IsNaN(expected[i]) && T.IsNaN(actual[i])))
            {
                Assert.Fail($"{what}: element {i} of the results is {actual[i]:R}, expected the bits of {expected[i]:R}.");
            }
        }
    }

    private void Fill(int number, ulong seed)
    {
        Operand operand = operands[number];
        if (operand.Access == Access.Labels)
        {
            var random = new Seeded(seed);
            foreach (ref int label in Labels(number))
            {
                label = random.Integer(0, operand.Columns - 1);
            }

            return;
        }

        TensorView<T> view = this[number];
        if (operand.Access is Access.Write or Access.Returned)
        {
            view.Fill(T.NaN);
            return;
        }

        Matrix<T, Ordinary>.Fill(view, seed);
        for (int row = 0; row < view.Rows && operand.IsPositive && !view.IsEmpty; row++)
        {
            foreach (ref T element in view.Row(row))
            {
                element = T.CreateTruncating(0.1 + (0.15 * (double.CreateTruncating(element) + 3)));
            }
        }
    }

    private static int ElementSize(Operand operand) => operand.Access == Access.Labels ? sizeof(int) : sizeof(T);

    /// <summary>Where an operand lies, the gap after each of its rows, and the memory if it is its own.</summary>
    private readonly record struct Place(nint Address, int Gap, byte[]? Memory);
}
