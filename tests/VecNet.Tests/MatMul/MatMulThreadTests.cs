using System.Numerics;

namespace VecNet.Tests;

/// <summary>Threads change time and nothing else: neither a bit, nor memory, nor what other callers get.</summary>
public abstract class MatMulThreadTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<Orientation> Orientations => [.. Enum.GetValues<Orientation>()];

    /// <summary>
    /// Squarish, a few rows, a few columns, one row, one column, one term; more threads than rows or columns have tiles among them.
    /// </summary>
    /// <remarks>
    /// The first two are worth waking helpers for: one is cut by rows, the other by
    /// columns. The rest has help only where helpers are awake.
    /// </remarks>
    private static readonly (int M, int N, int K)[] Shapes =
        [
            (257, 129, 1031), (120, 1031, 150), (13, 2049, 300), (2049, 13, 300), (1031, 10, 257),
            (1, 4099, 129), (4099, 1, 129), (513, 1021, 1), (3, 5, 20_011),
        ];

    [Theory]
    [MemberData(nameof(Orientations))]
    public void The_budget_changes_no_bit(Orientation orientation)
    {
        foreach ((int m, int n, int k) in Shapes)
        {
            var product = new ProductCase<T>(m, n, k, orientation, Accumulate: false, HasBias: true, 0, 1, 3, Seed: (ulong)m);
            ProductOperands<T> x = product.Build<Ordinary>();
            foreach (bool accumulate in new[] { false, true })
            {
                TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
                TensorBuffer<T>? expected = null;
                foreach (int budget in new[] { 1, 2, 3, 7, ManyThreads.Limit, int.MaxValue })
                {
                    start.View.CopyTo(x.C.View);
                    (product with { Accumulate = accumulate, Threads = budget }).Multiply(x.A.View, x.B.View, x.C.View, x.Bias!.View);
                    expected ??= TensorBuffer.Copy<T>(x.C.View);
                    Bits.AssertSame<T>(expected.View, x.C.View, $"{product}, {budget} threads");
                    x.C.AssertCanariesAlive();
                }
            }
        }
    }

    /// <summary>Threads of their own, half of them with helpers; A, B and the bias are everyone's.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Many_callers_at_once_get_the_bits_of_one(Orientation orientation)
    {
        (ProductOperands<T> Operands, TensorBuffer<T> Expected)[] products = Products(orientation);
        Concurrently.Run(6, number =>
        {
            for (int repetition = 0; repetition < 12; repetition++)
            {
                AssertAmongOthers(products[(repetition + number) % products.Length], budget: 1 + (number % 2));
            }
        });
    }

    /// <summary>The pool's threads, all of them callers: a call that waited for another of them to help would wait for ever.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Callers_on_the_pool_get_the_bits_of_one(Orientation orientation)
    {
        (ProductOperands<T> Operands, TensorBuffer<T> Expected)[] products = Products(orientation);
        Parallel.For(0, 32, number => AssertAmongOthers(products[number % products.Length], budget: 1 + (number % 3)));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void A_budget_that_is_not_positive_is_refused_before_anything_is_written(Orientation orientation)
    {
        foreach (int budget in new[] { 0, -1, int.MinValue })
        {
            ProductOperands<T> x = new ProductCase<T>(3, 4, 5, orientation, false, false, 0, 0, 0, Seed: 1, budget).Build<Ordinary>();
            T[] before = x.C.Snapshot();
            Assert.Throws<ArgumentOutOfRangeException>("threads", x.Multiply);
            x.C.AssertUnchangedSince(before);
        }
    }

    private static (ProductOperands<T> Operands, TensorBuffer<T> Expected)[] Products(Orientation orientation)
    {
        var products = new List<(ProductOperands<T>, TensorBuffer<T>)>();
        foreach ((int m, int n, int k) in new[] { (64, 64, 64), (257, 129, 131), (1, 512, 784), (128, 10, 512), (10, 300, 128) })
        {
            ProductOperands<T> x =
                new ProductCase<T>(m, n, k, orientation, Accumulate: false, HasBias: true, 0, 0, 0, Seed: (ulong)m).Build<Ordinary>();
            x.Multiply();
            products.Add((x, TensorBuffer.Copy<T>(x.C.View)));
        }

        return [.. products];
    }

    private static void AssertAmongOthers((ProductOperands<T> Operands, TensorBuffer<T> Expected) product, int budget)
    {
        (ProductOperands<T> x, TensorBuffer<T> expected) = product;
        var c = new StridedMatrix<T>(expected.Rows, expected.Columns, gap: budget);
        c.View.Fill(T.NaN);
        (x.Case with { Threads = budget }).Multiply(x.A.View, x.B.View, c.View, x.Bias!.View);
        Bits.AssertSame<T>(expected.View, c.View, $"{x.Case}, {budget} threads");
        c.AssertCanariesAlive();
    }
}

public sealed class MatMulFloatThreadTests : MatMulThreadTests<float>;

public sealed class MatMulDoubleThreadTests : MatMulThreadTests<double>;

/// <summary>What all threads together allocate; nothing else may run meanwhile.</summary>
public abstract class MatMulMemoryTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_warm_call_allocates_nothing_on_any_thread(int threads)
    {
        foreach (Orientation orientation in Enum.GetValues<Orientation>())
        {
            foreach ((int m, int n, int k) in new[] { (1, 1, 1), (64, 64, 64), (257, 300, 391), (1, 512, 784), (2049, 10, 64) })
            {
                ProductOperands<T> x = new ProductCase<T>(m, n, k, orientation, true, true, 0, 0, 0, Seed: 1, threads).Build<Ordinary>();
                Assert.Equal(0, Allocations.OfTheProcess(x.Multiply));
            }
        }
    }
}

[Collection(Alone.Name)]
public sealed class MatMulFloatMemoryTests : MatMulMemoryTests<float>;

[Collection(Alone.Name)]
public sealed class MatMulDoubleMemoryTests : MatMulMemoryTests<double>;
