using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>
/// Every way in which what is written can lie over another operand, element by element and half an element off, with every mix of gaps: the
/// very same view has the bits of views apart where that is allowed, whatever else shares a byte is refused before anything is written, and
/// what only interleaves is computed as if it lay apart.
/// </summary>
public abstract unsafe class OperationSharingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Several rows, a square, one row, one column.</summary>
    private static readonly Sizes[] Cases = [new(3, 5, 4), new(3, 3, 3), new(1, 6, 6), new(4, 1, 1)];

    public static TheoryData<string> Names =>
        [.. Operations<T>.All.Values.Where(operation => Written(operation).Any()).Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sharing_is_exact_or_refused(string name)
    {
        Operation<T> operation = Operations<T>.All[name];
        Tally seen = default;
        foreach (Sizes sizes in Cases)
        {
            Operand[] operands = operation.Operands(sizes);
            foreach (int written in Enumerable.Range(0, operands.Length).Where(i => operands[i].IsWritten))
            {
                foreach (int other in Enumerable.Range(0, operands.Length).Where(
                    i => i != written && operands[i].Access != Access.Returned))
                {
                    foreach ((int gap, int otherGap) in new[] { (0, 0), (0, 2), (7, 7), (9, 3) })
                    {
                        Slide(operation, sizes, new(written, gap), new(other, otherGap), ref seen);
                    }
                }
            }
        }

        bool allowsInPlace = operation.Operands(Cases[0]).Any(operand => operand.Over?.Length > 0);
        bool hasOthers = operation.Operands(Cases[0]).Count(operand => operand.Access != Access.Returned) > 1;
        Assert.True(!hasOthers || (seen.Refused > 0 && seen.Apart > 0 && (seen.InPlace > 0) == allowsInPlace), $"{name}: {seen}.");
    }

    /// <summary>Moves the written operand along the other one, from wholly before it to wholly after it.</summary>
    private static void Slide(Operation<T> operation, Sizes sizes, Moved written, Moved other, ref Tally seen)
    {
        Operand[] operands = operation.Operands(sizes);
        int size = Unsafe.SizeOf<T>();
        int bytes = operands[written.Number].Length(written.Gap) * size;
        int otherBytes = operands[other.Number].Length(other.Gap) * (operands[other.Number].Access == Access.Labels ? sizeof(int) : size);
        byte[] memory = GC.AllocateArray<byte>(otherBytes + (2 * bytes) + 64, pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref memory[0]);
        for (int at = 0; at <= otherBytes + bytes; at += at % (4 * size) == 0 ? size / 2 : at % size == 0 ? size : size / 2)
        {
            Operands<T> x = Operands<T>.Apart(operands, gap: 1);
            x.Lay(written.Number, start + at, written.Gap);
            x.Lay(other.Number, start + bytes, other.Gap);
            ulong seed = (ulong)at;
            HashSet<int> shared =
                [.. Bytes(operands[written.Number], at, written.Gap).Intersect(Bytes(operands[other.Number], bytes, other.Gap))];
            bool same = at == bytes
                && operands[written.Number].Rows == operands[other.Number].Rows
                && operands[written.Number].Columns == operands[other.Number].Columns
                && operands[other.Number].Access != Access.Labels && (written.Gap == other.Gap || operands[other.Number].Rows <= 1);
            string what = $"{operation.Name}, {sizes}, {operands[written.Number].Name} (gap "
                + $"{written.Gap}) {at - bytes} bytes from {operands[other.Number].Name} (gap {other.Gap})";
            if (shared.Count == 0)
            {
                AssertAsApart(operation, sizes, x, seed, what);
                seen.Apart++;
            }
            else if (same && operands[written.Number].MayBe(operands[other.Number]))
            {
                AssertAsApart(operation, sizes, x, seed, what);
                seen.InPlace++;
            }
            else
            {
                AssertRefused(operation, sizes, x, memory, seed, what);
                seen.Refused++;
            }
        }
    }

    private static void AssertAsApart(Operation<T> operation, Sizes sizes, Operands<T> x, ulong seed, string what)
    {
        x.Fill(seed);
        operation.Bind(sizes)(x);
        Operands<T>.AssertSame(operation.Results(sizes, seed), x.Results(), what);
    }

    private static void AssertRefused(Operation<T> operation, Sizes sizes, Operands<T> x, byte[] memory, ulong seed, string what)
    {
        x.Fill(seed);
        T[] results = x.Results();
        byte[] before = [.. memory];
        Action<Operands<T>> call = operation.Bind(sizes);
        try
        {
            call(x);
        }
        catch (ArgumentException)
        {
            Assert.True(memory.AsSpan().SequenceEqual(before), $"{what}: refused, but the memory that is shared was written.");
            Operands<T>.AssertSame(results, x.Results(), $"{what}, after its refusal");
            return;
        }

        Assert.Fail($"{what}: not refused.");
    }

    /// <summary>The bytes of all elements.</summary>
    private static IEnumerable<int> Bytes(Operand operand, int start, int gap) => operand.Access == Access.Labels
        ? Enumerable.Range(start, operand.Rows * sizeof(int))
        : from row in Enumerable.Range(0, operand.Rows)
          from at in Enumerable.Range(start + (row * (operand.Columns + gap) * Unsafe.SizeOf<T>()), operand.Columns * Unsafe.SizeOf<T>())
          select at;

    private static IEnumerable<Operand> Written(Operation<T> operation) => operation.Operands(Cases[0]).Where(operand => operand.IsWritten);

    private readonly record struct Moved(int Number, int Gap);

    private record struct Tally(int InPlace, int Refused, int Apart);
}

public sealed class OperationFloatSharingTests : OperationSharingTests<float>;

public sealed class OperationDoubleSharingTests : OperationSharingTests<double>;
