using System.Runtime.InteropServices;
using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>
/// Processes that an MPI starts send each other messages and train together; tests are skipped where it is not installed.
/// </summary>
public sealed class MpiCommunicatorTests
{
    private const string Folder = "VECNET_MPI_TEST_FOLDER";

    /// <summary>So many steps are taken before the checkpoint of <see cref="A_checkpoint_of_MPI_continues_without_it"/>.</summary>
    private const int Interrupted = 4;

    [Theory]
    [MemberData(nameof(MpiRun.Cases), MemberType = typeof(MpiRun))]
    public async Task Messages_arrive(string implementation, int ranks)
    {
        MpiRun run = await MpiRun.Of(implementation, ranks, Rank_sends_messages);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains($"all {ranks} ranks of ", run.Output, StringComparison.Ordinal);
        Assert.Contains(implementation == "openmpi" ? "Open MPI" : "MPICH", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_sends_messages() => MpiRun.Rank(communicator =>
    {
        (int rank, int size) = (communicator.Rank, communicator.Size);
        int next = (rank + 1) % size;
        int previous = (rank - 1 + size) % size;
        foreach (int length in new[] { 0, 1, 1000, 3_000_001 })
        {
            byte[] sent = [.. Enumerable.Range(0, length).Select(i => (byte)(i + rank))];
            byte[] received = new byte[length];
            communicator.Exchange(sent, next, received, previous);
            Assert.Equal(Enumerable.Range(0, length).Select(i => (byte)(i + previous)), received);

            received.AsSpan().Clear();
            if (rank == 0)
            {
                communicator.Send(sent, next);
                communicator.Receive(received, previous);
            }
            else
            {
                communicator.Receive(received, previous);
                communicator.Send(received, next);
            }

            Assert.Equal(Enumerable.Range(0, length).Select(i => (byte)i), received);
            communicator.Broadcast(rank == size - 1 ? sent : received, root: size - 1);
            Assert.Equal(Enumerable.Range(0, length).Select(i => (byte)(i + size - 1)), rank == size - 1 ? sent : received);
            communicator.Barrier();
        }

        // The runtime's own handlers of signals are not replaced.
        Assert.Throws<NullReferenceException>(() => ((string)null!).Length);
        Assert.Throws<InvalidOperationException>(() => MpiCommunicator.Open());
        if (rank == 0)
        {
            Console.WriteLine($"all {size} ranks of {((MpiCommunicator)communicator).Version}");
        }
    });

    [Theory]
    [MemberData(nameof(MpiRun.Cases), MemberType = typeof(MpiRun))]
    public async Task Training_has_the_bits_of_one_process(string implementation, int ranks)
    {
        using var scratch = new ScratchDirectory();
        MpiRun run = await MpiRun.Of(
            implementation, ranks, Rank_trains, (Folder, scratch.Path));
        Assert.True(run.ExitCode == 0, run.Output);
        foreach (DistributedRecipe recipe in DistributedRecipe.All)
        {
            string expected = recipe.Train(ranks: 1, shards: 8);
            Assert.All(Enumerable.Range(0, ranks), rank => Assert.Equal(
                expected, File.ReadAllText(scratch[$"{recipe.Name}-{rank}"])));
        }
    }

    internal static void Rank_trains() => MpiRun.Rank(communicator =>
    {
        foreach (DistributedRecipe recipe in DistributedRecipe.All)
        {
            File.WriteAllText(PathOf($"{recipe.Name}-{communicator.Rank}"), recipe.Train(communicator, shards: 8));
        }
    });

    /// <summary>Rank 0 of two saves a checkpoint, and another program, with three ranks that are threads, continues.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task A_checkpoint_of_MPI_continues_without_it(string implementation)
    {
        using var scratch = new ScratchDirectory();
        MpiRun run = await MpiRun.Of(
            implementation, 2, Rank_is_interrupted, (Folder, scratch.Path));
        Assert.True(run.ExitCode == 0, run.Output);
        DistributedRecipe recipe = DistributedRecipe.All[0];
        TrainingCheckpoint<float> checkpoint = CheckpointFile.Load<float>(scratch["checkpoint"]);
        Assert.Equal(Interrupted, checkpoint.Steps);
        Assert.Equal(recipe.Train(ranks: 1, shards: 8), FromCheckpoint(recipe, checkpoint, ranks: 3));
    }

    internal static void Rank_is_interrupted() => MpiRun.Rank(communicator =>
    {
        using var cancellation = new CancellationTokenSource();
        DistributedRecipe recipe = DistributedRecipe.All[0];
        Trainer<float> trainer = (recipe with
        {
            Options = recipe.Options with
            {
                StepFinished = step =>
                {
                    if (step.Step == Interrupted - 1 && communicator.Rank == 1)
                    {
                        cancellation.Cancel();
                    }
                },
            },
        }).Create(communicator, shards: 8, recipe.Network());
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Train(recipe.Data, recipe.Validation, null, cancellation.Token));
        if (communicator.Rank == 0)
        {
            CheckpointFile.Save(trainer.Checkpoint(), PathOf("checkpoint"));
        }
    });

    [Fact]
    public async Task A_library_that_is_not_an_MPI_is_named()
    {
        foreach ((string library, string expected) in new[]
        {
            ("/nowhere/libmpi.so", "The MPI library '/nowhere/libmpi.so', which the environment variable VECNET_MPI_LIBRARY names"),
            ("libm.so.6", "The library libm.so.6 is not an MPI"),
        })
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "The names are those of Linux.");
            using var scratch = new ScratchDirectory();
            MpiRun run = await MpiRun.Of(RankProgram.StartOf(Rank_opens, scratch.Path, ("VECNET_MPI_LIBRARY", library)));
            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        }
    }

    /// <summary>Otherwise, each rank would be alone and train by itself.</summary>
    [Fact]
    public async Task A_library_of_another_MPI_than_the_launcher_s_is_refused()
    {
        const string Library = "libmpich.so.12";
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"There is no {Library}.");
        MpiRun run = await MpiRun.Of("openmpi", 2, Rank_opens, ("VECNET_MPI_LIBRARY", Library));
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("The launcher has started 2 ranks, and MPICH Version", run.Output, StringComparison.Ordinal);
        Assert.Contains(" sees 1: it is not the launcher's MPI.", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_opens() => MpiRun.Rank(_ => { });

    /// <summary>The launcher's MPI is another one, so that each attempt fails for that reason.</summary>
    [Fact]
    public async Task Opening_may_be_tried_again_after_it_has_failed()
    {
        const string Library = "libmpich.so.12";
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), $"There is no {Library}.");
        using var scratch = new ScratchDirectory();
        MpiRun run = await MpiRun.Of("openmpi", 2, Rank_opens_again, ("VECNET_MPI_LIBRARY", Library), (Folder, scratch.Path));
        Assert.True(File.Exists(scratch["refused"]), run.Output);
    }

    internal static void Rank_opens_again()
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            var error = Assert.Throws<CommunicationException>(() => MpiCommunicator.Open());
            Assert.Contains("it is not the launcher's MPI", error.Message, StringComparison.Ordinal);
        }

        File.WriteAllText(PathOf("refused"), "");
    }

    /// <summary>The program may call MPI by itself, before and after.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Names), MemberType = typeof(MpiRun))]
    public async Task MPI_that_the_program_has_initialized_is_not_finalized(string implementation)
    {
        MpiRun run = await MpiRun.Of(implementation, 2, Rank_has_initialized);
        Assert.True(run.ExitCode == 0, run.Output);
    }

    internal static void Rank_has_initialized()
    {
        MpiLibrary.Load().Initialize();
        for (int i = 0; i < 2; i++)
        {
            MpiRun.Rank(communicator => communicator.Barrier());
            Assert.False(MpiLibrary.IsFinalized);
        }

        MpiLibrary.Finish();
    }

    /// <summary>Slurm starts tasks that know nothing of each other, if its option for MPI is missing.</summary>
    [Theory]
    [InlineData(4, "SLURM_STEP_ID=0", "SLURM_STEP_NUM_TASKS=4", "OMPI_MCA_btl=self")]
    [InlineData(8, "SLURM_STEP_ID=0", "SLURM_NTASKS=8")]
    [InlineData(null, "SLURM_STEP_ID=0", "SLURM_STEP_NUM_TASKS=1", "SLURM_NTASKS=8")]
    [InlineData(null, "SLURM_NTASKS=8")]
    [InlineData(null, "SLURM_STEP_ID=0", "SLURM_STEP_NUM_TASKS=4", "PMI_FD=5")]
    public async Task Tasks_of_Slurm_that_are_not_connected_are_refused(int? refused, params string[] variables)
    {
        Assert.SkipWhen(MpiCommunicator.IsLaunched, "A launcher has started these tests.");
        using var scratch = new ScratchDirectory();
        MpiRun run = await MpiRun.Of(RankProgram.StartOf(
            Rank_is_alone, scratch.Path, [.. variables.Select(variable => variable.Split('=')).Select(pair => (pair[0], pair[1]))]));
        if (refused is null)
        {
            Assert.True(run.ExitCode == 0, run.Output);
            return;
        }

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"Slurm has started {refused} tasks without connecting them for MPI", run.Output, StringComparison.Ordinal);
        Assert.Contains("srun the option --mpi", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_is_alone() => MpiCommunicator.Run(communicator => Assert.Equal(1, communicator.Size));

    [Fact]
    public void A_process_that_no_launcher_has_started_is_the_only_rank()
    {
        Assert.SkipWhen(MpiCommunicator.IsLaunched, "A launcher has started these tests.");
        int runs = 0;
        MpiCommunicator.Run(communicator =>
        {
            Assert.Equal((0, 1), (communicator.Rank, communicator.Size));
            communicator.Barrier();
            runs++;
        });
        Assert.Equal(1, runs);
        Assert.Throws<InvalidDataException>(() => MpiCommunicator.Run(_ => throw new InvalidDataException()));
    }

    internal static string FromCheckpoint(DistributedRecipe recipe, TrainingCheckpoint<float> checkpoint, int ranks)
    {
        string[] results = new string[ranks];
        InProcessCommunicator.Run(ranks, communicator =>
        {
            NeuralNetwork<float> network = recipe.Network();
            Trainer<float> trainer = recipe.Create(communicator, shards: 8, network);
            trainer.Resume(checkpoint);
            results[communicator.Rank] = DistributedRecipe.Describe(network, trainer.Train(recipe.Data, recipe.Validation));
        });
        return Assert.Single(results.Distinct());
    }

    private static string PathOf(string name) => Path.Combine(Environment.GetEnvironmentVariable(Folder)!, name);
}
