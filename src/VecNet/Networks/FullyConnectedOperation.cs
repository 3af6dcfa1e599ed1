using System.Numerics;

namespace VecNet;

/// <summary>A fully connected layer, and the activation that follows it if there is one: y = f(x·W + b).</summary>
/// <remarks>
/// The derivations are those of <see cref="FullyConnected"/> and of the activation. What is fused: f is applied to each part of the product while
/// it lies in level 1 of the cache, so that x·W + b is never stored; the gradient that goes back to the operation before is multiplied by the derivative of
/// its activation in the same way; and where an optimiser's step is part of the pass, W is changed by each part of its gradient at once.
/// Every element takes the same operations in the same order as without fusion.
/// </remarks>
internal sealed class FullyConnectedOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowKind rows;
    private readonly Slot weights;
    private readonly Slot bias;
    private readonly Place<T> weightPlace;
    private readonly Activation<T>? activation;
    private readonly Epilogue<T> epilogue;
    private readonly PlannedProduct<T> forward;
    private readonly PlannedProduct<T>? gradWeights;
    private readonly PlannedProduct<T>? gradInput;

    /// <summary>By what goes into the activation, if there is one that no reader has gone back through.</summary>
    private readonly WorkspaceMatrix gradBeforeActivation;

    /// <summary>The activation whose derivative the gradient of the input is multiplied by, and its outputs; or null.</summary>
    private readonly Activation<T>? inputActivation;
    private readonly Place<T> inputPlace;
    private readonly bool accumulatesGradInput;

    internal FullyConnectedOperation(Workspace<T> workspace, int index)
        : base(workspace, index)
    {
        NeuralNetwork<T> network = workspace.Network;
        int input = Fused.Node.Inputs[0];
        rows = network.Plan.Buffers[input].Rows;
        activation = Fused.Activation;
        epilogue = activation is null ? default : activation.Forward;
        weights = Fused.Node.Parameters[0];
        bias = Fused.Node.Parameters[1];
        weightPlace = new(network.ParameterBuffer, weights.Offset, weights.Columns, weights.Columns);
        var biasPlace = new Place<T>(network.ParameterBuffer, bias.Offset, bias.Columns, bias.Columns);
        Place<T>? x = input == 0 ? null : workspace.PlaceOf(Layout.Value(input));
        forward = PlannedProduct<T>.Forward(x, weightPlace, biasPlace, workspace.PlaceOf(Value), weights.Rows);
        if (!HasBackward)
        {
            return;
        }

        gradBeforeActivation = activation is null ? default : Layout.Gradient(Fused.Node.Output);
        Place<T>? g = activation is not null ? workspace.PlaceOf(gradBeforeActivation) : IsGradientFromOutside ? null : workspace.PlaceOf(Gradient);
        gradWeights = PlannedProduct<T>.GradWeights(x, g, new(network.GradientBuffer, weights.Offset, weights.Columns, weights.Columns), weights.Rows);
        GradientWrite write = WriteOf(0);
        if (write == GradientWrite.None)
        {
            return;
        }

        FusedOperation<T>? writer = Layout.Gradients!.ActivationAppliedByReader(input);
        inputActivation = writer?.Activation;
        inputPlace = x ?? default;
        accumulatesGradInput = write == GradientWrite.Accumulate;
        gradInput = PlannedProduct<T>.GradInput(g, weightPlace, workspace.PlaceOf(Layout.Gradient(writer?.Node.Output ?? input)), weights.Rows);
    }

    /// <summary>
    /// Forward: 2 · batch · inputs · outputs operations; x, W, b and y once. Backward: as many for the weights' gradient and again for the input's if it is
    /// wanted; x, y, the gradient of y, that of W and b, and for the input's W and the gradient itself.
    /// </summary>
    internal override (long Flops, long Bytes) Cost(bool isBackward)
    {
        long batch = Workspace.RowsOf(rows);
        long flops = 2 * batch * weights.Rows * weights.Columns;
        long x = batch * weights.Rows, y = batch * weights.Columns, w = (long)weights.Rows * weights.Columns;
        long elements = !isBackward ? x + w + bias.Length + y : x + y + w + bias.Length + (activation is null ? 0 : y) + (gradInput is null ? 0 : w + x);
        return (isBackward && gradInput is not null ? 2 * flops : flops, elements * ElementType.Size<T>());
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random) =>
        forward.Run(input, default, Workspace.RowsOf(rows), Workspace.Threads, epilogue);

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        int batch = Workspace.RowsOf(rows);
        int threads = Workspace.Threads;
        ReadOnlyTensorView<T> g = GradientIn(gradOutput);
        if (activation is not null && !ReaderAppliesDerivative)
        {
            TensorView<T> before = Workspace.View(gradBeforeActivation);
            activation.RunBackward(Workspace.View(Value), g, before);
            g = before;
        }

        if (inputActivation is not null)
        {
            gradInput!.RunBack(g, batch, threads, inputActivation, inputPlace);
        }
        else
        {
            gradInput?.Run(g, default, batch, threads, default, accumulatesGradInput);
        }

        Span<T> gradBias = Workspace.Network.Gradients.Slice(bias.Offset, bias.Length);
        ColumnReductions.Sum(g, gradBias, accumulate);
        if (update is null)
        {
            gradWeights!.Run(input, g, batch, threads, default, accumulate);
            return;
        }

        update.Run(Workspace.Network.Parameters.Slice(bias.Offset, bias.Length), gradBias, bias.Offset);
        update.RunWith(gradWeights!, input, g, batch, threads, weightPlace, weights.Offset);
    }
}
