using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>
/// Ranks that share a training find what one rank finds, bit for bit, and what a trainer without ranks finds up to rounding.
/// </summary>
public sealed class DataParallelTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string>> Recipes =>
        DistributedRecipe.All.Select(recipe => new TheoryDataRow<string>(recipe.Name) { TestDisplayName = recipe.Name });

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Any_number_of_ranks_and_threads_gives_the_same_bits(string name)
    {
        DistributedRecipe recipe = RecipeOf(name);
        foreach (int shards in new[] { 8, 16 })
        {
            string expected = recipe.Train(ranks: 1, shards);
            foreach (int ranks in new[] { 2, 3, 4, 7, 8 })
            {
                Assert.Equal(expected, recipe.Train(ranks, shards, threads: 1 + (ranks % 2)));
            }
        }

        Assert.NotEqual(recipe.Train(ranks: 1, shards: 8), (recipe with { Options = recipe.Options with { Seed = 4 } }).Train(1, 8));
    }

    /// <summary>Without dropout and batch normalization, which depend on the shards, only the order of sums differs.</summary>
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 8, 1e-12)]
    [InlineData(3, 8, 1e-12)]
    public void The_gradient_is_that_of_the_whole_mini_batch(int ranks, int shards, double tolerance)
    {
        foreach (Reduction reduction in new[] { Reduction.Mean, Reduction.Sum })
        {
            double[] expected = Train(reduction, null);
            var found = new double[ranks][];
            InProcessCommunicator.Run(
                ranks, communicator => found[communicator.Rank] = Train(reduction, new DataParallelTraining(communicator, shards)));
            Assert.All(found, parameters => Assert.All(
                parameters.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, tolerance)));
        }

        static double[] Train(Reduction reduction, DistributedTraining? distributed)
        {
            Dataset<double> rows = TrainingData.TwoRings(45, seed: 3);
            int[] classes = rows.Targets.Classes.ToArray();
            for (int row = 0; row < classes.Length; row += 4)
            {
                classes[row] = -1;
            }

            var data = new Dataset<double>(rows.Features, classes)
            {
                Weights = [.. Enumerable.Range(0, classes.Length).Select(row => row % 3 * 0.7)],
            };
            var network = new NeuralNetwork<double>(2, 2, [8], new Tanh<double>(), seed: 1);
            var options = new TrainerOptions { Epochs = 2, BatchSize = 21, Seed = 5, Distributed = distributed };
            var trainer = new Trainer<double>(
                network, new Sgd<double>(0.02), new SoftmaxCrossEntropy<double>(ignoredClass: -1, reduction: reduction), options);
            trainer.Train(data, cancellationToken: Token);
            return network.Parameters.ToArray();
        }
    }

    /// <summary>The first shards of a last mini-batch of one row have no row, and all rows of another one are ignored.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(17)]
    public void Shards_without_rows_change_nothing(int rows)
    {
        DistributedRecipe recipe = RecipeOf("weights and ignored rows");
        Dataset<float> data = TrainingRecipe<float>.Data(rows);
        foreach (int[] classes in new[] { data.Targets.Classes.ToArray(), [.. Enumerable.Repeat(3, rows)] })
        {
            recipe = recipe with
            {
                Data = new(data.Features, classes), Options = new() { Epochs = 2, BatchSize = 8 },
            };
            string expected = recipe.Train(ranks: 1, shards: 8);
            Assert.Equal(expected, recipe.Train(ranks: 3, shards: 8));
            Assert.Equal(expected, recipe.Train(ranks: 8, shards: 8));
        }
    }

    /// <summary>
    /// The mean over no row is 0, and so is its gradient. Running statistics follow all rows that pass forward, ignored or not.
    /// </summary>
    [Fact]
    public void Mini_batches_whose_rows_are_all_ignored_change_no_parameter()
    {
        Dataset<float> data = TrainingRecipe<float>.Data(40);
        DistributedRecipe recipe = RecipeOf("batch normalization") with
        {
            Optimizer = () => new Sgd<float>(0.5),
            Loss = new SoftmaxCrossEntropy<float>(ignoredClass: 3),
            Options = new() { Epochs = 2, BatchSize = 20 },
            Data = new(data.Features, [.. Enumerable.Repeat(3, data.Count)]),
        };
        NeuralNetwork<float> untrained = recipe.Network();
        InProcessCommunicator.Run(3, communicator => recipe.Train(communicator, shards: 4, finished: (_, network) =>
            Assert.Equal(untrained.Parameters, network.Parameters)));
    }

    /// <summary>The first shards of a rank are empty, before it has seen any sparse row.</summary>
    [Fact]
    public void Sparse_gradients_may_begin_with_an_empty_shard()
    {
        DistributedRecipe recipe = RecipeOf("sparse rows");
        recipe = recipe with { Data = recipe.Data.Select([4, 8, 12]) };
        string expected = recipe.Train(ranks: 1, shards: 8);
        Assert.Equal(expected, recipe.Train(ranks: 3, shards: 8));
        Assert.Equal(expected, recipe.Train(ranks: 8, shards: 8));
    }

    [Fact]
    public void Warm_steps_allocate_nothing()
    {
        foreach (DistributedRecipe recipe in DistributedRecipe.All.Where(recipe => recipe.Validation is null))
        {
            InProcessCommunicator.Run(2, communicator =>
            {
                long least = long.MaxValue;
                long before = long.MinValue;
                (recipe with
                {
                    Options = recipe.Options with
                    {
                        Epochs = 5,
                        StepFinished = step =>
                        {
                            long now = GC.GetAllocatedBytesForCurrentThread();
                            least = step.Epoch < 3 ? least : long.Min(least, now - before);
                            before = now;
                        },
                    },
                }).Train(communicator, shards: 8);
                Assert.True(least == 0, $"Each step allocates {least} bytes or more: {recipe}.");
            });
        }
    }

    /// <summary>Neither training nor evaluation holds more rows at a time than a shard has.</summary>
    [Fact]
    public void A_large_batch_size_needs_the_memory_of_a_shard()
    {
        const int Rows = 4096;
        const int Wide = 500;
        Dataset<float> data = TrainingRecipe<float>.Data(Rows);
        long allocated = 0;
        InProcessCommunicator.Run(1, communicator =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            DistributedRecipe recipe = RecipeOf("weights and ignored rows") with
            {
                Network = () => new(TrainingRecipe<float>.Inputs, TrainingRecipe<float>.Classes, [Wide], new ReLU<float>(), seed: 1),
                Optimizer = () => new Sgd<float>(0.01),
                Options = new() { Epochs = 1, BatchSize = Rows },
                Data = data,
                Validation = data,
            };
            recipe.Train(communicator, shards: 16);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });

        // The hidden features of the whole mini-batch alone, without their gradients.
        long whole = sizeof(float) * (long)Rows * Wide;
        Assert.True(allocated < whole, $"{allocated} bytes are allocated; a layer of the whole mini-batch has {whole}.");
    }

    /// <summary>The running statistics are the mean of those after each shard.</summary>
    [Fact]
    public void Running_statistics_move_by_the_mean_of_the_shards()
    {
        var features = new TensorBuffer<float>(4, 1);
        ((ReadOnlySpan<float>)[1, 3, 10, 14]).CopyTo(features.Span);
        DistributedRecipe recipe = RecipeOf("batch normalization") with
        {
            Network = () => new(1, [new BatchNorm<float>(momentum: 0.1)]),
            Data = new(features, new TensorBuffer<float>(4, 1)),
            Loss = new MeanSquaredError<float>(),
            Options = new() { Epochs = 1, BatchSize = 4 },
        };
        float[] mean = [], variance = [];
        float sum = 0;
        InProcessCommunicator.Run(2, communicator => recipe.Train(communicator, shards: 2, finished: (_, network) =>
        {
            if (communicator.Rank == 0)
            {
                SlotViews<float> state = network.GetState(0);
                (mean, variance) = (state[0].AsSpan().ToArray(), state[1].AsSpan().ToArray());
            }
        }));
        foreach (float value in features.Span)
        {
            sum += value;
        }

        // The mean of the shards' means is that of all rows, since both have two.
        Assert.Equal(0.1 * sum / 4, mean[0], 1e-6);

        // The mean of the shards' variances depends on which rows share a shard; that of all rows is 110 / 3.
        int[] order = [0, 1, 2, 3];
        SplitMix64.ForStream(recipe.Options.Seed, RandomStream.RowOrder).Shuffle(order.AsSpan());
        double expected = order.Chunk(2).Average(pair => Math.Pow(features.Span[pair[0]] - features.Span[pair[1]], 2) / 2);
        Assert.NotEqual(110.0 / 3, expected, 1.0);
        Assert.Equal((0.9 * 1) + (0.1 * expected), variance[0], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_checkpoint_continues_on_another_number_of_ranks(string name)
    {
        DistributedRecipe recipe = RecipeOf(name);
        string expected = recipe.Train(ranks: 1, shards: 8);
        TrainingCheckpoint<float>? checkpoint = null;
        InProcessCommunicator.Run(4, communicator =>
        {
            using var cancellation = new CancellationTokenSource();
            Trainer<float> trainer = null!;
            trainer = (recipe with
            {
                Options = recipe.Options with
                {
                    // Only one rank is canceled; the step after it is the last one of all.
                    StepFinished = step => Volatile.Write(ref Steps[communicator.Rank], Cancel(step, communicator.Rank, cancellation)),
                },
            }).Create(communicator, shards: 8, recipe.Network());
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Train(recipe.Data, recipe.Validation, null, cancellation.Token));
            if (communicator.Rank == 3)
            {
                checkpoint = trainer.Checkpoint();
            }
        });
        Assert.All(Steps[..4], steps => Assert.Equal(4, steps));
        Assert.Equal(4, checkpoint!.Steps);
        string[] results = new string[3];
        InProcessCommunicator.Run(3, communicator =>
        {
            NeuralNetwork<float> network = recipe.Network();
            Trainer<float> trainer = recipe.Create(communicator, shards: 8, network);
            trainer.Resume(checkpoint);
            results[communicator.Rank] = DistributedRecipe.Describe(
                network, trainer.Train(recipe.Data, recipe.Validation, cancellationToken: Token));
        });
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    private readonly int[] Steps = new int[4];

    private static int Cancel(TrainingStep step, int rank, CancellationTokenSource cancellation)
    {
        if (step.Step == 3 && rank == 2)
        {
            cancellation.Cancel();
        }

        return step.Step;
    }

    [Fact]
    public void A_checkpoint_names_the_shards()
    {
        DistributedRecipe recipe = RecipeOf("weights and ignored rows");
        using ICommunicator alone = InProcessCommunicator.CreateGroup(1)[0];
        Trainer<float> trainer = recipe.Create(alone, shards: 8, recipe.Network());
        trainer.Train(recipe.Data, cancellationToken: Token);
        TrainingCheckpoint<float> checkpoint = trainer.Checkpoint();

        var error = Assert.Throws<ArgumentException>(() => recipe.Create(alone, shards: 16, recipe.Network()).Resume(checkpoint));
        Assert.Contains("Shards = 8", error.Message, StringComparison.Ordinal);
        Assert.Contains("Shards = 16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_shared_is_refused_by_name()
    {
        using ICommunicator alone = InProcessCommunicator.CreateGroup(1)[0];
        var distributed = new DataParallelTraining(alone);
        Assert.Contains("AccumulatedBatches", Refusal(new() { Distributed = distributed, AccumulatedBatches = 2 }));
        Assert.Contains("TruncationLength", Refusal(new() { Distributed = distributed, TruncationLength = 2 }));
        Assert.Contains(
            "power of two; it is 6", Assert.Throws<ArgumentOutOfRangeException>(() => new DataParallelTraining(alone, 6)).Message);
        Assert.Contains("it is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new DataParallelTraining(alone, 0)).Message);
        Assert.Contains(
            "3 ranks and 2 shards",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new DataParallelTraining(InProcessCommunicator.CreateGroup(3)[0], shards: 2)).Message);

        static string Refusal(TrainerOptions options) => Assert.Throws<ArgumentException>(() => new Trainer<float>(
            TrainingRecipe<float>.Network(), TrainingRecipe<float>.Optimizer(), new SoftmaxCrossEntropy<float>(), options)).Message;
    }

    private static DistributedRecipe RecipeOf(string name) => DistributedRecipe.All.Single(recipe => recipe.Name == name);
}
