namespace VecNet.Tests;

/// <summary>Weights, masks and the order of rows draw from streams of their own, whatever the seeds; and each can be repeated.</summary>
public sealed class RandomStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// A mask keeps where a number is ½ or more, and a weight is positive there too: the same numbers would give the same pattern of 64.
    /// About 32 of 64 independent numbers agree, and all or none of them once in 2⁶³ seeds; 12 to 52 are five standard deviations.
    /// </summary>
    [Fact]
    public void The_first_mask_of_a_trainer_shares_nothing_with_weights_of_the_same_seed()
    {
        foreach (ulong seed in new ulong[] { 0, 7, ulong.MaxValue })
        {
            var recorder = new MaskRecorder();
            var network = new NeuralNetwork<double>(
                64, [new Dropout<double>(0.5), recorder, new FullyConnectedLayer<double>(1, WeightInitialization.HeUniform)], seed);
            double[] weights = network.Weights[0].AsSpan().ToArray();
            new Trainer<double>(
                network, new Sgd<double>(0), new MeanSquaredError<double>(), new() { Epochs = 1, BatchSize = 1, Seed = seed })
                .Train(Ones(1, 64), cancellationToken: Token);
            Assert.InRange(Enumerable.Range(0, 64).Count(i => recorder.Seen[0][i] > 0 == weights[i] > 0), 12, 52);
        }
    }

    /// <summary>The order as the trainer makes it, but from the weights' stream or the masks': the trainer's own is neither.</summary>
    [Fact]
    public void The_order_of_rows_shares_nothing_with_weights_and_masks_of_the_same_seed()
    {
        const int Rows = 50;
        const ulong Seed = 7;
        List<int> seen = [];
        var recording = new RecordingLoss<double>(new SoftmaxCrossEntropy<double>(), targets => seen.AddRange(targets.Classes));
        var data = new Dataset<double>(Ones(Rows, 2).Features, [.. Enumerable.Range(0, Rows)]);
        var network = new NeuralNetwork<double>(2, [new FullyConnectedLayer<double>(Rows)], Seed);
        new Trainer<double>(network, new Sgd<double>(0), recording, new() { Epochs = 1, Seed = Seed }).Train(
            data, cancellationToken: Token);
        Assert.Equal(Enumerable.Range(0, Rows), seen.Order());
        foreach (SplitMix64 other in new[]
        {
            new SplitMix64(Seed), RandomStream.OfLayer(Seed, 0),
            SplitMix64.ForStream(Seed, RandomStream.Weights),
            SplitMix64.ForStream(Seed, RandomStream.Dropout),
        })
        {
            int[] order = [.. Enumerable.Range(0, Rows)];
            other.Shuffle(order.AsSpan());

            // Two orders agree at one place on average, and at ten once in ten million.
            Assert.InRange(order.Zip(seen).Count(pair => pair.First == pair.Second), 0, 9);
        }
    }

    /// <summary>All rows are alike and in one batch, so that their order does not matter: what differs are the masks.</summary>
    [Fact]
    public void Masks_follow_the_trainers_seed()
    {
        double[][] Masks(ulong seed)
        {
            var recorder = new MaskRecorder();
            var network = new NeuralNetwork<double>(16, [new Dropout<double>(0.5), recorder, new FullyConnectedLayer<double>(1)], seed: 1);
            new Trainer<double>(
                network, new Sgd<double>(0), new MeanSquaredError<double>(), new() { Epochs = 3, BatchSize = 8, Seed = seed })
                .Train(Ones(8, 16), cancellationToken: Token);
            return [.. recorder.Seen];
        }

        double[][] first = Masks(1);
        double[][] second = Masks(2);
        Assert.Equal(3, first.Length);
        Assert.Equal(first, Masks(1));
        Assert.NotEqual(first[0], second[0]);
        Assert.NotEqual(first[0], first[1]);
    }

    [Fact]
    public void One_trainer_that_starts_anew_comes_to_the_same_parameters()
    {
        var network = new NeuralNetwork<double>(
            2, [new FullyConnectedLayer<double>(8), new Tanh<double>(), new Dropout<double>(0.3), new FullyConnectedLayer<double>(2)]);
        var trainer = new Trainer<double>(
            network, new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), new() { Epochs = 3, BatchSize = 8, Seed = 5 });
        Dataset<double> data = TrainingData.TwoRings(rows: 30, seed: 1);
        double[] Trained()
        {
            network.Initialize(3);
            trainer.Train(data, cancellationToken: Token);
            return network.Parameters.ToArray();
        }

        double[] first = Trained();
        Assert.Equal(first, Trained());
        network.Initialize(3);
        Assert.NotEqual(first, network.Parameters.ToArray());
    }

    private static Dataset<double> Ones(int rows, int columns)
    {
        var features = new TensorBuffer<double>(rows, columns);
        features.Span.Fill(1);
        return new(features, new TensorBuffer<double>(rows, 1));
    }

    /// <summary>The identity, which keeps what training showed it: after dropout of ones, the masks.</summary>
    private sealed class MaskRecorder : ILayer<double>
    {
        public List<double[]> Seen { get; } = [];

        public string Name => "recorder";

        public void Configure(LayerDeclaration declaration)
        {
        }

        public void Forward(in ForwardPass<double> pass)
        {
            pass.Input.CopyTo(pass.Output);
            if (pass.IsTraining)
            {
                Seen.Add(pass.Input.AsSpan().ToArray());
            }
        }

        public void Backward(in BackwardPass<double> pass)
        {
            if (pass.WantsGradInput)
            {
                pass.GradOutput.CopyTo(pass.GradInput);
            }
        }
    }
}
