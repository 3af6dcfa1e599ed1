using System.Numerics;

namespace VecNet;

/// <summary>Extension methods that train a network.</summary>
public static class NetworkTraining
{
    /// <summary>
    /// Performs an optimizer step on all parameters by <see cref="NeuralNetwork{T}.Gradients"/>; of sparse parameters only the rows that
    /// backward passes have written are updated.
    /// </summary>
    /// <remarks>
    /// Without sparse parameters this is <see cref="IOptimizer{T}.Step"/> over the two flat buffers, also for custom optimizers. Where
    /// there are some (see <see cref="Embedding{T}"/>), rows that did not occur since the gradients were last overwritten are not updated,
    /// nor is the optimizer's state for them.
    /// </remarks>
    /// <param name="network">The network, which is trained in place.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer has a state of another network, or of another number of parameters; nothing has been changed.
    /// </exception>
    public static void Step<T>(this NeuralNetwork<T> network, IOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        var fused = optimizer as IFusedOptimizer<T>;
        if (!network.HasSparseGradients || fused is null)
        {
            fused?.Bind(network);
            optimizer.Step(network.Parameters, network.Gradients);
            return;
        }

        ParameterUpdate<T> update = fused.BeginStep(network);
        foreach (Slot slot in network.ParameterSlots)
        {
            SparseGradients.Update(update, network.Parameters, network.Gradients, slot);
        }
    }

    /// <summary>
    /// Combines the backward pass and the optimizer step: the parameters are bit-identical to those after
    /// <see cref="NeuralNetwork{T}.Backward(ReadOnlyTensorView{T}, ReadOnlyTensorView{T}, Workspace{T}, bool)"/> and then
    /// <see cref="Step"/>.
    /// </summary>
    /// <remarks>
    /// This is faster than the two calls, since each part of a gradient updates its parameters while it is in the cache. The content of
    /// <see cref="NeuralNetwork{T}.Gradients"/> is undefined afterwards: to inspect, clip or accumulate gradients, use the two calls.
    /// Custom optimizers run as two calls here too.
    /// </remarks>
    /// <param name="network">The network, which is trained in place.</param>
    /// <param name="input">The input of the latest forward pass, unchanged.</param>
    /// <param name="gradOutput">∂L/∂output; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass. Another backward pass must not follow: the parameters have
    /// changed.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="ArgumentException">
    /// A shape or the workspace does not fit, an operand shares elements with the parameters or their gradients, or the optimizer has a
    /// state of another network or of another number of parameters; no parameter has been changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">The workspace's latest pass was not a forward pass.</exception>
    public static void BackwardAndStep<T>(
        this NeuralNetwork<T> network,
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gradOutput,
        Workspace<T> workspace,
        IOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        network.CheckBackwardAndStep(input, gradOutput, workspace);
        RunBackwardAndStep(network, input, sparse: default, gradOutput, workspace, optimizer);
    }

    /// <summary>
    /// Combines the backward pass and the optimizer step for sparse rows: of the first layer's weights only the rows whose columns have
    /// elements in the batch are updated, and the optimizer's state for them.
    /// </summary>
    /// <remarks>
    /// For SGD without momentum and decay and for Adagrad without decay the result is bit-identical to the dense update, since a gradient
    /// of 0 changes nothing there. With momentum, averages or weight decay the update is lazy: a row that does not occur is not updated,
    /// and its averages do not decay, as in PyTorch's SparseAdam.
    /// </remarks>
    /// <param name="network">The network, which is trained in place.</param>
    /// <param name="input">The input of the latest forward pass, unchanged.</param>
    /// <param name="gradOutput">∂L/∂output; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass. Another backward pass must not follow: the parameters have
    /// changed.</param>
    /// <param name="optimizer">The optimizer; a custom one updates all rows.</param>
    /// <exception cref="ArgumentException">
    /// A shape or the workspace does not fit, an operand shares elements with the parameters or their gradients, or the optimizer has a
    /// state of another network or of another number of parameters; no parameter has been changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">The workspace's latest pass was not a forward pass.</exception>
    public static void BackwardAndStep<T>(
        this NeuralNetwork<T> network,
        SparseRowsView<T> input,
        ReadOnlyTensorView<T> gradOutput,
        Workspace<T> workspace,
        IOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        network.CheckBackward(input, gradOutput, workspace);
        RunBackwardAndStep(network, input: default, input, gradOutput, workspace, optimizer);
    }

    /// <summary>The same after a forward pass on integers.</summary>
    /// <param name="network">The network, which is trained in place.</param>
    /// <param name="gradOutput">∂L/∂output; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass, which has the integers. Another backward pass must not follow: the
    /// parameters have changed.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="ArgumentException">
    /// A shape or the workspace does not fit, an operand shares elements with the parameters or their gradients, or the optimizer has a
    /// state of another network or of another number of parameters; no parameter has been changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The workspace's latest pass was not a forward pass, or its input was not integers.
    /// </exception>
    public static void BackwardAndStep<T>(
        this NeuralNetwork<T> network, ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, IOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        network.CheckBackward(gradOutput, workspace);
        Overlap.CheckDisjoint(gradOutput, network.ParameterBuffer.View, nameof(gradOutput), nameof(network.Parameters));
        RunBackwardAndStep(network, NeuralNetwork<T>.IdInput(workspace.Batch), sparse: default, gradOutput, workspace, optimizer);
    }

    /// <summary>The two calls, or the fused one, after a check of their operands.</summary>
    internal static void RunBackwardAndStep<T>(
        NeuralNetwork<T> network,
        in ReadOnlyTensorView<T> input,
        in SparseRowsView<T> sparse,
        in ReadOnlyTensorView<T> gradOutput,
        Workspace<T> workspace,
        IOptimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterUpdate<T>? update = (optimizer as IFusedOptimizer<T>)?.BeginStep(network);
        NeuralNetwork<T>.RunBackward(input, sparse, gradOutput, workspace, accumulate: false, update);
        if (update is null)
        {
            workspace.CanGoBack = false;
            optimizer.Step(network.Parameters, network.Gradients);
        }
    }
}
