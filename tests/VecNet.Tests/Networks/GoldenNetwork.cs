using System.Numerics;

namespace VecNet.Tests;

/// <summary>The network of a golden case: its layers and weights, its loss and its input.</summary>
internal sealed class GoldenNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[]? classes;
    private readonly TensorBuffer<T>? values;

    /// <param name="case">The case.</param>
    /// <param name="apart">Whether activations are kept from joining the layers before them, so that what goes into them is stored.</param>
    public GoldenNetwork(GoldenCase @case, bool apart = false)
    {
        int[] widths = @case.WholeNumbers("layers");
        Input = @case.Inputs["x"].ToBuffer<T>();
        Network = new NeuralNetwork<T>(
            widths[0], Layers(@case, widths).Select(layer => apart && layer is not FullyConnectedLayer<T> ? new Apart<T>(layer) : layer));
        for (int i = 0; i < Network.Weights.Count; i++)
        {
            @case.Inputs[$"W{i + 1}"].ToBuffer<T>().View.CopyTo(Network.Weights[i]);
            @case.Inputs[$"b{i + 1}"].ToBuffer<T>().View.CopyTo(Network.Biases[i]);
        }

        (classes, values, Loss) = @case.Text("loss") switch
        {
            "mse_half_mean" => ((int[]?)null, @case.Inputs["y"].ToBuffer<T>(), (ILoss<T>)new MeanSquaredError<T>()),
            "softmax_cross_entropy_mean" => (@case.Inputs["targets"].Indices(), null, new SoftmaxCrossEntropy<T>()),
            string other => throw new InvalidOperationException($"Unknown loss {other}."),
        };
        Workspace = Network.CreateTrainingWorkspace(Input.Rows, inputGradient: true);
    }

    public NeuralNetwork<T> Network { get; }

    public Workspace<T> Workspace { get; }

    public TensorBuffer<T> Input { get; }

    public ILoss<T> Loss { get; }

    public Targets<T> Targets => classes is not null ? classes : values!.View;

    /// <summary>Forward, loss and backward; returns the loss.</summary>
    public T Run()
    {
        ReadOnlyTensorView<T> prediction = Network.Forward(Input.View, Workspace);
        T loss = Loss.ForwardBackward(prediction, Targets, Workspace.GradOutput);
        Network.Backward(Input.View, Workspace.GradOutput, Workspace);
        return loss;
    }

    private static IEnumerable<ILayer<T>> Layers(GoldenCase @case, int[] widths)
    {
        int[] masked = @case.WholeNumbersOrNone("dropout_after");
        for (int i = 1; i < widths.Length; i++)
        {
            yield return new FullyConnectedLayer<T>(widths[i]);
            if (i == widths.Length - 1)
            {
                continue;
            }

            yield return @case.Text("hidden_activation") switch
            {
                "sigmoid" => new Sigmoid<T>(),
                "tanh" => new Tanh<T>(),
                "relu" => new ReLU<T>(),
                string other => throw new InvalidOperationException($"Unknown activation {other}."),
            };
            if (masked.Contains(i))
            {
                yield return new MaskLayer<T>(MaskLayer<T>.Scaled(@case.Inputs[$"mask{i}"], @case.Number("dropout_p")));
            }
        }
    }
}

internal static class GoldenCaseExtensions
{
    /// <summary>An array that cases without it leave out.</summary>
    public static int[] WholeNumbersOrNone(this GoldenCase @case, string parameter)
    {
        try
        {
            return @case.WholeNumbers(parameter);
        }
        catch (KeyNotFoundException)
        {
            return [];
        }
    }
}
