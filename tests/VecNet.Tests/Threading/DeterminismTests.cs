using System.Numerics;

namespace VecNet.Tests;

/// <summary>One hash, whatever the number of threads, however often, and while other processes take the processors away.</summary>
[Collection(Alone.Name)]
public sealed class DeterminismTests
{
    private const int Repetitions = 20;

    private static readonly int[] Budgets = [1, 2, 3, 7, ManyThreads.Limit];

    [Fact]
    public void A_product_has_one_hash_under_load() => UnderLoad(() =>
    {
        HasOneHash(ProductHash<float>);
        HasOneHash(ProductHash<double>);
    });

    [Fact]
    public void A_training_with_dropout_and_Adam_has_one_hash_under_load() => UnderLoad(() =>
    {
        HasOneHash(TrainingRecipe<float>.Hash);
        HasOneHash(TrainingRecipe<double>.Hash);
    });

    /// <summary>What the load consists of: only the tests above start it, in a process of its own.</summary>
    [Fact(Explicit = true)]
    public void Takes_every_processor()
    {
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(Spin) { IsBackground = true }.Start();
        }

        BackgroundChild.IsAtWork();
        Thread.Sleep(TimeSpan.FromMinutes(10));
    }

    private static void Spin()
    {
        while (true)
        {
            Thread.SpinWait(1000);
        }
    }

    private static void UnderLoad(Action action)
    {
        using var load = new BackgroundChild(typeof(DeterminismTests), nameof(Takes_every_processor));
        action();
        Assert.True(load.IsAlive, "The load ended before the test.");
    }

    private static void HasOneHash(Func<int, string> hash)
    {
        string expected = hash(1);
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            foreach (int threads in Budgets)
            {
                Assert.Equal(expected, hash(threads));
            }
        }
    }

    private static string ProductHash<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProductOperands<T> x =
            new ProductCase<T>(257, 129, 1031, Orientation.Plain, false, true, 0, 0, 0, Seed: 1, threads).Build<Ordinary>();
        x.Multiply();
        return TrainingRecipe<T>.HashOf(x.C.View.AsSpan());
    }
}
