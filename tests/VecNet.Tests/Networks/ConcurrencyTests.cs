namespace VecNet.Tests;

/// <summary>One network and many threads; trainings side by side; and what a training leaves that is canceled in mid-flight.</summary>
public sealed class ConcurrencyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Eight_threads_of_ten_thousand_inferences_give_the_bits_of_one()
    {
        const int Inferences = 10_000;
        const int Inputs = 61;
        NeuralNetwork<float> network = TrainingRecipe<float>.Network();
        TensorBuffer<float> inputs = TrainingRecipe<float>.Data(Inputs).Features;
        var expected = new TensorBuffer<float>(Inputs, TrainingRecipe<float>.Classes);
        Workspace<float> serial = network.CreateInferenceWorkspace(1);
        for (int i = 0; i < Inputs; i++)
        {
            network.Predict(inputs.View.SliceRows(i, 1), serial).CopyTo(expected.View.SliceRows(i, 1));
        }

        string before = TrainingRecipe<float>.HashOf(network.Parameters);
        Concurrently.Run(8, number =>
        {
            Workspace<float> workspace = network.CreateInferenceWorkspace(1);
            for (int i = 0; i < Inferences; i++)
            {
                int which = (i + (7 * number)) % Inputs;
                ReadOnlySpan<float> prediction = network.Predict(inputs.View.SliceRows(which, 1), workspace).AsSpan();
                if (!prediction.SequenceEqual(expected.View.Row(which)))
                {
                    Assert.Fail($"Thread {number}, inference {i}: another result than alone.");
                }
            }
        });
        Assert.Equal(before, TrainingRecipe<float>.HashOf(network.Parameters));
    }

    [Fact]
    public void Trainings_side_by_side_learn_what_each_learns_alone()
    {
        (string narrow, string wide) = (TrainingRecipe<float>.Hash(), TrainingRecipe<double>.Hash());
        Concurrently.Run(4, number =>
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(
                    number % 2 == 0 ? narrow : wide, number % 2 == 0 ? TrainingRecipe<float>.Hash() : TrainingRecipe<double>.Hash());
            }
        });
    }

    /// <summary>
    /// Canceled from another thread at random moments, the parameters are those after a whole number of steps; and training on from there,
    /// with the optimizer as it is, gives what it gives after a training that was stopped at that step: neither of them is torn.
    /// </summary>
    [Fact]
    public void A_training_canceled_in_mid_flight_leaves_whole_steps()
    {
        Dataset<double> data = TrainingRecipe<double>.Data();
        List<string> afterStep = [];
        Train(int.MaxValue, null, out _, hash => afterStep.Add(hash));
        Assert.Equal(48, afterStep.Count);

        int inFlight = 0;
        var random = new Seeded(1);
        for (int attempt = 0; attempt < 40; attempt++)
        {
            using var cancellation = new CancellationTokenSource();
            int spins = random.Integer(0, 20_000);
            using var begun = new ManualResetEventSlim();
            var canceller = new Thread(() =>
            {
                begun.Wait(Token);
                Thread.SpinWait(spins);
                cancellation.Cancel();
            });
            canceller.Start();
            NeuralNetwork<double> network = Train(int.MaxValue, cancellation, out CountedSteps optimizer, _ => begun.Set());
            canceller.Join();
            inFlight += optimizer.Steps < 48 ? 1 : 0;
            Assert.Equal(afterStep[optimizer.Steps - 1], TrainingRecipe<double>.HashOf(network.Parameters));

            NeuralNetwork<double> stopped = Train(optimizer.Steps, null, out CountedSteps stoppedOptimizer, _ => { });
            Assert.Equal(TrainedOn(stopped, stoppedOptimizer, data), TrainedOn(network, optimizer, data));
        }

        Assert.True(inFlight >= 5, $"Only {inFlight} of 40 trainings were canceled before their end.");
    }

    /// <summary>Trains until the end, the cancellation or a number of steps.</summary>
    private static NeuralNetwork<double> Train(
        int steps, CancellationTokenSource? cancellation, out CountedSteps optimizer, Action<string> afterStep)
    {
        NeuralNetwork<double> network = TrainingRecipe<double>.Network();
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellation?.Token ?? default, Token);
        CountedSteps counted = new(TrainingRecipe<double>.Optimizer());
        counted.AfterStep = () =>
        {
            afterStep(TrainingRecipe<double>.HashOf(network.Parameters));
            if (counted.Steps == steps)
            {
                own.Cancel();
            }
        };
        optimizer = counted;
        try
        {
            new Trainer<double>(network, counted, new SoftmaxCrossEntropy<double>(), TrainingRecipe<double>.Options()).Train(
                TrainingRecipe<double>.Data(), cancellationToken: own.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.True(own.IsCancellationRequested);
        }

        counted.AfterStep = () => { };
        return network;
    }

    private static string TrainedOn(NeuralNetwork<double> network, CountedSteps optimizer, Dataset<double> data)
    {
        new Trainer<double>(network, optimizer, new SoftmaxCrossEntropy<double>(), TrainingRecipe<double>.Options(epochs: 1)).Train(
            data, cancellationToken: Token);
        return TrainingRecipe<double>.HashOf(network.Parameters);
    }

    private sealed class CountedSteps(IOptimizer<double> inner) : IOptimizer<double>
    {
        public int Steps { get; private set; }

        public Action AfterStep { get; set; } = () => { };

        public double LearningRate
        {
            get => inner.LearningRate;
            set => inner.LearningRate = value;
        }

        public void Step(Span<double> parameters, ReadOnlySpan<double> gradients)
        {
            inner.Step(parameters, gradients);
            Steps++;
            AfterStep();
        }
    }
}
