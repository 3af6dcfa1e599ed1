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
        LossFunction<T> function = loss switch
        {
            "mean squared error" => MeanSquaredError.ForwardBackward,
            "categorical" => CategoricalCrossEntropy.ForwardBackward,
            _ => SoftmaxCrossEntropy.ForwardBackward,
        };
        bool ofClasses = loss is "categorical" or "fused";
        Workspace<T> workspace = Network.CreateTrainingWorkspace(Batch, inputGradient: true);
        var plain = new Sgd<T>(0.001);
        var nesterov = new Sgd<T>(0.001, 0.9, 0.01, nesterov: true);
        T[] parameters = Network.Parameters.ToArray();
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            ReadOnlyTensorView<T> prediction = Network.Forward(input.View, workspace);
            function(prediction, ofClasses ? classes : values.View, workspace.GradOutput);
            Network.Backward(input.View, workspace.GradOutput, workspace);
            plain.Step(parameters, Network.Gradients);
            nesterov.Step(parameters, Network.Gradients);
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
                Bits.AssertSame<T>(expected[which].AsView(Batch, 10), Network.Predict(inputs[which].View, workspace), $"thread {number}, input {which}");
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
