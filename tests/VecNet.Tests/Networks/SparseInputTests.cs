using static VecNet.Tests.SparseSteps;

namespace VecNet.Tests;

/// <summary>
/// A network takes sparse rows as it takes dense ones; the gradient of its first weights is that of the dense rows, and a step changes only
/// the rows of weights whose columns have elements.
/// </summary>
public sealed class SparseInputTests
{
    private const int Inputs = 30;
    private const int Outputs = 3;
    private const int Rows = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Optimizers => EveryOptimizer<float>.Names;

    public static TheoryData<string> Kinds => [.. Networks.Keys];

    /// <summary>The input may be read by several layers, at any depth, and be followed by an activation that is fused or not.</summary>
    private static Dictionary<string, Func<NeuralNetwork<float>>> Networks { get; } = new()
    {
        ["linear"] = () => new(Inputs, [new FullyConnectedLayer<float>(Outputs)], seed: 5),
        ["hidden"] = () => new(Inputs, Outputs, [20, 7], new ReLU<float>(), seed: 5),
        ["not fused"] = () => new(
            Inputs, [new FullyConnectedLayer<float>(9), new Mish<float>(), new FullyConnectedLayer<float>(Outputs)], seed: 5),
        ["composed"] = () => new(
            Inputs,
            [
                new Parallel<float>(
                    new FullyConnectedLayer<float>(5),
                    new Sequential<float>(new FullyConnectedLayer<float>(8), new Tanh<float>(), new FullyConnectedLayer<float>(2))),
                new LayerNorm<float>(), new FullyConnectedLayer<float>(Outputs),
            ],
            5),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Outputs_and_gradients_are_those_of_the_dense_rows(string kind)
    {
        (NeuralNetwork<float> sparse, NeuralNetwork<float> dense) = (Networks[kind](), Networks[kind]());
        (Workspace<float> a, Workspace<float> b) = (sparse.CreateTrainingWorkspace(Rows), dense.CreateTrainingWorkspace(Rows));
        Workspace<float> inference = sparse.CreateInferenceWorkspace(Rows);
        for (int batch = 0; batch < 8; batch++)
        {
            SparseRows<float> rows = Batch(batch);
            TensorBuffer<float> same = rows.ToDense();
            AssertNear(dense.Predict(same.View, dense.CreateInferenceWorkspace(Rows)), sparse.Predict(rows.View, inference));
            AssertNear(dense.Forward(same.View, b), sparse.Forward(rows.View, a));
            FillGradient(a);
            FillGradient(b);
            sparse.Backward(rows.View, a.GradOutput, a, accumulate: batch % 3 == 2);
            dense.Backward(same.View, b.GradOutput, b, accumulate: batch % 3 == 2);
            AssertNear(dense.Gradients, sparse.Gradients);
        }
    }

    /// <summary>Neither kind of pass takes what the other has left for its own, and a step updates what the last gradient has.</summary>
    [Fact]
    public void Dense_and_sparse_passes_may_alternate()
    {
        (NeuralNetwork<float> mixed, NeuralNetwork<float> dense) = (Networks["hidden"](), Networks["hidden"]());
        (Workspace<float> a, Workspace<float> b) = (mixed.CreateTrainingWorkspace(Rows), dense.CreateTrainingWorkspace(Rows));
        (Sgd<float> one, Sgd<float> two) = (new(0.1), new(0.1));
        for (int batch = 0; batch < 16; batch++)
        {
            SparseRows<float> rows = Batch(batch);
            TensorBuffer<float> same = rows.ToDense();
            bool accumulate = batch % 4 == 3;
            bool isSparse = batch is 1 or 2 or 5 or 7 or 8 or 11 or 12 or 13;
            dense.Forward(same.View, b);
            FillGradient(b);
            dense.Backward(same.View, b.GradOutput, b, accumulate);
            if (isSparse)
            {
                mixed.Forward(rows.View, a);
                FillGradient(a);
                mixed.Backward(rows.View, a.GradOutput, a, accumulate);
            }
            else
            {
                mixed.Forward(same.View, a);
                FillGradient(a);
                mixed.Backward(same.View, a.GradOutput, a, accumulate);
            }

            AssertNear(dense.Gradients, mixed.Gradients);
            if (batch % 2 == 1)
            {
                mixed.Step(one);
                dense.Step(two);
                AssertNear(dense.Parameters, mixed.Parameters);
            }
        }
    }

    /// <summary>A gradient of 0 changes nothing there: the two ways differ in time alone.</summary>
    [Theory]
    [InlineData("Sgd")]
    [InlineData("Adagrad")]
    public void Without_momentum_averages_and_decay_a_step_has_the_bits_of_the_dense_update(string name)
    {
        NeuralNetwork<float> network = Networks["hidden"]();
        Workspace<float> workspace = network.CreateTrainingWorkspace(Rows);
        (IOptimizer<float> one, IOptimizer<float> two) = (EveryOptimizer<float>.All[name].Default, EveryOptimizer<float>.All[name].Default);
        for (int batch = 0; batch < 6; batch++)
        {
            SparseRows<float> rows = Batch(batch);
            network.Forward(rows.View, workspace);
            FillGradient(workspace);
            network.Backward(rows.View, workspace.GradOutput, workspace);
            float[] expected = network.Parameters.ToArray();
            two.Step(expected, network.Gradients);
            network.Step(one);
            Bits.AssertSame<float>(expected, network.Parameters, $"batch {batch}");
            Bits.AssertSame<float>(two.GetState(expected.Length), one.GetState(expected.Length), $"state of batch {batch}");
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Rows_of_weights_whose_columns_have_no_element_do_not_change(string name)
    {
        foreach (bool inOne in (bool[])[false, true])
        {
            NeuralNetwork<float> network = Networks["linear"]();
            Workspace<float> workspace = network.CreateTrainingWorkspace(Rows);
            IOptimizer<float> optimizer = EveryOptimizer<float>.All[name].Sample;
            float[] before = network.Parameters.ToArray();
            float[] stateBefore = optimizer.GetState(before.Length).ToArray();
            var occurred = new HashSet<int>();
            for (int batch = 0; batch < 2; batch++)
            {
                // Steps of one length by the signs of the gradients alone could take a parameter back to where it was.
                optimizer.LearningRate = 0.1 / (1 + batch);
                SparseRows<float> rows = Batch(batch);
                occurred.UnionWith(rows.View.GetColumnIndices(0).ToArray());
                for (int row = 1; row < Rows; row++)
                {
                    occurred.UnionWith(rows.View.GetColumnIndices(row).ToArray());
                }

                Step(network, workspace, optimizer, rows, inOne);
            }

            AssertChangedRows(occurred, network, before, optimizer, stateBefore);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Backward_and_step_in_one_have_the_bits_of_one_after_the_other(string name)
    {
        (NeuralNetwork<float> first, NeuralNetwork<float> second) = (Networks["composed"](), Networks["composed"]());
        (Workspace<float> a, Workspace<float> b) = (first.CreateTrainingWorkspace(Rows), second.CreateTrainingWorkspace(Rows));
        (IOptimizer<float> one, IOptimizer<float> two) = (EveryOptimizer<float>.All[name].Sample, EveryOptimizer<float>.All[name].Sample);
        for (int batch = 0; batch < 6; batch++)
        {
            Step(first, a, one, Batch(batch), inOne: true);
            Step(second, b, two, Batch(batch), inOne: false);
            Bits.AssertSame<float>(first.Parameters, second.Parameters, $"batch {batch}");
        }
    }

    [Fact]
    public void A_trainer_trains_and_evaluates_on_sparse_rows_as_on_dense_ones()
    {
        SparseRows<float> rows = Batch(1, 50);
        int[] classes = [.. Enumerable.Range(0, 50).Select(row => rows.View.GetColumnIndices(row).Length % Outputs)];
        foreach (TrainerOptions options in (TrainerOptions[])
            [
                new() { Epochs = 4, BatchSize = 8 }, new() { Epochs = 4, BatchSize = 8, AccumulatedBatches = 2, MaxGradientNorm = 0.5 },
            ])
        {
            List<Evaluation> evaluations = [];
            List<float[]> parameters = [];
            foreach (Dataset<float> data in (Dataset<float>[])[new(rows, classes), new(rows.ToDense(), classes)])
            {
                NeuralNetwork<float> network = Networks["hidden"]();
                var trainer = new Trainer<float>(network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), options);
                trainer.Train(data, data.Select([1, 2, 3]), cancellationToken: Token);
                evaluations.Add(trainer.Evaluate(data));
                parameters.Add(network.Parameters.ToArray());
                Assert.Equal(50, trainer.EvaluateClasses(data).Rows);
            }

            AssertNear(parameters[1], parameters[0]);
            Assert.Equal(evaluations[1].Loss, evaluations[0].Loss, 1e-4);
            Assert.Equal(evaluations[1].Accuracy, evaluations[0].Accuracy);
        }
    }

    [Fact]
    public void A_resumed_training_has_the_bits_of_one_that_was_not_interrupted()
    {
        SparseRows<float> rows = Batch(1, 40);
        var data = new Dataset<float>(rows, (int[])[.. Enumerable.Range(0, 40).Select(row => row % Outputs)]);
        Trainer<float> Of(NeuralNetwork<float> network, int epochs) => new(
            network, new Adagrad<float>(0.1), new SoftmaxCrossEntropy<float>(), new TrainerOptions { Epochs = epochs, BatchSize = 8 });
        (NeuralNetwork<float> whole, NeuralNetwork<float> cut, NeuralNetwork<float> resumed) =
            (Networks["linear"](), Networks["linear"](), Networks["linear"]());
        Of(whole, 4).Train(data, cancellationToken: Token);
        Trainer<float> first = Of(cut, 2), second = Of(resumed, 4);
        first.Train(data, cancellationToken: Token);
        second.Resume(first.Checkpoint());
        second.Train(data, cancellationToken: Token);
        Bits.AssertSame<float>(whole.Parameters, resumed.Parameters, "parameters");
    }

    [Fact]
    public void Warm_passes_allocate_nothing()
    {
        NeuralNetwork<float> network = Networks["composed"]();
        (Workspace<float> training, Workspace<float> inference) =
            (network.CreateTrainingWorkspace(Rows), network.CreateInferenceWorkspace(Rows));
        SparseRows<float> rows = Batch(3);
        var optimizer = new Adagrad<float>(0.1);
        Assert.Equal(0, Allocations.PerCall(() => network.Predict(rows.View, inference)));
        float[,] gradient = new float[Rows, Outputs];
        gradient[1, 2] = 0.5f;
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            network.Forward(rows.View, training);
            network.BackwardAndStep(rows.View, gradient, training, optimizer);
        }));
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            network.Forward(rows.View, training);
            network.Backward(rows.View, gradient, training);
            network.Step(optimizer);
        }));
    }

    /// <summary>A dense row of a million features would take 4 MB.</summary>
    [Fact]
    public void Memory_is_that_of_the_stored_elements()
    {
        const int Features = 1 << 20;
        var network = new NeuralNetwork<float>(Features, [new FullyConnectedLayer<float>(2)]);
        var rows = new SparseRows<float>([0, 2, 3], [0, Features - 1, 77], [1, 2, 3], Features);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Workspace<float> workspace = network.CreateTrainingWorkspace(2);
        network.Forward(rows.View, workspace);
        network.Predict(rows.View, network.CreateInferenceWorkspace(2));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.InRange(workspace.Bytes, 1, 1000);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        NeuralNetwork<float> network = Networks["linear"]();
        Workspace<float> workspace = network.CreateTrainingWorkspace(Rows);
        SparseRows<float> rows = Batch(0);
        Refuses("The input has 29 columns; the network takes 30.", () => network.Predict(Batch(0, Rows, 29).View, workspace));
        Refuses("The input has 5 rows; the workspace has room for 4.", () => network.Predict(Batch(0, 5).View, workspace));
        Refuses("The workspace is for inference", () => network.Forward(rows.View, network.CreateInferenceWorkspace(Rows)));
        Refuses(
            "Sparse rows have no gradient",
            () => network.Forward(rows.View, network.CreateTrainingWorkspace(Rows, inputGradient: true)));
        var normalized = new NeuralNetwork<float>(Inputs, [new LayerNorm<float>(), new FullyConnectedLayer<float>(2)]);
        Assert.False(normalized.TakesSparseRows);
        Refuses("'0.layer_norm' reads the input", () => normalized.Predict(rows.View, normalized.CreateInferenceWorkspace(Rows)));
        var trainer = new Trainer<float>(normalized, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), new TrainerOptions());
        Refuses("The data has sparse rows", () => trainer.Evaluate(new(rows, new int[Rows])));
        Assert.Throws<InvalidOperationException>(() => new Dataset<float>(rows, new int[Rows]).Features);
        Assert.Throws<InvalidOperationException>(() => network.Backward(rows.View, new float[Rows, Outputs], workspace));
        network.Forward(rows.View, workspace);
        Refuses("The input is 2×30", () => network.Backward(Batch(0, 2).View, workspace.GradOutput, workspace));

        static void Refuses(string message, Action act) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    /// <summary>Rows with elements in the first two thirds of the columns, some of them more than once.</summary>
    private static SparseRows<float> Batch(int batch, int rows = Rows, int columns = Inputs)
    {
        var random = new SplitMix64((ulong)batch + 11);
        List<int> starts = [0], indices = [];
        for (int row = 0; row < rows; row++)
        {
            for (int count = 1 + random.NextInt(6); count > 0; count--)
            {
                indices.Add(random.NextInt(columns * 2 / 3));
            }

            starts.Add(indices.Count);
        }

        return new([.. starts], [.. indices], (float[])[.. indices.Select(_ => (float)(0.1 + random.NextDouble()))], columns);
    }

    private static void Step(
        NeuralNetwork<float> network, Workspace<float> workspace, IOptimizer<float> optimizer, SparseRows<float> rows, bool inOne)
    {
        network.Forward(rows.View, workspace);
        FillGradient(workspace);
        if (inOne)
        {
            network.BackwardAndStep(rows.View, workspace.GradOutput, workspace, optimizer);
            return;
        }

        network.Backward(rows.View, workspace.GradOutput, workspace);
        network.Step(optimizer);
    }

    private static void AssertNear(ReadOnlyTensorView<float> expected, ReadOnlyTensorView<float> actual) =>
        AssertNear(expected.ToArray(), actual.ToArray());

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * (1 + Math.Abs(expected[i])), $"{i}: {expected[i]} and {actual[i]}");
        }
    }
}
