using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Trainings in one workspace whose batches change from step to step, with operands that have gaps, a learning rate that changes, every
/// kind of layer after a joined activation and numbers that are not finite: the passes that a plan joins have the bits of each layer on
/// its own and the optimizer after them.
/// </summary>
public abstract class TrainingSequenceTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Capacity = 9;

    /// <summary>None, one, all, and less again: what an earlier batch left behind its last row must not be seen.</summary>
    private static readonly int[] Batches = [Capacity, 1, 0, 4, Capacity, 2];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string optimizer in EveryOptimizer<T>.All.Keys)
            {
                for (int network = 0; network < 5; network++)
                {
                    cases.Add(optimizer, network);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Joined_passes_have_the_bits_of_single_ones(string optimizer, int network) => AssertSame(optimizer, network, T.One);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Numbers_that_are_not_finite_go_the_same_ways(string optimizer, int network)
    {
        foreach (T element in (T[])[T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Epsilon, T.CreateTruncating(1e30)])
        {
            AssertSame(optimizer, network, element);
        }
    }

    /// <summary>Without it the backward pass ends at the first layer that learns.</summary>
    [Fact]
    public void The_gradient_of_the_input_passes_through_layers_that_learn_nothing()
    {
        var network = new NeuralNetwork<T>(3, [new Tanh<T>(), new Sigmoid<T>(), new FullyConnectedLayer<T>(2)], seed: 1);
        Workspace<T> workspace = network.CreateTrainingWorkspace(2, inputGradient: true);
        workspace.Poison(T.NaN);
        TensorBuffer<T> input = new Matrix<T, Ordinary>(new(2, 3), 0, 1).Owned();
        network.Forward(input.View, workspace);
        workspace.GradOutput.Fill(T.One);
        network.Backward(input.View, workspace.GradOutput, workspace);
        TensorBuffer<T> first = new(2, 3), second = new(2, 3), gradient = new(2, 3);
        Tanh.Forward<T>(input.View, first.View);
        Sigmoid.Forward<T>(first.View, second.View);
        MatMul.MultiplyTransposeB<T>(workspace.GradOutput, network.Weights[0], gradient.View);
        Sigmoid.Backward<T>(second.View, gradient.View, gradient.View);
        Tanh.Backward<T>(first.View, gradient.View, gradient.View);
        Bits.AssertSame<T>(gradient.View, workspace.GradInput, "input's gradient");
    }

    private static void AssertSame(string optimizer, int network, T element)
    {
        OptimizerEntry<T> entry = EveryOptimizer<T>.All[optimizer];
        Apart<T>[] apart = [.. Layers(network).Select(layer => new Apart<T>(layer))];
        List<T[]> expected = Train(entry.Sample, apart, inOne: false, gap: 0, element);
        foreach (int gap in (int[])[0, 5])
        {
            List<T[]> actual = Train(entry.Sample, Layers(network), inOne: true, gap, element);
            Assert.Equal(expected.Count, actual.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                {
                    T x = expected[i][j], y = actual[i][j];
                    Assert.True(
                        Bits.Same(x, y) || (T.IsNaN(x) && T.IsNaN(y)),
                        $"{optimizer}, network {network}, {element}, gap {gap}: element {j} of result {i} is {y}, expected {x}.");
                }
            }
        }
    }

    private static List<T[]> Train(IOptimizer<T> optimizer, IEnumerable<ILayer<T>> layers, bool inOne, int gap, T element)
    {
        const int Inputs = 7, Outputs = 6;
        var network = new NeuralNetwork<T>(Inputs, layers, seed: 7);
        Workspace<T> workspace = network.CreateTrainingWorkspace(Capacity, inputGradient: gap == 0, seed: 3);
        workspace.Poison(T.NaN);
        for (int i = 0; i < network.Weights.Count; i++)
        {
            network.WeightGradients[i].Fill(T.NaN);
            network.BiasGradients[i].Fill(T.NaN);
        }

        if (element != T.One)
        {
            network.GetParameters(0)[0][2, 3] = element;
        }

        List<T[]> results = [];
        for (int step = 0; step < Batches.Length; step++)
        {
            StridedMatrix<T> input = new Matrix<T, Ordinary>(new(Batches[step], Inputs), gap, (ulong)step).Strided();
            StridedMatrix<T> gradOutput = new Matrix<T, Ordinary>(new(Batches[step], Outputs), 2 * gap, (ulong)step + 50).Strided();
            optimizer.LearningRate = 0.05 / (step + 1);
            results.Add(Elements(network.Forward(input.View, workspace)));
            if (inOne)
            {
                network.BackwardAndStep(input.View, gradOutput.View, workspace, optimizer);
            }
            else
            {
                network.Backward(input.View, gradOutput.View, workspace);
                optimizer.Step(network.Parameters, network.Gradients);
            }

            results.Add(network.Parameters.ToArray());
            results.Add(network.State.ToArray());
            results.Add(optimizer.GetState(network.Parameters.Length).ToArray());
            input.AssertCanariesAlive();
            gradOutput.AssertCanariesAlive();
            results.Add(Elements(network.Predict(input.View, workspace)));
        }

        return results;
    }

    private static T[] Elements(ReadOnlyTensorView<T> view)
    {
        List<T> elements = [];
        for (int row = 0; row < view.Rows; row++)
        {
            elements.AddRange(view.Row(row));
        }

        return [.. elements];
    }

    private static ILayer<T>[] Layers(int network) => network switch
    {
        0 => [Affine(5), new Sigmoid<T>(), new LayerNorm<T>(), Affine(19), new Tanh<T>(), new Dropout<T>(0.3), Affine(6)],
        1 => [Affine(40), new ReLU<T>(), Affine(6), new Sigmoid<T>()],
        2 => [Affine(5), new Tanh<T>(), new Sigmoid<T>(), Affine(6), new Softmax<T>()],
        3 => [Affine(6), new LeakyReLU<T>()],
        _ => [Affine(17), new ELU<T>(), new LayerNorm<T>(), Affine(1), Affine(33), new Softplus<T>(), Affine(6)],
    };

    private static FullyConnectedLayer<T> Affine(int outputs) => new(outputs, WeightInitialization.XavierNormal);
}

public sealed class FloatTrainingSequenceTests : TrainingSequenceTests<float>;

public sealed class DoubleTrainingSequenceTests : TrainingSequenceTests<double>;
