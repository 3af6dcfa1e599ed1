using static VecNet.Tests.SparseSteps;

namespace VecNet.Tests;

/// <summary>A sparse gradient is the dense one's bits in the rows that occurred; no pass and no step touches another row.</summary>
public sealed class SparseEmbeddingTests
{
    private const int Entries = 40;
    private const int Dimension = 5;
    private const int Positions = 3;
    private const int Rows = 4;

    public static TheoryData<string> Optimizers => EveryOptimizer<float>.Names;

    [Fact]
    public void The_gradient_has_the_bits_of_the_dense_one_batch_after_batch_and_in_sums_of_batches()
    {
        foreach (Func<bool, ILayer<float>> kind in (Func<bool, ILayer<float>>[])
            [
                Of,
                sparse => new Sequential<float>(Of(sparse), new Tanh<float>()),
                sparse => new Parallel<float>(Of(false), new Sequential<float>(Of(sparse)), Of(sparse)),
            ])
        {
            (NeuralNetwork<float> dense, NeuralNetwork<float> sparse) = (Network(kind(false)), Network(kind(true)));
            Workspace<float>[] workspaces = [sparse.CreateTrainingWorkspace(Rows), sparse.CreateTrainingWorkspace(Rows)];
            Workspace<float> other = dense.CreateTrainingWorkspace(Rows);
            for (int batch = 0; batch < 12; batch++)
            {
                TensorBuffer<float> indices = Indices(batch);
                Backward(dense, other, indices, accumulate: batch % 4 == 3);
                Backward(sparse, workspaces[batch % 2], indices, accumulate: batch % 4 == 3);
                Bits.AssertSame<float>(dense.Gradients, sparse.Gradients, $"batch {batch}");
            }
        }
    }

    /// <summary>Whatever lies in the other rows stays: they have not been cleared, added to or stepped by.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Rows_that_do_not_occur_are_not_touched(string name)
    {
        foreach (bool inOne in (bool[])[false, true])
        {
            NeuralNetwork<float> network = Network(Of(sparse: true));
            Workspace<float> workspace = network.CreateTrainingWorkspace(Rows);
            IOptimizer<float> optimizer = EveryOptimizer<float>.All[name].Sample;
            float[] before = network.Parameters.ToArray();
            float[] stateBefore = optimizer.GetState(before.Length).ToArray();
            network.Gradients.Fill(float.NaN);
            var occurred = new HashSet<int>();
            for (int batch = 0; batch < 3; batch++)
            {
                TensorBuffer<float> indices = Indices(batch);

                // The test's garbage is not what a pass has left: where the batch writes, there are zeros.
                foreach (float index in indices.Span)
                {
                    if (occurred.Add((int)index))
                    {
                        network.GetGradients(0)[0].Row((int)index).Clear();
                    }
                }

                // Steps of one length by the signs of the gradients alone could take a parameter back to where it was.
                optimizer.LearningRate = 0.1 / (1 + batch);
                Step(network, workspace, optimizer, indices, inOne);
            }

            AssertChangedRows(occurred, network, before, optimizer, stateBefore);
            for (int i = 0; i < Entries * Dimension; i++)
            {
                Assert.Equal(occurred.Contains(i / Dimension), !float.IsNaN(network.Gradients[i]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Backward_and_step_in_one_have_the_bits_of_one_after_the_other(string name)
    {
        (NeuralNetwork<float> first, NeuralNetwork<float> second) =
            (Network(Of(true), new FullyConnectedLayer<float>(2)), Network(Of(true), new FullyConnectedLayer<float>(2)));
        (Workspace<float> a, Workspace<float> b) = (first.CreateTrainingWorkspace(Rows), second.CreateTrainingWorkspace(Rows));
        (IOptimizer<float> one, IOptimizer<float> two) = (EveryOptimizer<float>.All[name].Sample, EveryOptimizer<float>.All[name].Sample);
        for (int batch = 0; batch < 6; batch++)
        {
            Step(first, a, one, Indices(batch), inOne: true);
            Step(second, b, two, Indices(batch), inOne: false);
            Bits.AssertSame<float>(first.Parameters, second.Parameters, $"batch {batch}");
        }
    }

    /// <summary>A gradient of 0 changes nothing there either: the two ways differ in time alone.</summary>
    [Theory]
    [InlineData("Sgd")]
    [InlineData("Adagrad")]
    public void Without_momentum_averages_and_decay_a_step_has_the_bits_of_the_dense_one(string name)
    {
        (NeuralNetwork<float> dense, NeuralNetwork<float> sparse) = (Network(Of(false)), Network(Of(true)));
        (IOptimizer<float> one, IOptimizer<float> two) = (EveryOptimizer<float>.All[name].Default, EveryOptimizer<float>.All[name].Default);
        for (int batch = 0; batch < 6; batch++)
        {
            Step(dense, dense.CreateTrainingWorkspace(Rows), one, Indices(batch), inOne: batch % 2 == 0);
            Step(sparse, sparse.CreateTrainingWorkspace(Rows), two, Indices(batch), inOne: batch % 2 == 0);
            Bits.AssertSame<float>(dense.Parameters, sparse.Parameters, $"batch {batch}");
        }
    }

    /// <summary>
    /// With averages, a row's next step is what it would be if the steps between had not
    /// been, but for the number of the step: PyTorch's SparseAdam.
    /// </summary>
    [Fact]
    public void Adam_s_averages_of_a_row_do_not_fade_between_its_steps()
    {
        var network = new NeuralNetwork<double>(1, [new Embedding<double>(3, 1, sparseGradient: true)], seed: 1);
        Workspace<double> workspace = network.CreateTrainingWorkspace(1);
        var optimizer = new Adam<double>(0.1);
        double w = network.Parameters[0], m = 0, v = 0;
        double[] indices = [0, 1, 2, 0, 0, 1];
        for (int step = 1; step <= indices.Length; step++)
        {
            double[] index = [indices[step - 1]];
            network.Forward(index, workspace);
            double[] g = [step];
            network.BackwardAndStep(index, g, workspace, optimizer);
            if (index[0] == 0)
            {
                m = (0.9 * m) + (0.1 * step);
                v = (0.999 * v) + (0.001 * step * step);
                w -= 0.1 * (m / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, step))) + 1e-8);
            }

            Assert.Equal(w, network.Parameters[0], 1e-12);
        }
    }

    [Fact]
    public void A_trainer_takes_the_steps_of_the_rows()
    {
        foreach (TrainerOptions options
            in (TrainerOptions[])[new() { Epochs = 3, BatchSize = 4 }, new() { Epochs = 3, BatchSize = 4, MaxGradientNorm = 0.01 }])
        {
            NeuralNetwork<float> dense = Network(Of(false), new FullyConnectedLayer<float>(2)),
                sparse = Network(Of(true), new FullyConnectedLayer<float>(2));
            foreach (NeuralNetwork<float> network in (NeuralNetwork<float>[])[dense, sparse])
            {
                var data = new Dataset<float>(Indices(1, 20), (int[])[.. Enumerable.Range(0, 20).Select(i => i % 2)]);
                new Trainer<float>(network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), options).Train(
                    data, cancellationToken: TestContext.Current.CancellationToken);
            }

            Bits.AssertSame<float>(dense.Parameters, sparse.Parameters, "parameters");
        }
    }

    [Fact]
    public void Starting_anew_forgets_what_a_pass_has_left()
    {
        NeuralNetwork<float> network = Network(Of(true));
        Backward(network, network.CreateTrainingWorkspace(Rows), Indices(0), accumulate: false);
        network.Initialize(9);
        float[] before = network.Parameters.ToArray();
        network.Step(new Sgd<float>(0.1, weightDecay: 0.5));
        Assert.Equal(before, network.Parameters.ToArray());
        Assert.True(network.Gradients.IndexOfAnyExcept(0f) < 0);
    }

    [Fact]
    public void A_layer_of_the_user_may_have_a_sparse_parameter()
    {
        var network = new NeuralNetwork<double>(1, [new Pick("picked", sparse: true)]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(2);
        double[,] input = { { 1 }, { 3 } };
        double[,] g = { { 5 }, { 7 } };
        network.Forward(input, workspace);
        network.Backward(input, g, workspace);
        Assert.Equal([0, 5, 0, 7], network.GetGradients(0)[0].AsSpan().ToArray());
        network.Backward(input, g, workspace, accumulate: true);
        Assert.Equal([0, 10, 0, 14], network.GetGradients(0)[0].AsSpan().ToArray());
        network.Step(new Sgd<double>(1));
        Assert.Equal([0, -10, 0, -14], network.GetParameters(0)[0].AsSpan().ToArray());
        network = new NeuralNetwork<double>(1, [new Pick("picked", sparse: false)]);
        workspace = network.CreateTrainingWorkspace(2);
        network.Forward(input, workspace);
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => network.Backward(input, g, workspace));
        Assert.Contains("AddSparseParameter", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_rows_holds_each_once()
    {
        var rows = new TouchedRows(5);
        rows.Allocate();
        for (int round = 0; round < 3; round++)
        {
            foreach (int row in (int[])[4, 0, 4, 2, 0])
            {
                rows.Add(row);
            }

            Assert.Equal([4, 0, 2], rows.All.ToArray());
            rows.Clear();
            Assert.Equal(0, rows.All.Length);
            rows.Add(0);
            Assert.Equal([0], rows.All.ToArray());
            rows.Clear();
        }
    }

    private static Embedding<float> Of(bool sparse) => new(Entries, Dimension, paddingIndex: 1, sparseGradient: sparse);

    private static NeuralNetwork<float> Network(params ILayer<float>[] layers) => new(Positions, layers, seed: 5);

    /// <summary>Creates indices of the first half of the table without the padding entry; some occur more than once.</summary>
    private static TensorBuffer<float> Indices(int batch, int rows = Rows)
    {
        var random = new SplitMix64((ulong)batch);
        var indices = new TensorBuffer<float>(rows, Positions);
        foreach (ref float index in indices.Span)
        {
            index = 2 + (float)Math.Floor(random.NextDouble() * (Entries - 2) / 2);
        }

        return indices;
    }

    private static void Backward(NeuralNetwork<float> network, Workspace<float> workspace, TensorBuffer<float> indices, bool accumulate)
    {
        network.Forward(indices.View, workspace);
        FillGradient(workspace);
        network.Backward(indices.View, workspace.GradOutput, workspace, accumulate);
    }

    private static void Step(
        NeuralNetwork<float> network, Workspace<float> workspace, IOptimizer<float> optimizer, TensorBuffer<float> indices, bool inOne)
    {
        network.Forward(indices.View, workspace);
        FillGradient(workspace);
        if (inOne)
        {
            network.BackwardAndStep(indices.View, workspace.GradOutput, workspace, optimizer);
            return;
        }

        network.Backward(indices.View, workspace.GradOutput, workspace);
        network.Step(optimizer);
    }

    /// <summary>One number of four for each row.</summary>
    private sealed class Pick(string name, bool sparse) : ILayer<double>
    {
        public string Name => "pick";

        public void Configure(LayerDeclaration declaration)
        {
            if (sparse)
            {
                declaration.AddSparseParameter(name, 4, 1);
            }
            else
            {
                declaration.AddParameter(name, 4, 1);
            }
        }

        public void Forward(in ForwardPass<double> pass)
        {
            for (int row = 0; row < pass.Input.Rows; row++)
            {
                pass.Output[row, 0] = pass.Parameter(0)[(int)pass.Input[row, 0], 0];
            }
        }

        public void Backward(in BackwardPass<double> pass)
        {
            for (int row = 0; row < pass.Input.Rows; row++)
            {
                pass.GradientRow(0, (int)pass.Input[row, 0])[0] += pass.GradOutput[row, 0];
            }
        }
    }
}
