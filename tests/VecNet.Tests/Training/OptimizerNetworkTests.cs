namespace VecNet.Tests;

/// <summary>
/// What an optimizer remembers belongs to one network: a second one of the same size does not get the first one's moments.
/// </summary>
public sealed class OptimizerNetworkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Forms
    {
        get
        {
            TheoryData<string, bool> forms = [];
            foreach (string form in EveryOptimizer<float>.All.Keys)
            {
                forms.Add(form, false);
                forms.Add(form, true);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_second_network_is_refused_in_every_way_of_stepping(string form, bool sparse)
    {
        Optimizer<float> optimizer = EveryOptimizer<float>.All[form].Sample;
        (NeuralNetwork<float> first, NeuralNetwork<float> second) = (Network(sparse), Network(sparse));
        Train(first, optimizer);
        Train(first, optimizer);
        if (form == "Sgd")
        {
            Train(second, optimizer);
            return;
        }

        float[] parameters = second.Parameters.ToArray();
        float[] state = optimizer.GetState(parameters.Length).ToArray();
        long steps = optimizer.StepCount;
        TrainingCheckpoint<float> checkpoint = CheckpointOf(form, sparse);
        Assert.StartsWith(
            "The optimizer has trained another network",
            Assert.Throws<ArgumentException>("optimizer", () => second.Step(optimizer)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("optimizer", () => Train(second, optimizer));
        Assert.Throws<ArgumentException>("optimizer", () => TrainerOf(second, optimizer).Train(Data(), cancellationToken: Token));
        Assert.Throws<ArgumentException>("optimizer", () => TrainerOf(second, optimizer).Resume(checkpoint));
        Assert.Equal(parameters, second.Parameters.ToArray());
        Assert.Equal(state, optimizer.GetState(parameters.Length).ToArray());
        Assert.Equal(steps, optimizer.StepCount);
        Train(first, optimizer);
        TrainerOf(first, optimizer).Train(Data(), cancellationToken: Token);
        TrainerOf(first, optimizer).Resume(checkpoint);
    }

    /// <summary>A network that was refused for its size has not taken the optimizer.</summary>
    [Fact]
    public void An_optimizer_that_has_only_seen_spans_takes_the_first_network_of_their_length()
    {
        var adam = new Adam<float>();
        adam.Step(new float[5], new float[5]);
        NeuralNetwork<float> network = Network(sparse: false);
        Assert.Throws<ArgumentException>("gradients", () => network.Step(adam));
        Assert.Throws<ArgumentException>("gradients", () => TrainerOf(network, adam).Train(Data(), cancellationToken: Token));
        adam.Step(new float[5], new float[5]);
        var other = new Adam<float>();
        other.Step(network.Parameters, network.Gradients);
        network.Step(other);
        Assert.Throws<ArgumentException>("optimizer", () => Network(sparse: false).Step(other));
    }

    /// <summary>A checkpoint that has been taken makes the optimizer one of its network.</summary>
    [Fact]
    public void A_resumed_optimizer_belongs_to_the_network_that_it_was_resumed_with()
    {
        var adam = EveryOptimizer<float>.All["Adam"].Sample;
        TrainerOf(Network(false), adam).Resume(CheckpointOf("Adam", sparse: false));
        Assert.Throws<ArgumentException>("optimizer", () => Network(false).Step(adam));
    }

    private static NeuralNetwork<float> Network(bool sparse) => new(
        1, [new Embedding<float>(4, 3, sparseGradient: sparse), new FullyConnectedLayer<float>(2)], seed: 1);

    private static Dataset<float> Data() => new(Indices(), [0, 1, 0, 1]);

    private static TensorBuffer<float> Indices()
    {
        var indices = new TensorBuffer<float>(4, 1);
        for (int row = 0; row < 4; row++)
        {
            indices.Span[row] = row;
        }

        return indices;
    }

    private static Trainer<float> TrainerOf(NeuralNetwork<float> network, IOptimizer<float> optimizer) =>
        new(network, optimizer, new SoftmaxCrossEntropy<float>(), new() { Epochs = 1, BatchSize = 2 });

    private static TrainingCheckpoint<float> CheckpointOf(string form, bool sparse)
    {
        Trainer<float> trainer = TrainerOf(Network(sparse), EveryOptimizer<float>.All[form].Sample);
        trainer.Train(Data(), cancellationToken: Token);
        return trainer.Checkpoint();
    }

    private static void Train(NeuralNetwork<float> network, IOptimizer<float> optimizer)
    {
        Workspace<float> workspace = network.CreateTrainingWorkspace(4);
        TensorBuffer<float> input = Indices();
        network.Forward(input.View, workspace);
        workspace.GradOutput.Fill(0.1f);
        network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer);
    }
}
