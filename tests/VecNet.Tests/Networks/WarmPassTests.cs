using System.Numerics;

namespace VecNet.Tests;

/// <summary>Warm passes take no memory, and inference shares a network between threads.</summary>
public abstract class WarmPassTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Batch = 33;

    private static readonly NeuralNetwork<T> Network = new(
        20,
        [
            new FullyConnectedLayer<T>(64, WeightInitialization.HeNormal), new ReLU<T>(), new Dropout<T>(0.3),
            new FullyConnectedLayer<T>(48, WeightInitialization.XavierNormal), new Tanh<T>(),
            new FullyConnectedLayer<T>(17, WeightInitialization.XavierNormal), new Sigmoid<T>(),
            new FullyConnectedLayer<T>(10, WeightInitialization.XavierNormal), new Softmax<T>(),
        ],
        seed: 4);

    public static TheoryData<string> Losses => ["mean squared error", "categorical", "fused", "fused distributions"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_warm_training_step_allocates_nothing(string loss)
    {
        TensorBuffer<T> input = Input(1);
        TensorBuffer<T> values = Values();
        int[] classes = [.. Enumerable.Range(0, Batch).Select(row => row % 10)];
        ILoss<T> function = loss switch
        {
            "mean squared error" => new MeanSquaredError<T>(),
            "categorical" => new CategoricalCrossEntropy<T>(),
            _ => new SoftmaxCrossEntropy<T>(),
        };
        bool ofClasses = loss is "categorical" or "fused";
        Workspace<T> workspace = Network.CreateTrainingWorkspace(Batch, inputGradient: true);
        var plain = new Sgd<T>(0.001);
        var nesterov = new Sgd<T>(0.001, 0.9, 0.01, nesterov: true);
        T[] parameters = Network.Parameters.ToArray();
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            ReadOnlyTensorView<T> prediction = Network.Forward(input.View, workspace);
            function.ForwardBackward(prediction, ofClasses ? classes : values.View, workspace.GradOutput);
            Network.Backward(input.View, workspace.GradOutput, workspace);
            plain.Step(parameters, Network.Gradients);
            nesterov.Step(parameters, Network.Gradients);
        }));
    }

    /// <summary>Every layer that the first network has not, and layers inside layers.</summary>
    [Fact]
    public void A_warm_step_of_normalized_and_composed_layers_allocates_nothing()
    {
        var network = new NeuralNetwork<T>(
            3,
            [
                new Parallel<T>(new Embedding<T>(5, 4), new Embedding<T>(5, 2, sparseGradient: true)),
                new LayerNorm<T>(), new FullyConnectedLayer<T>(16), new LeakyReLU<T>(), new BatchNorm<T>(),
                new Residual<T>(new FullyConnectedLayer<T>(8), new SiLU<T>(), new FullyConnectedLayer<T>(16), new ELU<T>()),
                new LayerNorm<T>(affine: false), new GELU<T>(), new GELUTanh<T>(), new Softplus<T>(),
                new Parallel<T>(
                    new Sequential<T>(new FullyConnectedLayer<T>(6), new Tanh<T>(), new LogSoftmax<T>()), new FullyConnectedLayer<T>(4)),
                .. OperationCatalog<T>.Functions.Where(function => function.IsLayer).Select(function => function.Sample),
            ],
            seed: 4);
        var input = new TensorBuffer<T>(Batch, 3);
        for (int i = 0; i < input.Length; i++)
        {
            input.Span[i] = T.CreateTruncating(i % 5);
        }

        TensorBuffer<T> values = Values();
        int[] classes = [.. Enumerable.Range(0, Batch).Select(row => row % 11 == 10 ? -100 : row % 10)];
        ILoss<T>[] ofValues = [.. EveryLoss<T>.All.Values.Where(loss => loss.OfValues).Select(loss => loss.Make(10, Reduction.Sum))];
        ILoss<T>[] ofClasses = [.. EveryLoss<T>.All.Values
            .Where(loss => loss.OfClasses)
            .Select(loss => loss.Make(10, Reduction.Mean))
            .Where(loss => loss.IgnoredClass == -100)];
        Workspace<T> workspace = network.CreateTrainingWorkspace(Batch, inputGradient: true);
        Workspace<T> inference = network.CreateInferenceWorkspace(Batch);
        var optimizer = new Sgd<T>(0.001);
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            ReadOnlyTensorView<T> prediction = network.Forward(input.View, workspace);
            foreach (ILoss<T> loss in ofValues)
            {
                loss.ForwardBackward(prediction, values.View, workspace.GradOutput);
            }

            foreach (ILoss<T> loss in ofClasses)
            {
                loss.ForwardBackward(prediction, classes, workspace.GradOutput);
            }

            network.Backward(input.View, workspace.GradOutput, workspace);
            optimizer.Step(network.Parameters, network.Gradients);
            network.Predict(input.View, inference);
        }));
    }

    /// <summary>Steps inside the backward pass, of every kind of kernel and of layer, while a profiler watches.</summary>
    [Fact]
    public void A_warm_step_inside_the_backward_pass_allocates_nothing()
    {
        var network = new NeuralNetwork<T>(
            20,
            [
                new FullyConnectedLayer<T>(64), new ReLU<T>(), new LayerNorm<T>(), new Dropout<T>(0.3),
                new Residual<T>(
                    new LayerNorm<T>(), new FullyConnectedLayer<T>(48), new ELU<T>(0.5),
                    new Residual<T>(new Tanh<T>()), new FullyConnectedLayer<T>(64)),
                new Parallel<T>(
                    new FullyConnectedLayer<T>(6), new Residual<T>(new LayerNorm<T>()),
                    new Sequential<T>(new Sigmoid<T>(), new FullyConnectedLayer<T>(3))),
                new FullyConnectedLayer<T>(10),
            ],
            seed: 4);
        TensorBuffer<T> input = Input(1);
        Workspace<T> workspace = network.CreateTrainingWorkspace(Batch);
        workspace.Profiler = new PassProfiler();
        IOptimizer<T>[] optimizers = [.. OperationCatalog<T>.Optimizers.Select(entry => entry.Sample)];
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            foreach (IOptimizer<T> optimizer in optimizers)
            {
                network.Forward(input.View, workspace);
                network.Backward(input.View, workspace.GradOutput, workspace);
                network.Backward(input.View, workspace.GradOutput, workspace, accumulate: true);
                network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer);
            }
        }));
    }

    [Fact]
    public void Warm_inference_allocates_nothing()
    {
        TensorBuffer<T> input = Input(1);
        Workspace<T> workspace = Network.CreateInferenceWorkspace(Batch);
        Assert.Equal(0, Allocations.PerCall(() => Network.Predict(input.View, workspace)));
    }

    [Fact]
    public void Many_threads_on_one_network_give_the_bits_of_one()
    {
        const int Inputs = 40;
        TensorBuffer<T>[] inputs = [.. Enumerable.Range(0, Inputs).Select(i => Input((ulong)i))];
        Workspace<T> serial = Network.CreateInferenceWorkspace(Batch);
        T[][] expected = [.. inputs.Select(input => Network.Predict(input.View, serial).AsSpan().ToArray())];
        T[] parameters = Network.Parameters.ToArray();
        Concurrently.Run(8, number =>
        {
            Workspace<T> workspace = Network.CreateInferenceWorkspace(Batch);
            for (int i = 0; i < 5 * Inputs; i++)
            {
                int which = (i + (5 * number)) % Inputs;
                Bits.AssertSame<T>(
                    expected[which].AsView(Batch, 10), Network.Predict(inputs[which].View, workspace), $"thread {number}, input {which}");
            }
        });
        Assert.Equal(parameters, Network.Parameters.ToArray());
    }

    private static TensorBuffer<T> Input(ulong seed)
    {
        var input = new TensorBuffer<T>(Batch, 20);
        Matrix<T, Ordinary>.Fill(input.View, seed);
        return input;
    }

    private static TensorBuffer<T> Values()
    {
        var values = new TensorBuffer<T>(Batch, 10);
        values.View.Fill(T.CreateChecked(0.1));
        return values;
    }
}

public sealed class WarmPassFloatTests : WarmPassTests<float>;

public sealed class WarmPassDoubleTests : WarmPassTests<double>;
