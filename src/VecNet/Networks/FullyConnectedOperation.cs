using System.Numerics;

namespace VecNet;

/// <summary>A fully connected layer, with the activation behind it if there is one: y = f(x·W + b).</summary>
/// <remarks>
/// The derivations are those of <see cref="FullyConnected"/> and of the activation. What is joined: f is applied to each part of the product while
/// it lies in level 1 of the cache, so that x·W + b is never stored; the gradient that goes back to the operation before is multiplied by the derivative of
/// its activation in the same way; and where an optimiser's step is part of the pass, W is changed by each part of its gradient at once.
/// Every element takes the same operations in the same order as without joining.
/// </remarks>
internal sealed class FullyConnectedOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Workspace<T> workspace;
    private readonly int group;
    private readonly bool isLast;
    private readonly Slot weights;
    private readonly Slot bias;
    private readonly Place<T> weightPlace;
    private readonly Activation<T>? activation;
    private readonly Epilogue<T> epilogue;
    private readonly Activation<T>? activationBefore;
    private readonly PlannedProduct<T> forward;
    private readonly PlannedProduct<T>? gradWeights;
    private readonly PlannedProduct<T>? gradInput;

    internal FullyConnectedOperation(Workspace<T> workspace, int group)
    {
        NeuralNetwork<T> network = workspace.Network;
        this.workspace = workspace;
        this.group = group;
        isLast = group + 1 == network.Groups.Length;
        StepGroup<T> steps = network.Groups[group];
        Name = network.NameOf(group);
        activation = steps.Activation;
        epilogue = activation is null ? default : activation.Forward;
        weights = network.Steps[steps.First].Parameters[0];
        bias = network.Steps[steps.First].Parameters[1];
        weightPlace = new(network.ParameterBuffer, weights.Offset, weights.Columns);
        var biasPlace = new Place<T>(network.ParameterBuffer, bias.Offset, bias.Columns);
        Place<T>? x = group == 0 ? null : workspace.ValuePlace(group);
        forward = PlannedProduct<T>.Forward(x, weightPlace, biasPlace, workspace.ValuePlace(group + 1), weights.Rows);
        if (!workspace.IsTraining)
        {
            return;
        }

        // With an activation, the gradient of what goes into it has a place of the workspace's own; only else can it be the one from outside.
        Place<T>? g = !isLast ? workspace.GradientPlace(group + 1) : activation is null ? null : workspace.PlaceBeforeLastActivation;
        gradWeights = PlannedProduct<T>.GradWeights(x, g, new(network.GradientBuffer, weights.Offset, weights.Columns), weights.Rows);
        if (workspace.HasGradient(group))
        {
            gradInput = PlannedProduct<T>.GradInput(g, weightPlace, workspace.GradientPlace(group), weights.Rows);
            activationBefore = group == 0 ? null : network.Groups[group - 1].Activation;
        }
    }

    internal override string Name { get; }

    /// <summary>
    /// Forward: 2 · batch · inputs · outputs operations; x, W, b and y once. Backward: as many for the weights' gradient and again for the input's if it is
    /// wanted; x, y, the gradient of y, that of W and b, and for the input's W and the gradient itself.
    /// </summary>
    internal override (long Flops, long Bytes) Cost(int batch, bool isBackward)
    {
        long flops = 2L * batch * weights.Rows * weights.Columns;
        long x = (long)batch * weights.Rows, y = (long)batch * weights.Columns, w = (long)weights.Rows * weights.Columns;
        long elements = !isBackward ? x + w + bias.Length + y : x + y + w + bias.Length + (activation is null ? 0 : y) + (gradInput is null ? 0 : w + x);
        return (isBackward && gradInput is not null ? 2 * flops : flops, elements * ElementType.Size<T>());
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, int batch, int threads, SplitMix64? random) =>
        forward.Run(input, default, batch, threads, epilogue);

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, int batch, int threads, bool accumulate, ParameterUpdate<T>? update)
    {
        ReadOnlyTensorView<T> g = isLast ? gradOutput : workspace.Gradient(group + 1);
        if (activation is not null && (isLast || !DerivativeIsApplied))
        {
            TensorView<T> before = isLast ? workspace.GradientBeforeLastActivation : workspace.Gradient(group + 1);
            activation.RunBackward(workspace.Value(group + 1), g, before);
            g = before;
        }

        if (activationBefore is not null)
        {
            gradInput!.RunBack(g, batch, threads, activationBefore, workspace.ValuePlace(group));
        }
        else
        {
            gradInput?.Run(g, default, batch, threads, default);
        }

        Span<T> gradBias = workspace.Network.Gradients.Slice(bias.Offset, bias.Length);
        ColumnSums.Run(g, gradBias, accumulate);
        if (update is null)
        {
            gradWeights!.Run(input, g, batch, threads, default, accumulate);
            return;
        }

        update.Run(workspace.Network.Parameters.Slice(bias.Offset, bias.Length), gradBias, bias.Offset);
        update.RunWith(gradWeights!, input, g, batch, threads, weightPlace, weights.Offset);
    }

    /// <summary>Whether the operation behind has multiplied its gradient by the derivative of this one's activation.</summary>
    private bool DerivativeIsApplied => workspace.Network.IsFullyConnected(group + 1);
}
