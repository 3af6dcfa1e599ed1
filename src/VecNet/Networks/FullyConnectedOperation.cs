using System.Numerics;

namespace VecNet;

/// <summary>A fully connected layer, and the activation that follows it if there is one: y = f(x·W + b).</summary>
/// <remarks>
/// The derivations are those of <see cref="FullyConnected"/> and of the activation. Fusion does the following: f is applied to each block
/// of the product while it is in level 1 of the cache, so that x·W + b is not stored; the gradient for the previous operation is multiplied
/// by the derivative of its activation in the same way; and where an optimizer step is part of the pass, each block of the gradient of W
/// updates W immediately. Every element is computed by the same operations in the same order as without fusion.
/// </remarks>
internal sealed partial class FullyConnectedOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowSet rows;
    private readonly Slot weights;
    private readonly Slot bias;
    private readonly BufferMatrix<T> weightMatrix;
    private readonly Activation<T>? activation;
    private readonly PlannedProduct<T> forward;
    private readonly PlannedProduct<T>? gradWeights;
    private readonly PlannedProduct<T>? gradInput;

    /// <summary>The gradient by the input of the activation, if there is one.</summary>
    private readonly WorkspaceMatrix gradBeforeActivation;

    /// <summary>The activation whose derivative the gradient of the input is multiplied by, and its outputs; or null.</summary>
    private readonly Activation<T>? inputActivation;
    private readonly BufferMatrix<T> inputMatrix;
    private readonly bool accumulatesGradInput;

    internal FullyConnectedOperation(Workspace<T> workspace, int index)
        : base(workspace, index)
    {
        NeuralNetwork<T> network = workspace.Network;
        int input = Fused.Node.Inputs[0];
        rows = network.Plan.Buffers[input].Rows;
        activation = Fused.Activation;
        weights = Fused.Node.Parameters[0];
        bias = Fused.Node.Parameters[1];
        weightMatrix = new(network.ParameterBuffer, weights.Offset, weights.Columns, weights.Columns);
        var biasMatrix = new BufferMatrix<T>(network.ParameterBuffer, bias.Offset, bias.Columns, bias.Columns);
        BufferMatrix<T>? x = input == 0 ? null : workspace.MatrixOf(Layout.Value(input));
        forward = PlannedProduct<T>.Forward(x, weightMatrix, biasMatrix, workspace.MatrixOf(Value), weights.Rows);
        if (!HasBackward)
        {
            return;
        }

        gradBeforeActivation = activation is null ? default : Layout.Gradient(Fused.Node.Output);
        BufferMatrix<T>? g = activation is not null ? workspace.MatrixOf(gradBeforeActivation)
            : IsGradientFromOutside ? null : workspace.MatrixOf(Gradient);
        gradWeights = PlannedProduct<T>.GradWeights(
            x, g, new(network.GradientBuffer, weights.Offset, weights.Columns, weights.Columns), weights.Rows);
        GradientWrite write = WriteOf(0);
        if (write == GradientWrite.None)
        {
            return;
        }

        inputActivation = Layout.Gradients!.ActivationAppliedByReader(input)?.Activation;
        inputMatrix = x ?? default;
        accumulatesGradInput = write == GradientWrite.Accumulate;
        gradInput = PlannedProduct<T>.GradInput(
            g, weightMatrix, workspace.MatrixOf(Layout.Gradient(Layout.Gradients.GradientOf(input))), weights.Rows);
    }

    /// <summary>
    /// Forward: 2 · batch · inputs · outputs operations; x, W, b and y once. Backward: as many operations for the weights' gradient and
    /// again for the input's if it is needed; x, y, the gradient of y, those of W and b, and for the input's gradient W and the gradient
    /// itself.
    /// </summary>
    internal override (long Flops, long Bytes) Cost(bool isBackward)
    {
        long batch = Workspace.RowsOf(rows);
        long flops = 2 * batch * weights.Rows * weights.Columns;
        long x = batch * weights.Rows, y = batch * weights.Columns, w = (long)weights.Rows * weights.Columns;
        long elements = x + w + bias.Length + y;
        if (isBackward)
        {
            elements += (activation is null ? 0 : y) + (gradInput is null ? 0 : w + x);
        }

        return (isBackward && gradInput is not null ? 2 * flops : flops, elements * ElementType.Size<T>());
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random)
    {
        if (activation is null)
        {
            forward.Run(input, default, Workspace.RowsOf(rows), Workspace.Threads, accumulate: false);
        }
        else
        {
            activation.RunForward(forward, input, Workspace.RowsOf(rows), Workspace.Threads);
        }
    }

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        int batch = Workspace.RowsOf(rows);
        int threads = Workspace.Threads;
        ReadOnlyTensorView<T> g = BeforeActivation(gradOutput);
        weights.Touched?.BeginDense();
        if (inputActivation is not null)
        {
            inputActivation.RunBackward(gradInput!, g, batch, threads, inputMatrix);
        }
        else
        {
            gradInput?.Run(g, default, batch, threads, accumulatesGradInput);
        }

        Span<T> gradBias = Workspace.Network.Gradients.Slice(bias.Offset, bias.Length);
        ColumnReductions.Sum(g, gradBias, accumulate);
        if (update is null)
        {
            gradWeights!.Run(input, g, batch, threads, accumulate);
            return;
        }

        update.Run(Workspace.Network.Parameters.Slice(bias.Offset, bias.Length), gradBias, bias.Offset);
        update.RunWith(gradWeights!, input, g, batch, threads, weightMatrix, weights.Offset);
    }

    /// <summary>The gradient by the input of the activation, or by the output if there is none.</summary>
    private ReadOnlyTensorView<T> BeforeActivation(in ReadOnlyTensorView<T> gradOutput)
    {
        ReadOnlyTensorView<T> g = GradientIn(gradOutput);
        if (activation is null || ReaderAppliesDerivative)
        {
            return g;
        }

        TensorView<T> before = Workspace.View(gradBeforeActivation);
        activation.RunBackward(Workspace.View(Value), g, before);
        return before;
    }
}
