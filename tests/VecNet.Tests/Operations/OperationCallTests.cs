using System.Numerics;

namespace VecNet.Tests;

/// <summary>What holds for every call, warm and beside others: it allocates nothing, and others at the same time change no bit.</summary>
public abstract class OperationCallTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Sizes[] Cases = [new(1, 1, 1), new(3, 5, 4), new(33, 65, 17)];

    public static TheoryData<string> Names => [.. Operations<T>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_call_allocates_nothing(string name)
    {
        Operation<T> operation = Operations<T>.All[name];
        foreach (Sizes sizes in Cases)
        {
            Operands<T> operands = Operands<T>.Apart(operation.Operands(sizes));
            operands.Fill(1);
            Action<Operands<T>> call = operation.Bind(sizes);
            long bytes = Allocations.PerCall(() => call(operands));
            Assert.True(bytes == 0 || operation.Allocates, $"{name}, {sizes}: {bytes} bytes.");
        }
    }

    /// <summary>Eight threads, each with operands of its own, all operations in different orders.</summary>
    [Fact]
    public void Callers_at_the_same_time_get_the_bits_of_one()
    {
        (Operation<T> Operation, Sizes Sizes, T[] Expected)[] calls =
            [.. from operation in Operations<T>.All.Values from sizes in Cases select (operation, sizes, operation.Results(sizes, 5))];
        Concurrently.Run(8, number =>
        {
            for (int i = 0; i < 2 * calls.Length; i++)
            {
                (Operation<T> operation, Sizes sizes, T[] expected) = calls[((i * 7) + (number * 13)) % calls.Length];
                Operands<T>.AssertSame(expected, operation.Results(sizes, 5), $"{operation.Name}, {sizes}, on thread {number}");
            }
        });
    }
}

public sealed class OperationFloatCallTests : OperationCallTests<float>;

public sealed class OperationDoubleCallTests : OperationCallTests<double>;
