namespace VecNet.Tests;

/// <summary>A checkpoint's file is all that one process has to leave to another.</summary>
public sealed class ResumedTrainingTests
{
    private const int Half = 100;
    private const string Folder = "VECNET_RESUMED_TRAINING";

    /// <summary>16 steps an epoch: both the end of the first process and that of the second lie in the middle of one.</summary>
    [Fact]
    public async Task A_hundred_steps_and_in_a_new_process_a_hundred_more_are_two_hundred()
    {
        using var scratch = new ScratchDirectory();
        foreach (string half in new[] { nameof(The_first_hundred), nameof(The_second_hundred) })
        {
            ChildRun child = await ChildRun.Of(typeof(ResumedTrainingTests), half, (Folder, scratch.Path));
            Assert.True(child.ExitCode == 0, child.Output);
        }

        string whole = Train(2 * Half, null, out _);
        Assert.Equal(whole, File.ReadAllText(scratch["second"]));
        Assert.NotEqual(whole, File.ReadAllText(scratch["first"]));

        TrainingCheckpoint<float> kept = CheckpointFile.Load<float>(scratch["checkpoint"]);
        Assert.Equal(whole, Train(2 * Half, kept, out _));
        Assert.NotEqual(whole, Train(2 * Half, kept with { DropoutRandom = kept.DropoutRandom + 1 }, out _));
        Assert.NotEqual(whole, Train(2 * Half, kept with { RowRandom = kept.RowRandom + 1 }, out _));
        Assert.NotEqual(whole, Train(2 * Half, kept with { OptimizerSteps = 0 }, out _));
        Assert.NotEqual(whole, Train(2 * Half, kept with { Position = 0 }, out _));
    }

    [Fact(Explicit = true)]
    public void The_first_hundred()
    {
        File.WriteAllText(PathOf("first"), Train(Half, null, out Trainer<float> trainer));
        CheckpointFile.Save(trainer.Checkpoint(), PathOf("checkpoint"));
    }

    [Fact(Explicit = true)]
    public void The_second_hundred() =>
        File.WriteAllText(PathOf("second"), Train(2 * Half, CheckpointFile.Load<float>(PathOf("checkpoint")), out _));

    private static string PathOf(string name) => Path.Combine(Environment.GetEnvironmentVariable(Folder)!, name);

    /// <summary>Trains until so many steps have been done in all; returns the hash of the parameters.</summary>
    private static string Train(int steps, TrainingCheckpoint<float>? from, out Trainer<float> trainer)
    {
        using var cancellation = new CancellationTokenSource();
        NeuralNetwork<float> network = TrainingRecipe<float>.Network();
        TrainerOptions options = TrainingRecipe<float>.Options(epochs: 40) with
        {
            LearningRateOfStep = LearningRateSchedule.Cosine(0.01, 2 * Half),
            StepFinished = step =>
            {
                if (step.Step == steps)
                {
                    cancellation.Cancel();
                }
            },
        };
        trainer = new(network, new Adam<float>(0.01, weightDecay: 0.001), new SoftmaxCrossEntropy<float>(), options);
        if (from is not null)
        {
            trainer.Resume(from);
        }

        Trainer<float> started = trainer;
        Assert.Throws<OperationCanceledException>(() => started.Train(TrainingRecipe<float>.Data(), cancellationToken: cancellation.Token));
        return TrainingRecipe<float>.HashOf(network.Parameters);
    }
}
