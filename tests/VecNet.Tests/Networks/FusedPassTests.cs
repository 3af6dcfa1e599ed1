using System.Numerics;

namespace VecNet.Tests;

/// <summary>What is computed together, and on several threads, has the bits of what is computed layer by layer.</summary>
public abstract class FusedPassTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Activation of each layer, the last included; "" is none, "own" a layer of the user's that hides an activation from the plan.
    /// </summary>
    public static TheoryData<int, int[], string[]> Shapes => new()
    {
        { 1, [2, 2, 1], ["sigmoid", ""] },
        { 3, [2, 2, 1], ["tanh", "sigmoid"] },
        { 1, [64, 128, 10], ["relu", ""] },
        { 33, [20, 64, 48, 17], ["relu", "own", "tanh"] },
        { 5, [1, 1, 1, 1], ["sigmoid", "relu", "tanh"] },
        { 37, [37, 61, 53, 19], ["dropout", "sigmoid", "dropout"] },
        { 130, [300, 200, 70, 10], ["sigmoid", "tanh", ""] },
        { 600, [40, 130, 33], ["tanh", "sigmoid"] }, // more terms of a sum than one block
        { 33, [20, 64, 48, 17], ["leaky_relu", "elu", "softplus"] },
        { 7, [37, 61, 53, 19], ["softplus", "leaky_relu", "elu"] },
        { 64, [784, 512, 256, 10], ["sigmoid", "relu", ""] },
    };

    private static Func<IOptimizer<T>>[] Optimizers =>
    [
        .. OperationCatalog<T>.Optimizers.Select(entry => (Func<IOptimizer<T>>)(() => entry.Sample)),
        () => new Sgd<T>(0.1),
        () => new SignDescent(),
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Passes_have_the_same_bits_layer_by_layer_and_on_any_number_of_threads(int batch, int[] widths, string[] activations)
    {
        Run expected = Run.Of(batch, widths, activations, apart: true, threads: 1, optimizer: null, inOne: false);
        foreach (int threads in (int[])[1, 2, 3, 16])
        {
            expected.AssertSame(
                Run.Of(batch, widths, activations, apart: false, threads, optimizer: null, inOne: false), $"{threads} threads");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_step_inside_the_backward_pass_has_the_bits_of_one_behind_it(int batch, int[] widths, string[] activations)
    {
        foreach (Func<IOptimizer<T>> optimizer in Optimizers)
        {
            Run expected = Run.Of(batch, widths, activations, apart: true, threads: 1, optimizer(), inOne: false);
            expected.AssertSame(Run.Of(batch, widths, activations, apart: false, threads: 1, optimizer(), inOne: true), "1 thread");
            expected.AssertSame(Run.Of(batch, widths, activations, apart: false, threads: 2, optimizer(), inOne: true), "2 threads");
        }
    }

    [Fact]
    public void An_empty_batch_gives_zeros_and_changes_nothing()
    {
        var network = new NeuralNetwork<T>(
            3, [new FullyConnectedLayer<T>(4), new Sigmoid<T>(), new FullyConnectedLayer<T>(2), new Tanh<T>()], seed: 1);
        Workspace<T> workspace = network.CreateTrainingWorkspace(4, inputGradient: true);
        var input = new TensorBuffer<T>(0, 3);
        T[] parameters = network.Parameters.ToArray();
        network.Gradients.Fill(T.NaN);
        Assert.Equal(0, network.Forward(input.View, workspace).Rows);
        network.Backward(input.View, workspace.GradOutput, workspace);
        Assert.All(network.GetParameters(0).Count is 2 ? network.GetGradients(0)[0].AsSpan().ToArray() : [], x => Assert.Equal(T.Zero, x));
        network.BackwardAndStep(input.View, workspace.GradOutput, workspace, new Sgd<T>(0.1));
        Assert.Equal(parameters, network.Parameters.ToArray());
    }

    [Fact]
    public void After_a_step_inside_the_backward_pass_none_can_follow()
    {
        foreach (IOptimizer<T> optimizer in (IOptimizer<T>[])[new Sgd<T>(0.1), new SignDescent()])
        {
            var network = new NeuralNetwork<T>(3, [new FullyConnectedLayer<T>(4)], seed: 1);
            Workspace<T> workspace = network.CreateTrainingWorkspace(4);
            var input = new TensorBuffer<T>(2, 3);
            network.Forward(input.View, workspace);
            network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer);
            Assert.Throws<InvalidOperationException>(() => network.Backward(input.View, workspace.GradOutput, workspace));
        }
    }

    [Fact]
    public void Operands_inside_the_workspace_are_refused()
    {
        var network = new NeuralNetwork<T>(3, [new FullyConnectedLayer<T>(3), new Sigmoid<T>(), new FullyConnectedLayer<T>(3)], seed: 1);
        Workspace<T> workspace = network.CreateTrainingWorkspace(4, inputGradient: true);
        var input = new TensorBuffer<T>(2, 3);
        network.Forward(input.View, workspace);
        Assert.Contains("copy it", Assert.Throws<ArgumentException>("input", () => network.Predict(workspace.Value(2), workspace)).Message);
        Assert.Throws<ArgumentException>("input", () => network.Forward(workspace.GradOutput, workspace));
        network.Forward(input.View, workspace);
        Assert.Throws<ArgumentException>("gradOutput", () => network.Backward(input.View, workspace.GradInput, workspace));
        Assert.Throws<ArgumentException>("gradOutput", () => network.Backward(input.View, workspace.Value(2), workspace));
        Assert.Throws<ArgumentException>(
            "Gradients", () => network.Backward(network.GetGradients(0)[0].SliceRows(0, 2), workspace.GradOutput, workspace));
        Assert.Throws<ArgumentException>(
            "Gradients", () => network.Backward(input.View, network.GetGradients(0)[0].SliceRows(0, 2), workspace));
        network.Backward(input.View, workspace.GradOutput, workspace);
    }

    [Fact]
    public void A_workspace_holds_what_backward_reads_and_no_more()
    {
        var network = new NeuralNetwork<float>(100, 16, [64, 32], new Sigmoid<float>());
        const int Batch = 16;
        const int Floats = 4 * Batch;
        Assert.Equal(Floats * (64 + 32), network.CreateInferenceWorkspace(Batch).Bytes);
        Assert.Equal(Floats * (64 + 32 + 16 + 64 + 32 + 16), network.CreateTrainingWorkspace(Batch).Bytes);
        Assert.Equal(Floats * (64 + 32 + 16 + 100 + 64 + 16), network.CreateTrainingWorkspace(Batch, inputGradient: true).Bytes);
    }

    [Fact]
    public void A_budget_of_no_thread_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new NeuralNetwork<T>(1, [new Sigmoid<T>()]).CreateInferenceWorkspace(1).Threads = 0);

    /// <summary>What a pass, or some training steps, leave behind.</summary>
    private sealed class Run
    {
        private readonly List<(string What, T[] Values)> results = [];

        internal static Run Of(int batch, int[] widths, string[] activations, bool apart, int threads, IOptimizer<T>? optimizer, bool inOne)
        {
            var network = new NeuralNetwork<T>(
                widths[0], Layers(widths, activations).Select(layer => apart ? new Apart<T>(layer) : layer), seed: 7);
            bool wantsGradInput = optimizer is null;
            Workspace<T> workspace = network.CreateTrainingWorkspace(batch + 1, wantsGradInput, seed: 3);
            workspace.Threads = threads;
            workspace.Poison(T.NaN);
            var input = new Matrix<T, Ordinary>(new(batch, widths[0]), 0, 1).Owned();
            var target = new Matrix<T, Ordinary>(new(batch, widths[^1]), 0, 2).Owned();
            var run = new Run();
            for (int step = 0; step < (optimizer is null ? 1 : 3); step++)
            {
                ReadOnlyTensorView<T> prediction = network.Forward(input.View, workspace);
                run.results.Add(("output", prediction.AsSpan().ToArray()));
                new MeanSquaredError<T>().ForwardBackward(prediction, target.View, workspace.GradOutput);
                if (optimizer is null)
                {
                    network.Backward(input.View, workspace.GradOutput, workspace);
                    run.results.Add(("gradients", network.Gradients.ToArray()));
                    run.results.Add(("input's gradient", workspace.GradInput.AsSpan().ToArray()));
                    network.Backward(input.View, workspace.GradOutput, workspace, accumulate: true);
                    run.results.Add(("accumulated gradients", network.Gradients.ToArray()));
                }
                else if (inOne)
                {
                    network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer);
                    run.results.Add(("parameters", network.Parameters.ToArray()));
                }
                else
                {
                    network.Backward(input.View, workspace.GradOutput, workspace);
                    optimizer.Step(network.Parameters, network.Gradients);
                    run.results.Add(("parameters", network.Parameters.ToArray()));
                }
            }

            Workspace<T> inference = network.CreateInferenceWorkspace(batch);
            inference.Threads = threads;
            inference.Poison(T.NaN);
            run.results.Add(("prediction", network.Predict(input.View, inference).AsSpan().ToArray()));
            return run;
        }

        internal void AssertSame(Run other, string how)
        {
            Assert.Equal(results.Count, other.results.Count);
            foreach (((string what, T[] values), (_, T[] others)) in results.Zip(other.results))
            {
                Assert.DoesNotContain(values, T.IsNaN);
                Bits.AssertSame<T>(values, others, $"{what}, {how}");
            }
        }

        private static IEnumerable<ILayer<T>> Layers(int[] widths, string[] activations)
        {
            for (int i = 1; i < widths.Length; i++)
            {
                yield return new FullyConnectedLayer<T>(widths[i], WeightInitialization.XavierNormal);
                ILayer<T>? next = activations[i - 1] switch
                {
                    "leaky_relu" => new LeakyReLU<T>(0.3),
                    "elu" => new ELU<T>(0.6),
                    "softplus" => new Softplus<T>(2.5),
                    "sigmoid" => new Sigmoid<T>(),
                    "tanh" => new Tanh<T>(),
                    "relu" => new ReLU<T>(),
                    "dropout" => new Dropout<T>(0.3),
                    "own" => new Apart<T>(new Sigmoid<T>()),
                    _ => null,
                };
                if (next is not null)
                {
                    yield return next;
                }
            }
        }
    }

    /// <summary>An optimizer of a user's, which knows nothing of joining.</summary>
    private sealed class SignDescent : IOptimizer<T>
    {
        public double LearningRate { get; set; } = 0.01;

        public void Step(Span<T> parameters, ReadOnlySpan<T> gradients)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] -= T.CreateTruncating(LearningRate * Math.Sign(double.CreateTruncating(gradients[i])));
            }
        }
    }
}

public sealed class FloatFusedPassTests : FusedPassTests<float>;

public sealed class DoubleFusedPassTests : FusedPassTests<double>;
