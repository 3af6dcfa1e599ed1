namespace VecNet.Tests;

[Collection(Alone.Name)]
public sealed class ParallelismTests(ManyThreads atFirst)
{
    [Fact]
    public void The_limit_is_the_number_of_processors_until_it_is_set() => Assert.Equal(Environment.ProcessorCount, atFirst.InitialLimit);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_limit_that_is_not_positive_is_refused(int limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.MaxThreads = limit);
        Assert.Equal(ManyThreads.Limit, Parallelism.MaxThreads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public void The_limit_changes_no_bit(int limit)
    {
        var product = new ProductCase<float>(257, 129, 300, Orientation.Plain, false, true, 0, 0, 0, Seed: 1, Threads: int.MaxValue);
        ProductOperands<float> expected = product.Build<Ordinary>();
        ProductOperands<float> x = product.Build<Ordinary>();
        (product with { Threads = 1 }).Multiply(expected.A.View, expected.B.View, expected.C.View, expected.Bias!.View);
        try
        {
            Parallelism.MaxThreads = limit;
            Assert.Equal(limit, Parallelism.MaxThreads);
            x.Multiply();
        }
        finally
        {
            Parallelism.MaxThreads = ManyThreads.Limit;
        }

        Bits.AssertSame<float>(expected.C.View, x.C.View, $"limit {limit}");
    }

    /// <summary>The sums of quadrants are cut into several parts a thread: so many threads must not overflow.</summary>
    [Fact]
    public void No_budget_is_too_large_for_Strassen_Winograd()
    {
        var product = new ProductCase<float>(1030, 1034, 1040, Orientation.Plain, false, false, 0, 0, 0, Seed: 1, Threads: int.MaxValue);
        ProductOperands<float> expected = product.Build<Ordinary>();
        ProductOperands<float> x = product.Build<Ordinary>();
        MatMulAlgorithm oneLevel = MatMulAlgorithm.StrassenWinogradLevels(1);
        expected.Multiply(oneLevel);
        try
        {
            Parallelism.MaxThreads = int.MaxValue;
            x.Multiply(oneLevel);
        }
        finally
        {
            Parallelism.MaxThreads = ManyThreads.Limit;
        }

        Bits.AssertSame<float>(expected.C.View, x.C.View, "a limit of 2³¹ − 1");
    }
}
