using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// What a pass leaves behind that was refused, or that did not come to its end because a layer or an optimizer of the user's threw.
/// </summary>
public abstract class UnfinishedPassTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Some parameters are those of the next step by then: gradients at a mixture of both would be nobody's.</summary>
    [Fact]
    public void After_a_step_that_failed_on_its_way_no_backward_pass_can_follow()
    {
        foreach (IOptimizer<T> optimizer in (IOptimizer<T>[])[new Sgd<T>(0.1), new FailingHalfway()])
        {
            var layer = new FailingBackward(new Sigmoid<T>(), fails: optimizer is Sgd<T>);
            var network = new NeuralNetwork<T>(3, [new FullyConnectedLayer<T>(4), layer, new FullyConnectedLayer<T>(2)], seed: 1);
            Workspace<T> workspace = network.CreateTrainingWorkspace(2);
            TensorBuffer<T> input = new Matrix<T, Ordinary>(new(2, 3), 0, 1).Owned();
            network.Forward(input.View, workspace);
            workspace.GradOutput.Fill(T.One);
            T[] before = network.Parameters.ToArray();
            Assert.Throws<TimeoutException>(() => network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer));
            Assert.NotEqual(before, network.Parameters.ToArray());
            Assert.Throws<InvalidOperationException>(() => network.Backward(input.View, workspace.GradOutput, workspace));
            Assert.Throws<InvalidOperationException>(() => network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer));
            network.Forward(input.View, workspace);
        }
    }

    [Fact]
    public void After_a_forward_pass_that_failed_on_its_way_no_backward_pass_can_follow()
    {
        var layer = new FailingForward();
        var network = new NeuralNetwork<T>(3, [new FullyConnectedLayer<T>(4), layer], seed: 1);
        Workspace<T> workspace = network.CreateTrainingWorkspace(2);
        var input = new TensorBuffer<T>(2, 3);
        network.Forward(input.View, workspace);
        layer.Fails = true;
        Assert.Throws<TimeoutException>(() => network.Forward(input.View, workspace));
        Assert.Throws<InvalidOperationException>(() => network.Backward(input.View, workspace.GradOutput, workspace));
    }

    /// <summary>Its states would lie after their memory.</summary>
    [Fact]
    public void An_optimizer_of_another_number_of_parameters_is_refused_before_anything_changes()
    {
        foreach (IOptimizer<T> optimizer in (IOptimizer<T>[])[new Sgd<T>(0.1, momentum: 0.9), new Adam<T>()])
        {
            optimizer.Step(new T[5], new T[5]);
            var network = new NeuralNetwork<T>(3, [new FullyConnectedLayer<T>(4)], seed: 1);
            Workspace<T> workspace = network.CreateTrainingWorkspace(2);
            var input = new TensorBuffer<T>(2, 3);
            network.Forward(input.View, workspace);
            T[] before = network.Parameters.ToArray();
            Assert.Throws<ArgumentException>(() => network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer));
            Assert.Equal(before, network.Parameters.ToArray());
            Assert.Equal(1, optimizer.StepCount);
            network.BackwardAndStep(input.View, workspace.GradOutput, workspace, new Sgd<T>(0.1));
        }
    }

    /// <summary>Else the parts of a step would see what other parts of it have changed.</summary>
    [Fact]
    public void A_step_refuses_operands_among_the_parameters_that_it_changes()
    {
        foreach (IOptimizer<T> optimizer in (IOptimizer<T>[])[new Sgd<T>(0.1), new Descent()])
        {
            var network = new NeuralNetwork<T>(
                3, [new FullyConnectedLayer<T>(3), new Sigmoid<T>(), new FullyConnectedLayer<T>(3)], seed: 1);
            Workspace<T> workspace = network.CreateTrainingWorkspace(2);
            var apart = new TensorBuffer<T>(2, 3);
            T[] before = network.Parameters.ToArray();
            network.Forward(network.Weights[1].SliceRows(0, 2), workspace);
            ArgumentException error = Assert.Throws<ArgumentException>(
                "Parameters", () => network.BackwardAndStep(network.Weights[1].SliceRows(0, 2), apart.View, workspace, optimizer));
            Assert.StartsWith("Parameters shares elements with input", error.Message, StringComparison.Ordinal);
            error = Assert.Throws<ArgumentException>(
                "Parameters", () => network.BackwardAndStep(apart.View, network.Weights[0].SliceRows(0, 2), workspace, optimizer));
            Assert.StartsWith("Parameters shares elements with gradOutput", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, network.Parameters.ToArray());
            Assert.Equal(0, optimizer.StepCount);
        }
    }

    /// <summary>A layer whose backward pass does not come to its end.</summary>
    private sealed class FailingBackward(ILayer<T> layer, bool fails) : ILayer<T>
    {
        public string Name => layer.Name;

        public void Configure(LayerDeclaration declaration) => layer.Configure(declaration);

        public void Forward(in ForwardPass<T> pass) => layer.Forward(pass);

        public void Backward(in BackwardPass<T> pass)
        {
            layer.Backward(pass);
            if (fails)
            {
                throw new TimeoutException();
            }
        }
    }

    /// <summary>A layer whose forward pass does not come to its end when it is told so.</summary>
    private sealed class FailingForward : ILayer<T>
    {
        public bool Fails { get; set; }

        public string Name => "failing";

        public void Configure(LayerDeclaration declaration)
        {
        }

        public void Forward(in ForwardPass<T> pass)
        {
            if (Fails)
            {
                throw new TimeoutException();
            }
        }

        public void Backward(in BackwardPass<T> pass)
        {
        }
    }

    /// <summary>An optimizer of a user's whose step does not come to its end.</summary>
    private sealed class FailingHalfway : IOptimizer<T>
    {
        public double LearningRate { get; set; } = 0.01;

        public void Step(Span<T> parameters, ReadOnlySpan<T> gradients)
        {
            parameters[0] += T.One;
            throw new TimeoutException();
        }
    }

    /// <summary>An optimizer of a user's.</summary>
    private sealed class Descent : IOptimizer<T>
    {
        public double LearningRate { get; set; } = 0.01;

        public void Step(Span<T> parameters, ReadOnlySpan<T> gradients)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] -= T.CreateTruncating(LearningRate) * gradients[i];
            }
        }
    }
}

public sealed class FloatUnfinishedPassTests : UnfinishedPassTests<float>;

public sealed class DoubleUnfinishedPassTests : UnfinishedPassTests<double>;
