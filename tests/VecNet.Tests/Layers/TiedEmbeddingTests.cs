using System.Numerics;

namespace VecNet.Tests;

/// <summary>One table for the first layer and the last: PyTorch's values, one place in the buffers, one in files.</summary>
public abstract class TiedEmbeddingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/tied_embedding";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_tied_table_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        TensorBuffer<T> table = @case.Inputs["E"].ToBuffer<T>();
        int[] tokens = @case.Inputs["tokens"].Indices();
        var network = new NeuralNetwork<T>(
            1,
            [
                new Embedding<T>(table.Rows, table.Columns), new FullyConnectedLayer<T>(table.Columns),
                new VocabularyProjection<T>(table.Rows, tied: true),
            ]);
        table.View.CopyTo(network.GetParameters(0)[0]);
        @case.Inputs["W"].ToBuffer<T>().View.CopyTo(network.GetParameters(1)[0]);
        @case.Inputs["b"].ToBuffer<T>().View.CopyTo(network.GetParameters(1)[1]);
        Workspace<T> workspace = network.CreateTrainingWorkspace(tokens.Length);
        ReadOnlyTensorView<T> logits = network.Forward(tokens, default, workspace);
        @case.AssertOutput("logits", logits);
        var loss = new SoftmaxCrossEntropy<T>(ignoredClass: @case.WholeNumber("ignore_index"));
        int[] targets = @case.Inputs["targets"].Indices();
        @case.AssertOutput("loss", loss.ForwardBackward(logits, targets, workspace.GradOutput));
        network.Gradients.Fill(T.NaN);
        network.Backward(workspace.GradOutput, workspace);
        @case.AssertGradient<T>("E", network.GetGradients(0)[0]);
        @case.AssertGradient<T>("E", network.GetGradients(2)[0]);
        @case.AssertGradient<T>("W", network.GetGradients(1)[0]);
        @case.AssertGradient<T>("b", network.GetGradients(1)[1]);

        // The parts of the gradient are in the file: that of the projection alone, and that of the lookup.
        var alone = new TensorBuffer<T>(table.Rows, table.Columns);
        Embedding.Backward(tokens, Upstream(network, workspace), alone.View);
        @case.AssertOutput<T>("grad_E_lookup", alone.View);
    }

    /// <summary>∂L/∂ of the embedding's output: that of the fully connected layer's input.</summary>
    private static TensorView<T> Upstream(NeuralNetwork<T> network, Workspace<T> workspace)
    {
        var gradHidden = new TensorBuffer<T>(workspace.Batch, network.GetParameters(0)[0].Columns);
        var gradLookup = new TensorBuffer<T>(workspace.Batch, network.GetParameters(0)[0].Columns);
        MatMul.Multiply<T>(workspace.GradOutput, network.GetParameters(0)[0], gradHidden.View);
        MatMul.MultiplyTransposeB<T>(gradHidden.View, network.GetParameters(1)[0], gradLookup.View);
        return gradLookup.View;
    }
}

public sealed class TiedEmbeddingFloatTests : TiedEmbeddingTests<float>;

public sealed class TiedEmbeddingDoubleTests : TiedEmbeddingTests<double>;

/// <summary>What a plan does with a table that two layers share.</summary>
public sealed class TiedPlanTests
{
    private const int Entries = 6, Width = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_table_is_one_parameter()
    {
        NeuralNetwork<double> tied = Network(tied: true), apart = Network(tied: false);
        Assert.Equal(apart.ParameterCount - (Entries * Width), tied.ParameterCount);
        Assert.True(Overlap.AreSame<double>(tied.GetParameters(0)[0], tied.GetParameters(3)[0]));
        Assert.True(Overlap.AreSame<double>(tied.GetGradients(0)[0], tied.GetGradients(3)[0]));
        Assert.Equal("weight", tied.GetParameters(3).GetName(0));

        // Each layer draws its own numbers: those of the others are the same.
        for (int layer = 0; layer < 3; layer++)
        {
            for (int i = 0; i < tied.GetParameters(layer).Count; i++)
            {
                Bits.AssertSame<double>(apart.GetParameters(layer)[i].AsSpan(), tied.GetParameters(layer)[i].AsSpan(), $"layer {layer}");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_gradient_is_right(bool bias)
    {
        NeuralNetwork<double> network = Network(tied: true, bias);
        var input = new TensorBuffer<double>(5, 1);
        new double[] { 1, 4, 0, 4, 1 }.CopyTo(input.Span);
        Workspace<double> workspace = network.CreateTrainingWorkspace(5);
        var loss = new SoftmaxCrossEntropy<double>();
        int[] classes = [2, 0, 5, 1, 1];
        double Value() => loss.Forward(network.Forward([1, 4, 0, 4, 1], default, workspace), classes);
        loss.Backward(network.Forward([1, 4, 0, 4, 1], default, workspace), classes, workspace.GradOutput);
        network.Gradients.Fill(double.NaN);
        network.Backward(workspace.GradOutput, workspace);
        double[] gradients = network.Gradients.ToArray();
        network.Backward(workspace.GradOutput, workspace, accumulate: true);
        foreach (Slot slot in network.ParameterSlots)
        {
            for (int i = slot.Offset; i < slot.Offset + slot.Length; i++)
            {
                double before = network.Parameters[i];
                network.Parameters[i] = before + 1e-5;
                double above = Value();
                network.Parameters[i] = before - 1e-5;
                double difference = (above - Value()) / 2e-5;
                network.Parameters[i] = before;
                Assert.Equal(difference, gradients[i], 1e-8);
                Assert.Equal(2 * difference, network.Gradients[i], 2e-8);
            }
        }
    }

    /// <summary>A step inside the backward pass must wait for both parts of the gradient.</summary>
    [Fact]
    public void A_step_in_the_backward_pass_has_the_bits_of_one_after_it()
    {
        NeuralNetwork<double> one = Network(tied: true, bias: true), other = Network(tied: true, bias: true);
        Adam<double> ofOne = new(0.01), ofOther = new(0.01);
        Workspace<double> workspace = one.CreateTrainingWorkspace(5), second = other.CreateTrainingWorkspace(5);
        var loss = new SoftmaxCrossEntropy<double>();
        int[] ids = [1, 4, 0, 4, 1], classes = [2, 0, 5, 1, 1];
        for (int step = 0; step < 3; step++)
        {
            loss.Backward(one.Forward(ids, default, workspace), classes, workspace.GradOutput);
            one.Backward(workspace.GradOutput, workspace);
            one.Step(ofOne);
            loss.Backward(other.Forward(ids, default, second), classes, second.GradOutput);
            other.BackwardAndStep(second.GradOutput, second, ofOther);
            Bits.AssertSame<double>(one.Parameters, other.Parameters, $"parameters after step {step}");
        }
    }

    /// <summary>Other embeddings may have sparse gradients; the shared table is updated once.</summary>
    [Fact]
    public void A_sparse_step_updates_the_table_once()
    {
        NeuralNetwork<double> Make(bool sparse) => new(
            1,
            [
                new Parallel<double>(new Embedding<double>(Entries, Width), new Embedding<double>(Entries, 3, sparseGradient: sparse)),
                new FullyConnectedLayer<double>(Width), new VocabularyProjection<double>(Entries, tied: true),
            ],
            seed: 1);
        NeuralNetwork<double> one = Make(sparse: true), other = Make(sparse: false);
        foreach (NeuralNetwork<double> network in (NeuralNetwork<double>[])[one, other])
        {
            Workspace<double> workspace = network.CreateTrainingWorkspace(2);
            network.Forward([1, 4], default, workspace);
            workspace.GradOutput.Fill(0.1);
            network.Backward(workspace.GradOutput, workspace);
            network.Step(new Sgd<double>(0.1));
        }

        Bits.AssertSame<double>(one.Parameters, other.Parameters, "parameters");
    }

    [Fact]
    public void A_file_has_the_table_once()
    {
        using var directory = new TemporaryDirectory();
        NeuralNetwork<double> network = Network(tied: true, bias: true);
        new Model<double>(network).Save(directory.PathOf("m"));
        Assert.Equal(
            ["0.weight", "1.bias", "1.weight", "2.bias", "2.weight", "3.bias"],
            SafetensorsFile.Read(directory.PathOf("m")).Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        NeuralNetwork<double> again = Model.Load<double>(directory.PathOf("m")).Network;
        Bits.AssertSame<double>(network.Parameters, again.Parameters, "parameters");
        Assert.Equal(network.Summary(), again.Summary());
        Assert.True(Overlap.AreSame<double>(again.GetParameters(0)[0], again.GetParameters(3)[0]));
    }

    [Fact]
    public void Training_continues_from_a_checkpoint_with_the_same_bits()
    {
        var data = new Dataset<double>([[1, 4, 0], [4, 1], [2, 2, 3]], [4, 0, 1, 1, 2, 2, 3, 5]);
        Trainer<double> Make(NeuralNetwork<double> of, int epochs) =>
            new(of, new AdamW<double>(0.01), new SoftmaxCrossEntropy<double>(), new() { Epochs = epochs, BatchSize = 2, Seed = 3 });
        NeuralNetwork<double> whole = Network(tied: true), first = Network(tied: true), second = Network(tied: true);
        Make(whole, 4).Train(data, cancellationToken: Token);
        Trainer<double> interrupted = Make(first, 2);
        interrupted.Train(data, cancellationToken: Token);
        Trainer<double> resumed = Make(second, 4);
        resumed.Resume(interrupted.Checkpoint());
        resumed.Train(data, cancellationToken: Token);
        Bits.AssertSame<double>(whole.Parameters, second.Parameters, "parameters");
    }

    [Fact]
    public void Tables_that_cannot_be_shared_are_refused()
    {
        AssertRefused("but no embedding before it has that size", new Embedding<double>(5, Width));
        AssertRefused(
            "but no embedding before it has that size", new Embedding<double>(Entries, 3), new FullyConnectedLayer<double>(Width));
        AssertRefused("but its gradient is sparse", new Embedding<double>(Entries, Width, sparseGradient: true));
        AssertRefused(
            "but 2 embeddings have that size",
            new Parallel<double>(new Embedding<double>(Entries, Width), new Embedding<double>(Entries, Width)),
            new FullyConnectedLayer<double>(Width));
        AssertRefused(
            "but another layer shares it already",
            new Embedding<double>(Entries, Width), new VocabularyProjection<double>(Entries, tied: true),
            new FullyConnectedLayer<double>(Width));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyProjection<double>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding<double>(2, 2, initialDeviation: double.NaN));

        static void AssertRefused(string part, params ILayer<double>[] layers) => Assert.Contains(
            part,
            Assert.Throws<ArgumentException>(
                () => new NeuralNetwork<double>(1, [.. layers, new VocabularyProjection<double>(Entries, tied: true)])).Message,
            StringComparison.Ordinal);
    }

    private static NeuralNetwork<double> Network(bool tied, bool bias = false) => new(
        1,
        [
            new Embedding<double>(Entries, Width, paddingIndex: 3), new FullyConnectedLayer<double>(Width), new LayerNorm<double>(),
            new VocabularyProjection<double>(Entries, bias, tied),
        ],
        seed: 7);
}
