using System.Diagnostics;
using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>A rank that is killed, throws or falls silent ends all ranks soon; the last checkpoint continues to the same bits.</summary>
public sealed class RankFailureTests
{
    private const string Folder = "VECNET_MPI_TEST_FOLDER";
    private const string KilledStep = "VECNET_MPI_TEST_STEP";
    private const string KilledRank = "VECNET_MPI_TEST_RANK";

    /// <summary>The time that a rank waits for another one; the test's own limit includes the start of the processes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static DistributedRecipe Recipe => DistributedRecipe.All[0];

    /// <summary>At a random step; 20 times where long tests are asked for.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_rank_is_killed(string implementation)
    {
        string expected = Recipe.Train(ranks: 1, shards: 8);
        var random = new SplitMix64(2);
        for (int i = 0; i < LongRun.Of(1, 20); i++)
        {
            using var scratch = new ScratchDirectory();
            (int step, int rank) = (1 + random.NextInt(20), random.NextInt(3));
            MpiRun run = await MpiRun.Of(
                implementation, 3, Rank_is_killed, (Folder, scratch.Path), (KilledStep, $"{step}"), (KilledRank, $"{rank}"));
            Assert.NotEqual(0, run.ExitCode);
            Assert.True(run.Time < Soon, $"The ranks have ended after {run.Time}.");
            Assert.False(File.Exists(scratch["finished"]), $"Rank {rank} was not killed after step {step}: {run.Output}");

            // Rank 0 saves after each step. It may be killed before it has, or the others before they have taken the next step.
            string path = scratch["checkpoint"];
            TrainingCheckpoint<float>? checkpoint = File.Exists(path) ? CheckpointFile.Load<float>(path) : null;
            Assert.InRange(checkpoint?.Steps ?? 0, step - 2, step + 1);
            Assert.Equal(expected, checkpoint is null
                ? Recipe.Train(ranks: 2, shards: 8)
                : MpiCommunicatorTests.FromCheckpoint(Recipe, checkpoint, ranks: 2));
        }
    }

    internal static void Rank_is_killed() => MpiRun.Rank(communicator =>
    {
        int killedStep = int.Parse(Environment.GetEnvironmentVariable(KilledStep)!);
        int killedRank = int.Parse(Environment.GetEnvironmentVariable(KilledRank)!);
        Trainer<float> trainer = null!;
        DistributedRecipe recipe = Recipe with
        {
            Options = Recipe.Options with
            {
                StepFinished = step =>
                {
                    if (step.Step == killedStep && communicator.Rank == killedRank)
                    {
                        Process.GetCurrentProcess().Kill();
                    }

                    if (communicator.Rank == 0)
                    {
                        CheckpointFile.Save(trainer.Checkpoint(), PathOf("checkpoint"));
                    }
                },
            },
        };
        trainer = recipe.Create(communicator, shards: 8, recipe.Network());
        trainer.Train(recipe.Data, recipe.Validation);
        File.WriteAllText(PathOf("finished"), "");
    });

    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_rank_throws(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_throws);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(run.Time < Soon, $"The ranks have ended after {run.Time}.");
        Assert.Single(Lines(run), "Rank 1 has failed: There is no such file.");
    }

    internal static void Rank_throws() => MpiRun.Rank(communicator =>
    {
        communicator.Barrier();
        if (communicator.Rank == 1)
        {
            throw new InvalidDataException("There is no such file.");
        }

        communicator.Barrier();
    });

    /// <summary>The others have not been canceled, and wait for the rank.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_cancellation_that_only_one_rank_knows_of_is_a_failure(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_is_canceled_while_it_loads);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(run.Time < Soon, $"The ranks have ended after {run.Time}.");
        Assert.Single(Lines(run), "Rank 1 has failed: Loading has been canceled.");
    }

    internal static void Rank_is_canceled_while_it_loads() => MpiRun.Rank(communicator =>
    {
        if (communicator.Rank == 1)
        {
            throw new TaskCanceledException("Loading has been canceled.");
        }

        communicator.Barrier();
    });

    /// <summary>All ranks learn of the cancellation in the same step, so that each of them ends by itself.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_cancellation_of_the_training_is_no_failure(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_is_canceled_in_its_training);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.DoesNotContain("has failed", run.Output, StringComparison.Ordinal);

        // Open MPI gives ranks a terminal, which .NET sets up by a sequence of characters.
        Assert.Equal(3, Lines(run).Count(line => line.EndsWith("canceled", StringComparison.Ordinal)));
    }

    internal static void Rank_is_canceled_in_its_training()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => MpiRun.Rank(communicator =>
        {
            using var cancellation = new CancellationTokenSource();
            DistributedRecipe recipe = Recipe with
            {
                Options = Recipe.Options with
                {
                    StepFinished = step =>
                    {
                        if (step.Step == 2 && communicator.Rank == 1)
                        {
                            cancellation.Cancel();
                        }
                    },
                },
            };
            recipe.Create(communicator, shards: 8, recipe.Network()).Train(recipe.Data, recipe.Validation, null, cancellation.Token);
        }));
        Console.WriteLine("canceled");
    }

    /// <summary>All ranks learn of an exception in a step; one of them reports it.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_rank_throws_in_a_step(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_throws_in_a_step);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(run.Time < Soon, $"The ranks have ended after {run.Time}.");
        Assert.Single(Lines(run), "Rank 2 has failed: The loss of step 3.");
        Assert.Single(Lines(run), line => line.Contains("has failed", StringComparison.Ordinal));
        Assert.DoesNotContain("step 3 is taken", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_throws_in_a_step() => MpiRun.Rank(communicator =>
    {
        long steps = 0;
        DistributedRecipe recipe = Recipe with
        {
            Loss = new FailingLoss(() => steps == 2 && communicator.Rank == 2 ? $"The loss of step {steps + 1}." : null),
            Options = Recipe.Options with
            {
                StepFinished = step =>
                {
                    steps = step.Step;
                    if (steps == 3)
                    {
                        Console.WriteLine("step 3 is taken");
                    }
                },
            },
        };
        recipe.Train(communicator, shards: 8);
    });

    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_rank_has_other_data(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_has_other_data);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Single(Lines(run), line => line.Contains("The ranks differ in the number of samples: rank 2 has 200; rank 0 has 201."));
    }

    internal static void Rank_has_other_data() => MpiRun.Rank(communicator =>
        (communicator.Rank == 2 ? Recipe with { Data = TrainingRecipe<float>.Data(200) } : Recipe).Train(communicator, shards: 8));

    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_rank_falls_silent(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_falls_silent);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(run.Time < Soon, $"The ranks have ended after {run.Time}.");
        Assert.Single(Lines(run), line => line.Contains("has not answered", StringComparison.Ordinal));
        Assert.Single(Lines(run), "Rank 1 has not answered rank 0 for 2 seconds.");
    }

    internal static void Rank_falls_silent() => MpiRun.Rank(
        communicator =>
        {
            communicator.Barrier();
            if (communicator.Rank == 1)
            {
                Thread.Sleep(Soon);
            }

            Recipe.Train(communicator, shards: 8);
        },
        Limit);

    /// <summary>At the end, too, ranks only wait as long as the time limit allows.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_rank_does_not_come_to_the_end(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 3, Rank_does_not_come_to_the_end);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(run.Time < Soon, $"The ranks have ended after {run.Time}.");
        Assert.Single(Lines(run), line => line.StartsWith("Rank 1 has not answered rank ", StringComparison.Ordinal));
    }

    internal static void Rank_does_not_come_to_the_end() => MpiRun.Rank(
        communicator =>
        {
            if (communicator.Rank == 1)
            {
                Thread.Sleep(Soon);
            }
        },
        Limit);

    private static string[] Lines(MpiRun run) => run.Output.ReplaceLineEndings("\n").Split('\n');

    /// <summary>A loss that fails with a message when it is asked for its sum.</summary>
    private sealed class FailingLoss(Func<string?> failure) : ILoss<float>
    {
        private readonly SoftmaxCrossEntropy<float> loss = new();

        public string Name => loss.Name;

        public Reduction Reduction => loss.Reduction;

        public double GetWeight(Targets<float> targets) => loss.GetWeight(targets);

        public double Sum(
            ReadOnlyTensorView<float> prediction, Targets<float> targets, double scale, TensorView<float> gradPrediction) =>
            failure() is { } message
                ? throw new InvalidDataException(message)
                : loss.Sum(prediction, targets, scale, gradPrediction);
    }

    private static string PathOf(string name) => Path.Combine(Environment.GetEnvironmentVariable(Folder)!, name);
}
