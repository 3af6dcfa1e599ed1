namespace VecNet.Tests;

/// <summary>Networks take integers as they are: no id is rounded to a number of less precision.</summary>
public sealed class IdInputTests
{
    private static readonly int[] Ids = [4, 1, 7, 2, 7, 0, 7];
    private static readonly int[] Offsets = [0, 3, 3, 4, 7];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>2²⁴ + 1 is no float: it would become the even number before it.</summary>
    [Fact]
    public void An_index_above_the_integers_of_float_is_not_rounded()
    {
        const int Entry = (1 << 24) + 1;
        var table = new TensorBuffer<float>(Entry + 1, 1);
        (table.Span[Entry - 1], table.Span[Entry]) = (3, 5);
        var output = new TensorBuffer<float>(2, 1);
        Embedding.Forward([Entry, Entry - 1], table.View, output.View);
        Assert.Equal([5, 3], output.Span.ToArray());
        table.Span.Clear();
        Embedding.Backward([Entry, Entry - 1, Entry], new float[,] { { 1 }, { 2 }, { 4 } }, table.View);
        Assert.Equal((2, 5), (table.Span[Entry - 1], table.Span[Entry]));
        Assert.Equal([Entry, 0], new Dataset<float>([[Entry], [0]], [0, 1]).Ids.ToArray());
    }

    [Fact]
    public void Passes_on_integers_have_the_bits_of_those_on_the_same_numbers()
    {
        NeuralNetwork<float> network = Network();
        TensorBuffer<float> numbers = Numbers();
        Workspace<float> workspace = network.CreateTrainingWorkspace(8, seed: 5);
        Workspace<float> other = network.CreateTrainingWorkspace(8, seed: 5);
        Bits.AssertSame<float>(
            network.Predict(numbers.View, new(Offsets), workspace).AsSpan(), network.Predict(Ids, new(Offsets), other).AsSpan(),
            "inference");
        Bits.AssertSame<float>(
            network.Forward(numbers.View, new(Offsets), workspace).AsSpan(), network.Forward(Ids, new(Offsets), other).AsSpan(), "forward");
        workspace.GradOutput.Fill(0.5f);
        other.GradOutput.Fill(0.5f);
        network.Backward(numbers.View, workspace.GradOutput, workspace);
        float[] gradients = network.Gradients.ToArray();
        network.Gradients.Fill(float.NaN);
        network.ClearGradients();
        network.Backward(other.GradOutput, other);
        Bits.AssertSame<float>(gradients, network.Gradients, "gradients");
        network.Backward(other.GradOutput, other, accumulate: true);
        Assert.All(network.Gradients.ToArray().Zip(gradients), pair => Assert.Equal(2 * pair.Second, pair.First, 1e-5f));

        NeuralNetwork<float> stepped = Network();
        stepped.Forward(Ids, new(Offsets), other = stepped.CreateTrainingWorkspace(8, seed: 5));
        network.Backward(numbers.View, workspace.GradOutput, workspace);
        network.Step(new Sgd<float>(0.1));
        other.GradOutput.Fill(0.5f);
        stepped.BackwardAndStep(other.GradOutput, other, new Sgd<float>(0.1));
        float[] differences = [.. network.Parameters.ToArray().Zip(stepped.Parameters.ToArray(), (x, y) => Math.Abs(x - y))];
        Assert.InRange(differences.Max(), 0, 0);
    }

    [Fact]
    public void Training_on_integers_has_the_bits_of_that_on_the_same_numbers()
    {
        int[] classes = [1, 0, 2, 1, 1, 0, 2];
        int[] offsets = [0, 3, 4, 7];
        NeuralNetwork<float> network = Network(), other = Network();
        var options = new TrainerOptions { Epochs = 3, BatchSize = 2, Seed = 2 };
        Trainer<float> Trainer(NeuralNetwork<float> of) => new(of, new Adam<float>(0.01), new SoftmaxCrossEntropy<float>(), options);
        TrainingProgress progress = Trainer(network).Train(new(Numbers(), new(offsets), classes), cancellationToken: Token);
        TrainingProgress again = Trainer(other).Train(new(Ids, new(offsets), classes), cancellationToken: Token);
        Assert.Equal(progress.TrainingLoss, again.TrainingLoss);
        Bits.AssertSame<float>(network.Parameters, other.Parameters, "parameters");
    }

    /// <summary>A first layer that takes no integers gets numbers; those that are none of the type are refused.</summary>
    [Fact]
    public void Integers_become_numbers_for_other_layers()
    {
        var network = new NeuralNetwork<float>(1, [new Gru<float>(3)], seed: 1);
        Assert.False(network.TakesIds);
        var trainer = new Trainer<float>(network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), new() { Epochs = 1 });
        trainer.Train(new([[1, 2], [3]], [0, 1, 2]), cancellationToken: Token);
        var beyond = new Dataset<float>([[(1 << 24) + 1]], [0]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => trainer.Evaluate(beyond));
        Assert.Contains("Single has no number 16777217", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => beyond.Features);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        NeuralNetwork<float> network = Network();
        Workspace<float> workspace = network.CreateTrainingWorkspace(7, sequences: 4);
        Refused(() => network.Predict([1, 2], default, workspace), "reads sequences");
        Refused(() => network.Predict([1, 2], new([0, 3]), workspace), "3 rows together; the input has 2");
        Refused(() => network.Predict(new int[8], new([0, 8]), workspace), "8 rows; the workspace has room for 7");
        Refused(() => network.Predict([1, -1], new([0, 2]), workspace), "The index in row 1, position 0 is -1");
        Refused(() => network.Forward([8], new([0, 1]), workspace), "The index in row 0, position 0 is 8");
        Refused(
            () => new NeuralNetwork<float>(2, [new Embedding<float>(3, 1)]) is { } two
                ? two.Predict([1, 2, 0], default, two.CreateInferenceWorkspace(2)).Rows : 0,
            "There are 3 integers; a row of the input has 2");
        Assert.Throws<ArgumentException>("ids", () => network.Predict(new int[8], new([0, 8]), workspace));
        var dense = new NeuralNetwork<float>(1, [new FullyConnectedLayer<float>(2)]);
        Refused(() => dense.Predict([1], default, dense.CreateInferenceWorkspace(1)), "'0.fully_connected' reads the input");

        // The backward pass follows a forward pass of its own kind.
        TensorBuffer<float> numbers = Numbers();
        network.Forward(Ids, new(Offsets), workspace);
        Assert.Throws<InvalidOperationException>(() => network.Backward(numbers.View, workspace.GradOutput, workspace));
        Assert.Throws<InvalidOperationException>(
            () => network.BackwardAndStep(numbers.View, workspace.GradOutput, workspace, new Sgd<float>(0.1)));
        network.Backward(workspace.GradOutput, workspace);
        network.Forward(numbers.View, new(Offsets), workspace);
        Assert.Throws<InvalidOperationException>(() => network.Backward(workspace.GradOutput, workspace));
        Assert.Throws<InvalidOperationException>(() => network.BackwardAndStep(workspace.GradOutput, workspace, new Sgd<float>(0.1)));
    }

    [Fact]
    public void Warm_passes_allocate_nothing()
    {
        NeuralNetwork<float> network = Network();
        Workspace<float> workspace = network.CreateTrainingWorkspace(8);
        var optimizer = new Adam<float>();
        void Pass()
        {
            network.Forward(Ids, new(Offsets), workspace);
            network.Backward(workspace.GradOutput, workspace);
            network.Step(optimizer);
            network.Forward(Ids, new(Offsets), workspace);
            network.BackwardAndStep(workspace.GradOutput, workspace, optimizer);
        }

        Pass();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Pass();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static NeuralNetwork<float> Network() => new(
        1,
        [
            new Parallel<float>(new Embedding<float>(8, 4), new Embedding<float>(8, 2, paddingIndex: 2, sparseGradient: true)),
            new PositionalEmbedding<float>(8), new SelfAttention<float>(2), new FullyConnectedLayer<float>(3),
        ],
        seed: 3);

    private static TensorBuffer<float> Numbers()
    {
        var numbers = new TensorBuffer<float>(Ids.Length, 1);
        for (int i = 0; i < Ids.Length; i++)
        {
            numbers.Span[i] = Ids[i];
        }

        return numbers;
    }

    private static void Refused(Func<object> pass, string part) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(pass).Message, StringComparison.Ordinal);

    private delegate ReadOnlyTensorView<float> Pass();

    private static void Refused(Pass pass, string part) => Refused(() => (object)pass().Rows, part);
}
