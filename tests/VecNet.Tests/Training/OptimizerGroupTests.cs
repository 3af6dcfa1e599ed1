namespace VecNet.Tests;

/// <summary>Groups of parameters with a weight decay and a learning rate of their own.</summary>
public sealed class OptimizerGroupTests
{
    public static TheoryData<string> Forms => [.. EveryOptimizer<double>.All.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A group's parameters move as those of an optimizer whose numbers are the group's, the others as without groups.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void Each_group_moves_as_with_an_optimizer_of_its_own(string form)
    {
        OptimizerEntry<double> entry = EveryOptimizer<double>.All[form];
        Optimizer<double> grouped = entry.Sample, plain = entry.Sample, fast = entry.Sample;
        Optimizer<double> decaying = entry.SampleWith("weightDecay", 0.25);
        fast.LearningRate *= 3;
        NeuralNetwork<double> network = Network();
        grouped.AddGroup(network, slot => slot.Name is "0.bias" or "2.weight", weightDecay: 0.25);
        grouped.AddGroup(network, slot => slot.Name == "1.weight", learningRateFactor: 3);
        double[][] parameters = [.. Enumerable.Range(0, 4).Select(_ => network.Parameters.ToArray())];
        for (int step = 1; step <= 3; step++)
        {
            double[] gradients = [.. Enumerable.Range(0, parameters[0].Length).Select(i => Math.Sin(step * (i + 1)))];
            grouped.Step(parameters[0], gradients);
            plain.Step(parameters[1], gradients);
            decaying.Step(parameters[2], gradients);
            fast.Step(parameters[3], gradients);
        }

        foreach (NetworkNode<double> node in network.Nodes)
        {
            foreach (Slot slot in node.Parameters)
            {
                int like = $"{node.Path}.{slot.Name}" switch { "0.bias" or "2.weight" => 2, "1.weight" => 3, _ => 1 };
                Bits.AssertSame<double>(
                    parameters[like].AsSpan(slot.Offset, slot.Length), parameters[0].AsSpan(slot.Offset, slot.Length),
                    $"{node.Path}.{slot.Name}");
            }
        }
    }

    /// <summary>Steps in the backward pass, and sparse ones, know the groups too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_of_networks_have_the_same_bits(bool sparse)
    {
        NeuralNetwork<float> Make() => new(
            1,
            [
                new Embedding<float>(5, 6, sparseGradient: sparse), new FullyConnectedLayer<float>(7), new ReLU<float>(),
                new LayerNorm<float>(), new FullyConnectedLayer<float>(3),
            ],
            seed: 2);
        NeuralNetwork<float> one = Make(), other = Make();
        AdamW<float> Optimizer(NeuralNetwork<float> network)
        {
            var optimizer = new AdamW<float>(0.01, weightDecay: 0.5);
            optimizer.AddGroup(network, slot => slot.Rows == 1, weightDecay: 0);
            optimizer.AddGroup(network, slot => slot.Name == "0.weight", weightDecay: 0.1, learningRateFactor: 2);
            return optimizer;
        }

        AdamW<float> ofOne = Optimizer(one), ofOther = Optimizer(other);
        Workspace<float> workspace = one.CreateTrainingWorkspace(4), second = other.CreateTrainingWorkspace(4);
        for (int step = 0; step < 3; step++)
        {
            one.Forward([4, 1, 1, 2], default, workspace);
            workspace.GradOutput.Fill(0.25f);
            one.Backward(workspace.GradOutput, workspace);
            one.Step(ofOne);
            other.Forward([4, 1, 1, 2], default, second);
            second.GradOutput.Fill(0.25f);
            other.BackwardAndStep(second.GradOutput, second, ofOther);
        }

        Bits.AssertSame<float>(one.Parameters, other.Parameters, "parameters");
    }

    [Fact]
    public void A_checkpoint_describes_the_groups()
    {
        var data = new Dataset<double>(new TensorBuffer<double>(4, 2), [0, 1, 2, 0]);
        Trainer<double> Make(double? decay)
        {
            NeuralNetwork<double> network = Network();
            var optimizer = new AdamW<double>(0.01);
            if (decay is not null)
            {
                optimizer.AddGroup(network, slot => slot.Rows == 1, decay);
            }

            return new(network, optimizer, new SoftmaxCrossEntropy<double>(), new() { Epochs = 1 });
        }

        Trainer<double> trainer = Make(0);
        trainer.Train(data, cancellationToken: Token);
        TrainingCheckpoint<double> checkpoint = trainer.Checkpoint();
        Assert.Contains(
            KeyValuePair.Create("group 1", "weightDecay = 0, learningRateFactor = 1 (0.bias, 1.weight, 1.bias, 2.bias)"),
            checkpoint.Description.Optimizer.Options);
        Make(0).Resume(checkpoint);
        Assert.Contains("group 1", Assert.Throws<ArgumentException>(() => Make(0.5).Resume(checkpoint)).Message, StringComparison.Ordinal);
        Assert.Contains("group 1", Assert.Throws<ArgumentException>(() => Make(null).Resume(checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_make_no_sense_are_refused()
    {
        NeuralNetwork<double> network = Network();
        var optimizer = new Sgd<double>(0.1);
        Assert.Throws<ArgumentException>("select", () => optimizer.AddGroup(network, _ => false));
        Assert.Throws<ArgumentOutOfRangeException>("weightDecay", () => optimizer.AddGroup(network, _ => true, weightDecay: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.AddGroup(network, _ => true, learningRateFactor: double.NaN));
        Assert.DoesNotContain(optimizer.Options, option => option.Key.StartsWith("group", StringComparison.Ordinal));
        optimizer.AddGroup(network, slot => slot.Name == "1.bias", weightDecay: 1);
        Assert.Contains(
            "'1.bias' is in another group",
            Assert.Throws<ArgumentException>(() => optimizer.AddGroup(network, slot => slot.Rows == 1)).Message, StringComparison.Ordinal);

        // The group is that of one network: another one is refused, even by an optimizer without a state.
        Assert.Throws<ArgumentException>(() => Network().Step(optimizer));
        Assert.Throws<ArgumentException>(() => optimizer.AddGroup(Network(), slot => slot.Name == "0.bias"));
        Assert.Throws<ArgumentException>(() => optimizer.Step(new double[3], new double[3]));
        network.Step(optimizer);
    }

    [Fact]
    public void Warm_steps_allocate_nothing()
    {
        NeuralNetwork<double> network = Network();
        var optimizer = new AdamW<double>();
        optimizer.AddGroup(network, slot => slot.Rows == 1, weightDecay: 0);
        network.Step(optimizer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.Step(optimizer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static NeuralNetwork<double> Network() => new(
        2, [new FullyConnectedLayer<double>(5), new LayerNorm<double>(), new FullyConnectedLayer<double>(3)], seed: 1);
}
