using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>Ranks whose trainings differ are refused at the beginning, and a rank that fails ends all of them.</summary>
public sealed class RankDifferenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Differences { get; } = new(Changes.Keys);

    private static Dictionary<string, Func<DistributedRecipe, DistributedRecipe>> Changes => new()
    {
        ["the optimizer: rank 2 has Sgd"] = recipe => recipe with { Optimizer = () => new Sgd<float>(0.05, momentum: 0.8) },
        ["the learning rate: rank 2 has 0.04; rank 0 has 0.05"] =
            recipe => recipe with { Optimizer = () => new Sgd<float>(0.04, momentum: 0.9, weightDecay: 0.001) },
        ["the loss: rank 2 has"] = recipe => recipe with { Loss = new SoftmaxCrossEntropy<float>(labelSmoothing: 0.1) },
        ["the options: rank 2 has"] = recipe => recipe with { Options = recipe.Options with { BatchSize = 34 } },
        ["the number of epochs: rank 2 has 4; rank 0 has 3"] = recipe => recipe with { Options = recipe.Options with { Epochs = 4 } },
        ["the number of samples: rank 2 has 200; rank 0 has 201"] = recipe => recipe with { Data = TrainingRecipe<float>.Data(200) },
        ["the data: rank 2 has hash"] = recipe => recipe with { Data = Changed(recipe.Data) },
        ["the parameters: rank 2 has hash"] = recipe => recipe with { Network = () => Reinitialized(recipe.Network()) },
        ["the number of layers and connections: rank 2 has 3; rank 0 has 6"] =
            recipe => recipe with { Network = () => new(20, 10, [5], new ReLU<float>()) },
        ["layer 2: rank 2 has"] = recipe => recipe with { Network = WithAnotherActivation },
        ["the validation data: rank 2 has hash"] = recipe => recipe with { Validation = TrainingRecipe<float>.Data(49) },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void A_difference_is_named_on_all_ranks(string difference)
    {
        DistributedRecipe recipe = DistributedRecipe.All[0];
        string[] messages = new string[3];
        InProcessCommunicator.Run(3, communicator =>
        {
            DistributedRecipe own = communicator.Rank == 2 ? Changes[difference](recipe) : recipe;
            var error = Assert.Throws<CommunicationException>(() => own.Train(communicator, shards: 8));
            Assert.Equal(2, error.Rank);
            messages[communicator.Rank] = error.Message;
        });
        Assert.All(messages, message => Assert.Equal(messages[0], message));
        Assert.Contains($"The ranks differ in {difference}", messages[0], StringComparison.Ordinal);
    }

    /// <summary>Otherwise, the rank with validation data would wait for shards that no other rank evaluates.</summary>
    [Theory]
    [InlineData(0, "rank 1 has none; rank 0 has hash ")]
    [InlineData(2, "rank 2 has hash ")]
    public void Validation_data_of_one_rank_only_is_named_on_all_ranks(int rank, string difference)
    {
        DistributedRecipe recipe = DistributedRecipe.All[0];
        recipe = recipe with { Options = recipe.Options with { KeepBest = false } };
        InProcessCommunicator.Run(3, communicator =>
        {
            bool stepped = false;
            DistributedRecipe own = recipe with
            {
                Validation = communicator.Rank == rank ? recipe.Validation : null,
                Options = recipe.Options with { StepFinished = _ => stepped = true },
            };
            var error = Assert.Throws<CommunicationException>(() => own.Train(communicator, shards: 8));
            Assert.StartsWith($"The ranks differ in the validation data: {difference}", error.Message, StringComparison.Ordinal);
            Assert.False(stepped);
        });
    }

    /// <summary>A program changes the optimizer on one rank only; without the comparison, the parameters would drift apart.</summary>
    [Theory]
    [InlineData("the learning rate: rank 1 has 0.01; rank 0 has 0.05.")]
    [InlineData("the step count of the optimizer: rank 1 has 12; rank 0 has 2.")]
    public void A_difference_that_begins_between_two_steps_is_named_on_all_ranks(string difference)
    {
        DistributedRecipe recipe = DistributedRecipe.All[0];
        bool changesRate = difference.StartsWith("the learning rate", StringComparison.Ordinal);
        InProcessCommunicator.Run(3, communicator =>
        {
            var optimizer = new Sgd<float>(0.05, momentum: 0.9, weightDecay: 0.001);
            long steps = 0;
            DistributedRecipe own = recipe with
            {
                Optimizer = () => optimizer,
                Options = recipe.Options with
                {
                    StepFinished = step =>
                    {
                        steps = step.Step;
                        if (step.Step == 2 && communicator.Rank == 1)
                        {
                            optimizer.LearningRate = changesRate ? 0.01 : optimizer.LearningRate;
                            optimizer.StepCount += changesRate ? 0 : 10;
                        }
                    },
                },
            };
            var error = Assert.Throws<CommunicationException>(() => own.Train(communicator, shards: 8));
            Assert.Equal($"The ranks differ in {difference}", error.Message);
            Assert.Equal(1, error.Rank);
            Assert.Equal(2, steps);
        });
    }

    /// <summary>
    /// On the only rank whose shard has it, an id is not in the table. All ranks throw after the same step, and continue from there once
    /// the id is corrected.
    /// </summary>
    [Fact]
    public void A_step_that_fails_on_one_rank_is_taken_by_none()
    {
        const int Words = 9;
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * 5 % Words)];
        int[] wrong = [.. ids];
        wrong[17] = Words;
        int[] targets = [.. ids.Select(id => id % 2)];
        var checkpoints = new TrainingCheckpoint<float>[4];
        var errors = new Exception[4];
        InProcessCommunicator.Run(4, communicator =>
        {
            Trainer<float> trainer = New(communicator, out _);
            errors[communicator.Rank] = Assert.ThrowsAny<Exception>(() => trainer.Train(Data(wrong), cancellationToken: Token));
            checkpoints[communicator.Rank] = trainer.Checkpoint();
        });
        int failed = Array.FindIndex(errors, error => error is ArgumentOutOfRangeException);
        Assert.All(
            errors.Where((_, rank) => rank != failed),
            error => Assert.Equal(
                $"Rank {failed} has failed: {errors[failed].Message}", Assert.IsType<CommunicationException>(error).Message));
        Assert.All(checkpoints, checkpoint => Assert.Equal(checkpoints[0].Steps, checkpoint.Steps));
        Assert.InRange(checkpoints[0].Steps, 0, 4);

        string[] found = new string[2];
        InProcessCommunicator.Run(2, communicator =>
        {
            Trainer<float> trainer = New(communicator, out NeuralNetwork<float> network);
            trainer.Resume(checkpoints[3]);
            trainer.Train(Data(ids), cancellationToken: Token);
            found[communicator.Rank] = HashOf(network);
        });
        using ICommunicator alone = InProcessCommunicator.CreateGroup(1)[0];
        Trainer<float> whole = New(alone, out NeuralNetwork<float> expected);
        whole.Train(Data(ids), cancellationToken: Token);
        Assert.All(found, hash => Assert.Equal(HashOf(expected), hash));

        static string HashOf(NeuralNetwork<float> network) =>
            TrainingRecipe<float>.HashOf(network.Parameters) + TrainingRecipe<float>.HashOf(network.State);

        Dataset<float> Data(int[] numbers) => new(numbers, new([0, 3, 7, 12, 14, 20, 26, 31, 36, 40]), Classes());

        int[] Classes() => [.. targets.Take(9)];

        static Trainer<float> New(ICommunicator communicator, out NeuralNetwork<float> network)
        {
            network = new(
                1,
                [
                    new Embedding<float>(Words, 4, sparseGradient: true), new Gru<float>(4), new SequencePooling<float>(PoolingMode.Mean),
                    new BatchNorm<float>(), new Dropout<float>(0.3), new FullyConnectedLayer<float>(2),
                ],
                seed: 5);
            var options = new TrainerOptions
            {
                Epochs = 2, BatchSize = 9, Seed = 3, Distributed = new DataParallelTraining(communicator, 4),
            };
            return new(network, new Adam<float>(0.05), new SoftmaxCrossEntropy<float>(), options);
        }
    }

    private static Dataset<float> Changed(Dataset<float> data)
    {
        TensorBuffer<float> features = TensorBuffer.Copy<float>(data.Features.View);
        features.Span[77] = MathF.BitIncrement(features.Span[77]);
        return new(features, data.Targets.Classes.ToArray());
    }

    private static NeuralNetwork<float> Reinitialized(NeuralNetwork<float> network)
    {
        network.Initialize(6);
        return network;
    }

    private static NeuralNetwork<float> WithAnotherActivation() => new(
        TrainingRecipe<float>.Inputs,
        [
            new FullyConnectedLayer<float>(64, WeightInitialization.HeNormal), new Tanh<float>(), new Dropout<float>(0.3),
            new FullyConnectedLayer<float>(48, WeightInitialization.XavierNormal), new Tanh<float>(),
            new FullyConnectedLayer<float>(TrainingRecipe<float>.Classes, WeightInitialization.XavierNormal),
        ],
        seed: 5);
}
