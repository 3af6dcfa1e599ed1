using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>The guard bites: what touches one element too many dies, and dies of that.</summary>
public sealed class GuardedMemoryTests
{
    [Theory]
    [InlineData(nameof(Trespasses.Reads_behind_the_end))]
    [InlineData(nameof(Trespasses.Writes_before_the_start))]
    [InlineData(nameof(Trespasses.Multiplies_by_a_matrix_that_is_one_element_short))]
    [InlineData(nameof(Trespasses.Sums_one_element_too_many_in_the_check_of_every_operation))]
    public async Task Who_touches_one_element_too_many_dies(string trespass)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Protected pages are made with mmap and mprotect of Linux.");
        ChildRun child = await ChildRun.Of(typeof(Trespasses), trespass);
        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains(nameof(AccessViolationException), child.Output, StringComparison.Ordinal);
        Assert.Contains(trespass, child.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Total:", child.Output, StringComparison.Ordinal); // not even a summary
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 17)]
    [InlineData(300, 700)]
    public void Every_element_within_can_be_read_and_written(int rows, int columns)
    {
        using var memory = new GuardedMemory();
        memory.AtBothEdges(() =>
        {
            TensorView<float> x = memory.Matrix<float>(rows, columns, gap: 3);
            Span<int> labels = memory.Span<int>(rows);
            TensorView<double> y = memory.Matrix<double>(rows, columns);
            for (int i = 0; i < rows; i++)
            {
                labels[i] = i;
                for (int j = 0; j < columns; j++)
                {
                    Assert.True(float.IsFinite(x[i, j]) && double.IsFinite(y[i, j]));
                    x[i, j] = 1;
                    y[i, j] = 2;
                }
            }

            Assert.All(labels.ToArray(), (label, i) => Assert.Equal(i, label));
        });
    }
}

/// <summary>
/// What no kernel may do. Explicit: only <see cref="GuardedMemoryTests"/> starts these, each in a process that must not survive it.
/// </summary>
public sealed class Trespasses
{
    private static float sink;

    [Fact(Explicit = true)]
    public void Reads_behind_the_end()
    {
        using var memory = new GuardedMemory();
        memory.AtTheEnd(() =>
        {
            TensorView<float> x = memory.Matrix<float>(3, 17);
            sink = Unsafe.Add(ref x[2, 16], 1);
        });
    }

    [Fact(Explicit = true)]
    public void Writes_before_the_start()
    {
        using var memory = new GuardedMemory();
        memory.AtTheStart(() =>
        {
            TensorView<float> x = memory.Matrix<float>(3, 17);
            Unsafe.Subtract(ref x[0, 0], 1) = 1;
        });
    }

    /// <summary>What a kernel does whose loop runs one column too far.</summary>
    [Fact(Explicit = true)]
    public unsafe void Multiplies_by_a_matrix_that_is_one_element_short()
    {
        using var memory = new GuardedMemory();
        memory.AtTheEnd(() =>
        {
            TensorView<float> b = memory.Matrix<float>(1, 16);
            fixed (float* elements = b.AsSpan())
            {
                MatMul.Multiply<float>(new float[] { 1 }, new Span<float>(elements, 17), new float[17]);
            }
        });
    }

    /// <summary>An operation as the registry has them, put through the check that all of them pass.</summary>
    [Fact(Explicit = true)]
    public void Sums_one_element_too_many_in_the_check_of_every_operation() => OperationGuard.Check(
        new Operation<float>(
            "planted",
            s => [new("input", s.Rows, s.Columns, Access.Read), new("output", 1, 1, Access.Returned)],
            x =>
            {
                ref float first = ref x[0][0, 0];
                for (int i = 0; i <= x[0].Length; i++)
                {
                    sink += Unsafe.Add(ref first, i);
                }

                x[1][0, 0] = 1;
            }),
        [new(3, 5, 1), new(1, 16, 1)]);
}
