using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Plans of any shape: gradients, and memory that is shared by what is never needed at the same time.</summary>
[GradientProperties]
public sealed class PlanGradientTests
{
    /// <summary>
    /// A random plan may have a fifth derivative of 3·10⁹ (seed 73926647): at the ordinary step the check's error of truncation, which
    /// falls as h⁴, is above its tolerance then.
    /// </summary>
    private static readonly GradientCheckOptions SmallSteps = new() { Step = 1e-4 };

    /// <summary>The number of sequences of a batch.</summary>
    private static readonly int Sequences = SampleSequences.Offsets(1).Length - 1;

    /// <summary>
    /// The check fills the workspace with NaN before the first pass: what is read before it is
    /// written, or has been overwritten by another, shows.
    /// </summary>
    [Property]
    public void A_random_plan_has_the_gradient_of_its_loss(GradientCase c) =>
        GradientCheck.Layer(
            new RandomComposite(c.Seed, 2 + (c.Outputs % 9)), c.Input().View, SmallSteps, c.Seed, new(SampleSequences.Offsets(c.Rows)))
            .ThrowIfFailed();

    /// <summary>Inference and training share memory differently, and yet compute the same.</summary>
    [Property]
    public void A_random_plan_predicts_the_bits_of_its_forward_pass(GradientCase c)
    {
        var network = new NeuralNetwork<double>(c.Columns, [new RandomComposite(c.Seed, 2 + (c.Outputs % 9), withDropout: false)], c.Seed);
        TensorBuffer<double> input = c.Input();
        Workspace<double> training = network.CreateTrainingWorkspace(c.Rows, sequences: Sequences);
        Workspace<double> inference = network.CreateInferenceWorkspace(c.Rows + 1, Sequences);
        training.Poison(double.NaN);
        inference.Poison(double.NaN);
        ReadOnlyTensorView<double> forward = network.Forward(input.View, new(SampleSequences.Offsets(c.Rows)), training);
        ReadOnlyTensorView<double> predicted = network.Predict(input.View, new(SampleSequences.Offsets(c.Rows)), inference);
        Assert.Equal(ToArray(forward), ToArray(predicted));
        Assert.True(
            inference.Bytes <= training.Bytes + (8 * (network.Nodes.Count + 2) * (64 + (sizeof(double) * 64))),
            "Inference takes no more than training, but for the one row more.");
    }

    /// <summary>
    /// An activation in disguise is not fused, and one after another the layers' own passes run: the same bits, forward and backward.
    /// </summary>
    [Property]
    public void Nested_layers_have_the_bits_of_flat_ones(GradientCase c)
    {
        ILayer<double>[] layers =
        [
            new FullyConnectedLayer<double>(c.Outputs, WeightInitialization.XavierNormal), new Tanh<double>(), new Dropout<double>(0.2),
            new FullyConnectedLayer<double>(5, WeightInitialization.XavierNormal),
            new LayerNorm<double>(), new FullyConnectedLayer<double>(4), new Sigmoid<double>(),
        ];
        var flat = new NeuralNetwork<double>(c.Columns, layers, c.Seed);
        var nested = new NeuralNetwork<double>(
            c.Columns,
            [layers[0], new Sequential<double>(layers[1], new Sequential<double>(layers[2..5]), layers[5]), new Parallel<double>(
                new Sequential<double>(layers[6]))],
            c.Seed);
        flat.Parameters.CopyTo(nested.Parameters);
        Assert.Equal(Run(flat, c), Run(nested, c));
    }

    /// <summary>
    /// A larger workspace in which another batch has been, a second thread, a second
    /// backward pass, a step inside it, gradients that are added: the same bits.
    /// </summary>
    [Property]
    public void A_random_plan_has_the_same_bits_in_any_workspace(GradientCase c)
    {
        var network = new NeuralNetwork<double>(
            c.Columns, [new RandomComposite(c.Seed, 2 + (c.Outputs % 9)), new RandomComposite(c.Seed + 1, 4)], c.Seed);
        TensorBuffer<double> input = c.Input();
        TensorBuffer<double> gradOutput = c.Values(c.Rows, network.OutputSize, 3);
        double[] parameters = network.Parameters.ToArray();
        double[] expected = Pass(network.CreateTrainingWorkspace(c.Rows, inputGradient: true, 5, Sequences), stepInside: false);
        Workspace<double> larger = network.CreateTrainingWorkspace(c.Rows + 7, inputGradient: true, 5, Sequences + 1);
        larger.Poison(double.NaN);
        larger.Threads = 2;
        network.Forward(new TensorBuffer<double>(c.Rows + 7, c.Columns).View, new([0, c.Rows + 7]), larger);
        network.Backward(new TensorBuffer<double>(c.Rows + 7, c.Columns).View, larger.GradOutput, larger);
        larger.Random!.State = 5;
        Assert.Equal(expected, Pass(larger, stepInside: false));
        larger.Random!.State = 5;
        Assert.Equal(expected, Pass(larger, stepInside: true));

        double[] Pass(Workspace<double> workspace, bool stepInside)
        {
            parameters.CopyTo(network.Parameters);
            double[] output = ToArray(network.Forward(input.View, new(SampleSequences.Offsets(c.Rows)), workspace));
            network.Backward(input.View, gradOutput.View, workspace);
            if (stepInside)
            {
                gradOutput.View.CopyTo(workspace.GradOutput);
                network.Backward(input.View, workspace.GradOutput, workspace);
                network.BackwardAndStep(input.View, workspace.GradOutput, workspace, new Sgd<double>(0.1));
            }
            else
            {
                network.Backward(input.View, gradOutput.View, workspace);
                new Sgd<double>(0.1).Step(network.Parameters, network.Gradients);
            }

            return [.. output, .. ToArray(workspace.GradInput), .. network.Parameters];
        }
    }

    [Property]
    public void A_random_plan_of_no_row_computes_nothing(GradientCase c, bool hasRoom)
    {
        var network = new NeuralNetwork<double>(c.Columns, [new RandomComposite(c.Seed, 2 + (c.Outputs % 9))], c.Seed);
        TensorView<double> input = new TensorBuffer<double>(0, c.Columns).View;
        Workspace<double> workspace = network.CreateTrainingWorkspace(hasRoom ? 3 : 0, inputGradient: true);
        workspace.Poison(double.NaN);
        network.Gradients.Fill(double.NaN);
        Assert.Equal(
            (0, network.OutputSize),
            (
                network.Forward(input, new([0]), workspace).Rows,
                network.Predict(input, new([0]), network.CreateInferenceWorkspace(0)).Columns));
        network.Backward(input, workspace.GradOutput, workspace);
        Assert.All(network.Nodes, node =>
        {
            for (int i = 0; i < network.GetGradients(node).Count; i++)
            {
                Assert.All(network.GetGradients(node)[i].AsSpan().ToArray(), gradient => Assert.Equal(0, gradient));
            }
        });
        double[] parameters = network.Parameters.ToArray();
        network.BackwardAndStep(input, workspace.GradOutput, workspace, new Sgd<double>(0.1));
        Assert.Equal(parameters, network.Parameters.ToArray());
        Assert.Equal(0, workspace.GradInput.Rows);
    }

    /// <summary>
    /// Output, gradient of the input, gradients of the parameters, and the parameters after a step inside the backward pass.
    /// </summary>
    private static double[] Run(NeuralNetwork<double> network, GradientCase c)
    {
        TensorBuffer<double> input = c.Input();
        Workspace<double> workspace = network.CreateTrainingWorkspace(c.Rows, inputGradient: true, seed: 5);
        workspace.Poison(double.NaN);
        double[] output = ToArray(network.Forward(input.View, workspace));
        c.Values(c.Rows, network.OutputSize, 3).View.CopyTo(workspace.GradOutput);
        network.Backward(input.View, workspace.GradOutput, workspace);
        double[] gradients = [.. network.Gradients, .. ToArray(workspace.GradInput)];
        network.BackwardAndStep(input.View, workspace.GradOutput, workspace, new Sgd<double>(0.1));
        return [.. output, .. gradients, .. network.Parameters];
    }

    private static double[] ToArray(ReadOnlyTensorView<double> view)
    {
        var copy = new TensorBuffer<double>(view.Rows, view.Columns);
        view.CopyTo(copy.View);
        return copy.Span.ToArray();
    }
}
