using System.Numerics;

namespace VecNet;

/// <summary>What training adds to a network.</summary>
public static class NetworkTraining
{
    /// <summary>The backward pass and the optimiser's step in one: every parameter has the bits that <see cref="NeuralNetwork{T}.Backward"/> and then <see cref="IOptimizer{T}.Step"/> would give it.</summary>
    /// <remarks>
    /// Faster than the two, since each part of a gradient changes its parameters while it lies in the cache. What <see cref="NeuralNetwork{T}.Gradients"/> holds
    /// afterwards is not defined: to look at gradients, clip or accumulate them, take the two steps. Optimisers of your own take them here too.
    /// </remarks>
    /// <param name="network">Is trained in place.</param>
    /// <param name="input">The input of the latest forward pass, unchanged.</param>
    /// <param name="gradOutput">∂L/∂output; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass. Another backward pass must not follow: the parameters have changed.</param>
    /// <param name="optimizer">Changes the parameters.</param>
    /// <exception cref="ArgumentException">
    /// A shape or the workspace does not fit, an operand shares elements with the parameters or their gradients, or the optimiser is used to another number of
    /// parameters; no parameter has been changed.
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
        if (optimizer is IFusedOptimizer<T> fused)
        {
            network.BackwardAndUpdate(input, gradOutput, workspace, fused.BeginStep(network.Parameters.Length));
            return;
        }

        network.Backward(input, gradOutput, workspace);
        workspace.CanGoBack = false;
        optimizer.Step(network.Parameters, network.Gradients);
    }
}
