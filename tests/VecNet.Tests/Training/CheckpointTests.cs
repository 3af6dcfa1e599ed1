namespace VecNet.Tests;

/// <summary>An interrupted training that goes on from a checkpoint ends with the bits of one that was never interrupted.</summary>
public sealed class CheckpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dataset<double> Data => TrainingData.TwoRings(rows: 46, seed: 1);

    private static Dataset<double> Validation => TrainingData.TwoRings(rows: 20, seed: 2);

    /// <summary>
    /// Interrupted after every single step, through a file, with dropout, an optimizer with two states and the best kept.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    public void Training_in_pieces_of_any_length_has_the_bits_of_training_in_one(int? patience)
    {
        (string expected, TrainingProgress whole) = Train(interruptions: [], patience, accumulate: 1);
        for (int after = 1; after <= 13; after++)
        {
            (string actual, TrainingProgress pieces) = Train([after], patience, accumulate: 1);
            Assert.True(expected == actual, $"Interrupted after step {after}.");
            Assert.Equal(
                (whole.Epoch, whole.TrainingLoss, whole.ValidationLoss), (pieces.Epoch, pieces.TrainingLoss, pieces.ValidationLoss));
        }

        Assert.Equal(expected, Train([1, 2, 3, 5, 8, 12], patience, accumulate: 1).Hash);
    }

    [Fact]
    public void Accumulated_and_clipped_steps_go_on_too() =>
        Assert.Equal(Train([], null, accumulate: 3).Hash, Train([1, 3, 4], null, accumulate: 3).Hash);

    [Fact]
    public void A_checkpoint_of_another_network_optimizer_or_data_changes_nothing()
    {
        Trainer<double> trainer = New(null, 1, stepFinished: null, out NeuralNetwork<double> network);
        trainer.Train(Data, Validation, cancellationToken: Token);
        TrainingCheckpoint<double> checkpoint = trainer.Checkpoint();
        double[] parameters = network.Parameters.ToArray();
        foreach ((TrainingCheckpoint<double> wrong, string what) in new[]
        {
            (checkpoint with { Parameters = [1] }, "parameters"),
            (checkpoint with { OptimizerState = [] }, "optimizer's state"),
            (checkpoint with { State = [1] }, "elements of state"),
            (checkpoint with { BestParameters = [1] }, "best parameters"),
        })
        {
            Assert.Contains(
                what, Assert.Throws<ArgumentException>("checkpoint", () => trainer.Resume(wrong)).Message, StringComparison.Ordinal);
            Assert.Equal(parameters, network.Parameters.ToArray());
        }

        trainer.Resume(checkpoint with { Epoch = 0 });
        Assert.Contains(
            "46 rows; there are 20",
            Assert.Throws<ArgumentException>("training", () => trainer.Train(Validation, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => New(null, 1, null, out _).Checkpoint());
    }

    /// <summary>Numbers that the optimizer does not take, beside parameters that would fit.</summary>
    [Theory]
    [InlineData(double.NaN, 7)]
    [InlineData(-1, 7)]
    [InlineData(0.1, -1)]
    public void A_checkpoint_that_the_optimizer_refuses_changes_nothing(double learningRate, long steps)
    {
        Trainer<double> trainer = New(null, 1, stepFinished: null, out NeuralNetwork<double> network);
        trainer.Train(Data, cancellationToken: Token);
        TrainingCheckpoint<double> before = trainer.Checkpoint();
        TrainingCheckpoint<double> wrong = before with
        {
            Parameters = [.. before.Parameters.Select(parameter => parameter + 1)],
            LearningRate = learningRate,
            OptimizerSteps = steps,
        };
        Assert.Throws<ArgumentException>("checkpoint", () => trainer.Resume(wrong));
        Assert.Equal(before.Parameters, network.Parameters.ToArray());
        TrainingCheckpoint<double> after = trainer.Checkpoint();
        Assert.Equal((before.LearningRate, before.OptimizerSteps, before.Epoch), (after.LearningRate, after.OptimizerSteps, after.Epoch));
    }

    [Theory]
    [InlineData("\"learningRate\":", "\"learningRate\":null,\"x\":")]
    [InlineData("\"learningRate\":", "\"learningRate\":\"five\",\"x\":")]
    [InlineData("\"learningRate\":", "\"learningRate\":[],\"x\":")]
    [InlineData("\"learningRate\":", "\"x\":")]
    [InlineData("\"best\":{", "\"best\":null,\"x\":{")]
    [InlineData("\"description\":{", "\"description\":null,\"x\":{")]
    [InlineData("\"description\":{", "\"x\":{")]
    [InlineData("\"inputs\":2", "\"inputs\":\"2\"")]
    [InlineData("\"layers\":[", "\"layers\":[null,")]
    [InlineData("\"layers\":[", "\"layers\":[{\"name\":\"\",\"options\":{}},")]
    [InlineData("\"layers\":[", "\"layers\":[{\"name\":\"a\",\"options\":{\"\":\"\"}},")]
    [InlineData("\"beta1\":\"0.9\"", "\"beta1\":0.9")]
    [InlineData("\"beta1\":\"0.9\"", "\"beta1\":null")]
    [InlineData("\"name\":\"Adam\"", "\"name\":null")]
    [InlineData("\"name\":\"Adam\",\"options\":{", "\"name\":\"Adam\",\"options\":[],\"x\":{")]
    public void A_checkpoint_file_whose_description_is_damaged_is_refused_by_name(string original, string damaged)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        Trainer<double> trainer = New(null, 1, stepFinished: null, out _);
        trainer.Train(Data, cancellationToken: Token);
        CheckpointFile.Save(trainer.Checkpoint(), path);
        SafetensorsFile file = SafetensorsFile.Read(path);
        Dictionary<string, string> metadata = file.Metadata.ToDictionary(
            entry => entry.Key, entry => entry.Value.Replace(original, damaged, StringComparison.Ordinal));
        Assert.NotEqual(file.Metadata, metadata);
        AtomicFile.Write(path, new SafetensorsFile(file.Tensors, metadata).Write);
        string message = Assert.Throws<InvalidDataException>(() => CheckpointFile.Load<double>(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Equal(damaged == "\"x\":{", message.Contains("an earlier version of VecNet wrote it", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_are_no_checkpoint_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        Trainer<double> trainer = New(null, 1, stepFinished: null, out NeuralNetwork<double> network);
        trainer.Train(Data, cancellationToken: Token);
        CheckpointFile.Save(trainer.Checkpoint(), path);
        Assert.Contains(
            "F32", Assert.Throws<InvalidDataException>(() => CheckpointFile.Load<float>(path)).Message, StringComparison.Ordinal);

        Model.SaveParameters(network, path);
        string message = Assert.Throws<InvalidDataException>(() => CheckpointFile.Load<double>(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains("not a training checkpoint", message, StringComparison.Ordinal);

        CheckpointFile.Save(trainer.Checkpoint() with { Order = [0, 0, 1] }, path);
        Assert.Contains(
            "not an order of 3 rows",
            Assert.Throws<InvalidDataException>(() => CheckpointFile.Load<double>(path)).Message,
            StringComparison.Ordinal);
        CheckpointFile.Save(trainer.Checkpoint() with { Position = 1000 }, path);
        Assert.Contains(
            "row 1000", Assert.Throws<InvalidDataException>(() => CheckpointFile.Load<double>(path)).Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Throws<InvalidDataException>(() => CheckpointFile.Load<double>(path));
    }

    [Fact]
    public void What_a_program_keeps_beside_a_checkpoint_is_found_again()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        Trainer<double> trainer = New(null, 1, stepFinished: null, out _);
        trainer.Train(Data, cancellationToken: Token);
        CheckpointFile.Save(trainer.Checkpoint(), path, new Dictionary<string, string> { ["mine"] = "é" });
        Assert.Equal("é", SafetensorsFile.Read(path).Metadata["mine"]);
        Assert.Equal(trainer.Checkpoint().Parameters, CheckpointFile.Load<double>(path).Parameters);
        Assert.Throws<ArgumentException>(
            "metadata",
            () => CheckpointFile.Save(trainer.Checkpoint(), path, new Dictionary<string, string> { ["vecnet.checkpoint"] = "" }));
    }

    /// <summary>Trains, interrupted after the given steps; each piece has a network, an optimizer and a trainer of its own.</summary>
    private static (string Hash, TrainingProgress Last) Train(int[] interruptions, int? patience, int accumulate)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        bool resumes = false;
        foreach (int after in interruptions)
        {
            using var cancellation = new CancellationTokenSource();
            Trainer<double> piece = New(patience, accumulate, step => { if (step.Step == after) { cancellation.Cancel(); } }, out _);
            Resume(piece);
            try
            {
                piece.Train(Data, Validation, cancellationToken: cancellation.Token);
            }
            catch (OperationCanceledException)
            {
            }

            CheckpointFile.Save(piece.Checkpoint(), path);
            resumes = true;
        }

        Trainer<double> last = New(patience, accumulate, null, out NeuralNetwork<double> network);
        Resume(last);
        TrainingProgress report = last.Train(Data, Validation, cancellationToken: Token);
        return (new Model<double>(network).GetParametersHash(), report);

        void Resume(Trainer<double> trainer)
        {
            if (resumes)
            {
                trainer.Resume(CheckpointFile.Load<double>(path));
            }
        }
    }

    private static Trainer<double> New(int? patience, int accumulate, Action<TrainingStep>? stepFinished, out NeuralNetwork<double> network)
    {
        network = new NeuralNetwork<double>(
            2,
            [
                new FullyConnectedLayer<double>(9, WeightInitialization.XavierNormal),
                new Tanh<double>(), new Dropout<double>(0.2), new FullyConnectedLayer<double>(2),
            ],
            seed: 5);
        return new(network, new Adam<double>(0.05), new SoftmaxCrossEntropy<double>(), new()
        {
            Epochs = 3,
            BatchSize = 10,
            Seed = 3,
            Patience = patience,
            AccumulatedBatches = accumulate,
            MaxGradientNorm = accumulate == 1 ? null : 0.5,
            LearningRateOfStep = LearningRateSchedule.Cosine(0.05, 15),
            StepFinished = stepFinished,
        });
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("vecnet").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
