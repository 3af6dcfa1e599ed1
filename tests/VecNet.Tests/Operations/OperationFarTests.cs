using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>Views that span int.MaxValue elements: byte offsets far beyond 2³² lead to the right elements, in every operation.</summary>
/// <remarks>The row stride is as large as it can be, so that only one page for each row takes memory.</remarks>
public abstract class OperationFarTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Sizes[] Cases = [new(2, 3, 2), new(3, 5, 4), new(40, 33, 17), new(70, 200, 70)];

    public static TheoryData<string> Names => [.. Operations<T>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_that_are_gigabytes_apart_give_the_same_bits(string name)
    {
        Operation<T> operation = Operations<T>.All[name];
        List<FarMemory> memories = [];
        try
        {
            foreach (Sizes sizes in Cases)
            {
                Operand[] operands = operation.Operands(sizes);
                Operands<T> far = Operands<T>.Apart(operands);
                for (int i = 0; i < operands.Length; i++)
                {
                    if (operands[i].Access != Access.Labels && operands[i].Rows > 1)
                    {
                        memories.Add(new FarMemory(Unsafe.SizeOf<T>()));
                        far.Lay(
                            i, memories[^1].Address, ((int.MaxValue - operands[i].Columns) / (operands[i].Rows - 1)) - operands[i].Columns);
                    }
                }

                far.Fill(3);
                operation.Bind(sizes)(far);
                Operands<T>.AssertSame(operation.Results(sizes, 3), far.Results(), $"{name}, {sizes}");
            }
        }
        finally
        {
            memories.ForEach(memory => memory.Dispose());
        }
    }

    /// <summary>Needs 9 GB (17 for double): the last elements of a full view, not only its rows, are where they should be.</summary>
    [Fact]
    public unsafe void A_view_of_as_many_elements_as_there_can_be()
    {
        Assert.SkipUnless(
            LongRun.IsOn, $"Touches {(long)int.MaxValue * Unsafe.SizeOf<T>() / 1_000_000_000} GB; runs with {LongRun.Variable}=1.");
        using var memory = new FarMemory(Unsafe.SizeOf<T>());
        using var untouched = new FarMemory(Unsafe.SizeOf<T>());
        var x = new TensorView<T>(new Span<T>((void*)memory.Address, int.MaxValue), 1, int.MaxValue);
        x[0, 0] = T.One;
        x[0, int.MaxValue - 1] = T.One;
        Elementwise.Scale(x, T.CreateTruncating(-3), x);
        Assert.Equal(T.CreateTruncating(-3), x[0, int.MaxValue - 1]);
        ReLU.Forward(x, x);
        Assert.Equal(T.Zero, x[0, int.MaxValue - 1]);

        // What is only read is one page of zeros: the loss of a single one among as many elements.
        x[0, int.MaxValue - 1] = T.One;
        var zeros = new TensorView<T>(new Span<T>((void*)untouched.Address, int.MaxValue), 1, int.MaxValue);
        Assert.Equal(0.5 / int.MaxValue, double.CreateTruncating(new MeanSquaredError<T>().Forward(x, zeros)), 1e-15);
    }
}

public sealed class OperationFloatFarTests : OperationFarTests<float>;

public sealed class OperationDoubleFarTests : OperationFarTests<double>;
