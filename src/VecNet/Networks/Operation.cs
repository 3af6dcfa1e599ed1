using System.Numerics;

namespace VecNet;

/// <summary>An operation of a pass, bound to the memory of one network and one workspace.</summary>
internal abstract class Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int gradientColumn;

    private protected Operation(Workspace<T> workspace, int index)
    {
        Workspace = workspace;
        Layout = workspace.Layout;
        Index = index;
        Fused = workspace.Network.Plan.Operations[index];
        ReadsInput = Fused.Node.Inputs.Contains(0);
        Value = Layout.Value(Fused.Output);
        HasBackward = Layout.Gradients is { } gradients && gradients.Runs(index);
        if (!HasBackward)
        {
            return;
        }

        int buffer = Layout.Gradients!.GradientOf(Fused.Output);
        ReaderAppliesDerivative = buffer != Fused.Output;
        IsGradientFromOutside = Layout.Gradients.IsFromOutside(buffer);
        gradientColumn = Layout.Gradients.PlaceOf(buffer).Column;
        Gradient = IsGradientFromOutside ? default : Layout.Gradient(buffer);
    }

    /// <summary>The names of the operation's nodes.</summary>
    internal string Name => Fused.Name;

    /// <summary>Whether there is a backward pass: there are parameters, or an earlier operation needs a gradient.</summary>
    internal readonly bool HasBackward;

    /// <summary>Whether the operation reads the network's input.</summary>
    internal readonly bool ReadsInput;

    private protected readonly Workspace<T> Workspace;

    private protected readonly WorkspaceLayout<T> Layout;

    /// <summary>The index of the operation in the plan.</summary>
    private protected readonly int Index;

    private protected readonly FusedOperation<T> Fused;

    /// <summary>The output.</summary>
    private protected readonly WorkspaceMatrix Value;

    /// <summary>The gradient that the operation reads, if it is in the workspace.</summary>
    private protected readonly WorkspaceMatrix Gradient;

    /// <summary>
    /// Whether a reader of the output has multiplied the gradient by the derivative of the operation's activation: it is then the gradient
    /// by the input of the activation.
    /// </summary>
    private protected readonly bool ReaderAppliesDerivative;

    /// <summary>Whether the gradient that the operation reads is the caller's, or part of it.</summary>
    private protected readonly bool IsGradientFromOutside;

    /// <summary>
    /// Gets the arithmetic of its matrix products, and the minimum of bytes that it reads and writes, for the workspace's batch.
    /// </summary>
    internal abstract (long Flops, long Bytes) Cost(bool isBackward);

    /// <summary>Computes the output from the values that the operation reads.</summary>
    /// <param name="input">The input of the network.</param>
    /// <param name="random">The source of randomness; null for inference.</param>
    internal abstract void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random);

    /// <summary>Computes the gradients of the parameters and, where they are needed, of the values that the operation reads.</summary>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="gradOutput">∂L/∂output of the network.</param>
    /// <param name="accumulate">Whether gradients of parameters are accumulated.</param>
    /// <param name="update">The update that changes the parameters immediately instead of writing their gradients; or null.</param>
    internal abstract void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update);

    /// <summary>The value of a buffer that the operation reads.</summary>
    private protected ReadOnlyTensorView<T> ValueOf(int buffer, in ReadOnlyTensorView<T> input) =>
        buffer == 0 ? input : Workspace.Value(buffer);

    /// <summary>The gradient that the operation reads.</summary>
    private protected ReadOnlyTensorView<T> GradientIn(in ReadOnlyTensorView<T> gradOutput)
    {
        if (!IsGradientFromOutside)
        {
            return Workspace.View(Gradient);
        }

        return Value.Columns == gradOutput.Columns ? gradOutput : gradOutput.SliceColumns(gradientColumn, Value.Columns);
    }

    /// <summary>Gets the treatment of the gradient by one of the operation's inputs.</summary>
    private protected GradientWrite WriteOf(int input) => HasBackward ? Layout.Gradients!.WriteOf(Index, input) : GradientWrite.None;
}
