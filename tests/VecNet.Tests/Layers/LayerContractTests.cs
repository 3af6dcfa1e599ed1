namespace VecNet.Tests;

/// <summary>What layers are promised and what they are refused: declarations, state, failures, and where their parameters lie.</summary>
public sealed class LayerContractTests
{
    /// <summary>What a declaration is asked for is found in a pass under the index that it returned.</summary>
    [Fact]
    public void A_declaration_returns_the_index_of_what_was_asked_for()
    {
        var declaration = new LayerDeclaration(3);
        Assert.Equal(
            [0, 1, 2],
            new[] { declaration.AddParameter("a", 1, 2), declaration.AddSparseParameter("b", 3, 4), declaration.AddParameter("c", 5, 6) });
        Assert.Equal([0, 1], new[] { declaration.AddState("d", 1, 1), declaration.AddState("e", 1, 1) });
        Assert.Equal([0, 1], new[] { declaration.AddSaved(1), declaration.AddSaved(2, Extent.Fixed) });
        Assert.Equal([0, 1], new[] { declaration.AddScratch(1), declaration.AddScratch(2, Extent.PerThread) });
    }

    [Fact]
    public void Declarations_that_make_no_sense_are_refused()
    {
        var declaration = new LayerDeclaration(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => declaration.OutputFeatures = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => declaration.OutputFeatures = -1);
        Assert.Equal(3, declaration.OutputFeatures);
        Assert.Throws<ArgumentOutOfRangeException>(() => declaration.AddSaved(0));
        Func<string, int, int, int>[] adds = [declaration.AddParameter, declaration.AddState];
        foreach (Func<string, int, int, int> add in adds)
        {
            Assert.Throws<ArgumentException>(() => add("", 1, 1));
            Assert.Throws<ArgumentNullException>(() => add(null!, 1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => add("x", 0, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => add("x", 1, -1));
        }

        // A name is one tensor of the file, whether parameter or state.
        declaration.AddParameter("a", 1, 1);
        declaration.AddState("b", 1, 1);
        foreach (Func<string, int, int, int> add in adds)
        {
            Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => add("a", 1, 1)).Message, StringComparison.Ordinal);
            Assert.Contains("'b'", Assert.Throws<ArgumentException>(() => add("b", 2, 2)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(["a", "b"], declaration.Parameters.Concat(declaration.State).Select(slot => slot.Name));
    }

    [Fact]
    public void State_is_changed_by_training_forwards_only()
    {
        var network = new NeuralNetwork<double>(2, [new RunningSum()]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(1);
        double[] x = [1, 2];
        network.Forward(x, workspace);
        network.Forward(x, workspace);
        Assert.Equal(2, network.State[0]);
        Assert.Equal(1.002, network.Predict(x, workspace)[0, 0]);
        Assert.Equal(2, network.State[0]);
        network.Initialize(1);
        Assert.Equal(0, network.State[0]);
    }

    [Fact]
    public void Inference_that_would_change_state_is_refused()
    {
        var network = new NeuralNetwork<double>(2, [new RunningSum(updatesInInference: true)]);
        double[] x = [1, 2];
        foreach (Workspace<double> workspace in new[] { network.CreateInferenceWorkspace(1), network.CreateTrainingWorkspace(1) })
        {
            Assert.Contains(
                "IsTraining",
                Assert.Throws<InvalidOperationException>(() => network.Predict(x, workspace)).Message,
                StringComparison.Ordinal);
            Assert.Equal(0, network.State[0]);
        }
    }

    /// <summary>After a forward pass that did not come to its end, the activations are of two passes.</summary>
    [Fact]
    public void Backward_after_a_failed_forward_is_refused()
    {
        var failing = new FailingLayer();
        var network = new NeuralNetwork<double>(2, [new FullyConnectedLayer<double>(2), failing]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(1);
        double[] x = [1, 2];
        network.Forward(x, workspace);
        failing.Fails = true;
        Assert.Throws<NotFiniteNumberException>(() => network.Forward(x, workspace));
        Assert.Throws<InvalidOperationException>(() => network.Backward(x, x, workspace));
        failing.Fails = false;
        network.Forward(x, workspace);
        network.Backward(x, x, workspace);
    }

    [Fact]
    public void A_layers_parameters_and_gradients_are_views_of_the_flat_buffers()
    {
        var network = new NeuralNetwork<double>(3, [new Tanh<double>(), new FullyConnectedLayer<double>(5), new ScaleAndShift()], seed: 1);
        Assert.Equal((0, 2, 2), (network.GetParameters(0).Count, network.GetParameters(1).Count, network.GetGradients(2).Count));
        Assert.Equal(
            ("weight", "bias", "shift"),
            (network.GetParameters(1).GetName(0), network.GetParameters(1).GetName(1), network.GetGradients(2).GetName(1)));
        Assert.Equal((3, 5), (network.GetParameters(1)[0].Rows, network.GetParameters(1)[0].Columns));
        Assert.True(Overlap.AreSame<double>(network.Weights[0], network.GetParameters(1)[0]));
        Assert.True(Overlap.AreSame<double>(network.BiasGradients[0], network.GetGradients(1)[1]));
        network.GetParameters(2)[1][0, 4] = 17;
        network.GetGradients(2)[0][0, 0] = 19;
        Assert.Contains(17, network.Parameters.ToArray());
        Assert.Contains(19, network.Gradients.ToArray());
        Assert.DoesNotContain(19, network.Parameters.ToArray());
        foreach (int wrong in new[] { -1, 3, int.MinValue, int.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = network.GetParameters(wrong).Count);
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = network.GetGradients(wrong).Count);
        }
    }

    /// <summary>Shapes whose lengths are no multiples of a cache line.</summary>
    [Fact]
    public void Every_slot_begins_at_a_cache_line()
    {
        var network = new NeuralNetwork<float>(
            3,
            [
                new FullyConnectedLayer<float>(5), new Dropout<float>(0.5),
                new FullyConnectedLayer<float>(7), new FullyConnectedLayer<float>(1),
            ]);
        var wide = new NeuralNetwork<double>(
            3, [new FullyConnectedLayer<double>(5), new ScaleAndShift(), new RunningSum(), new RunningSum()]);
        for (int layer = 0; layer < 4; layer++)
        {
            AssertAligned(network.GetParameters(layer));
            AssertAligned(network.GetGradients(layer));
            AssertAligned(wide.GetParameters(layer));
            AssertAligned(wide.GetGradients(layer));
            AssertAligned(wide.GetState(layer));
        }

        Assert.Equal(2, wide.State.Length / TensorBuffer<double>.AlignedLength);
    }

    private static unsafe void AssertAligned<T>(SlotViews<T> slots)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < slots.Count; i++)
        {
            fixed (T* first = slots[i].AsSpan())
            {
                Assert.Equal((nuint)0, (nuint)first % TensorBuffer<T>.Alignment);
            }
        }
    }

    /// <summary>The identity, until it is told to fail.</summary>
    private sealed class FailingLayer : ILayer<double>
    {
        public bool Fails { get; set; }

        public string Name => "failing";

        public void Configure(LayerDeclaration declaration)
        {
        }

        public void Forward(in ForwardPass<double> pass)
        {
            if (Fails)
            {
                throw new NotFiniteNumberException();
            }

            pass.Input.CopyTo(pass.Output);
        }

        public void Backward(in BackwardPass<double> pass) => pass.GradOutput.CopyTo(pass.GradInput);
    }
}
