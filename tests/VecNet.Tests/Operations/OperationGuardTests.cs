using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Every operation with every operand ending right before a page that may not be touched, and beginning right after one: an
/// operation that reads or writes one element too far ends the process. And wherever the operands lie, the results have the same bits.
/// </summary>
public abstract class OperationGuardTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Names => [.. Operations<T>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_row_of_every_length(string name) => OperationGuard.Check(
        Operations<T>.All[name], from length in Enumerable.Range(0, 257) select new Sizes(1, length, Math.Min(length, 7)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_number_of_rows(string name) => OperationGuard.Check(
        Operations<T>.All[name], from rows in Enumerable.Range(0, 257) select new Sizes(rows, 1 + (rows % 4), 1 + (rows % 3)));

    /// <summary>Rows to twice the highest tile and one more, columns to twice the widest and one more.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Matrices_to_twice_the_tile(string name)
    {
        int[] edges = [0, 1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 127, 128, 129];
        OperationGuard.Check(
            Operations<T>.All[name],
            from rows in new[] { 0, 2, 3, 6, 7, 12, 13, 24, 25 }
            from columns in edges
            select new Sizes(rows, columns, edges[(rows + columns) % edges.Length]));
    }
}

/// <summary>The check that every operation passes, and that a planted trespass must not survive.</summary>
internal static class OperationGuard
{
    public static void Check<T>(Operation<T> operation, IEnumerable<Sizes> cases)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var memory = new GuardedMemory();
        int number = 0;
        foreach (Sizes sizes in cases.Where(operation.Accepts))
        {
            int gap = (number % 3) * (number % 2 == 0 ? 1 : 3);
            ulong seed = (ulong)number++;
            T[] expected = operation.Results(sizes, seed, gap);
            memory.AtBothEdges(() =>
            {
                Operands<T> operands = Operands<T>.In(memory, operation.Operands(sizes), gap);
                operands.Fill(seed);
                operation.Bind(sizes)(operands);
                Operands<T>.AssertSame(expected, operands.Results(), $"{operation.Name}, {sizes}, gap {gap}");
            });
        }

        Assert.True(number > 0, $"{operation.Name} was never called.");
    }
}

public sealed class OperationFloatGuardTests : OperationGuardTests<float>;

public sealed class OperationDoubleGuardTests : OperationGuardTests<double>;
