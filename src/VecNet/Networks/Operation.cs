using System.Numerics;

namespace VecNet;

/// <summary>A part of a pass, tied to the memory of one network and one workspace, whose latest batch it is computed for.</summary>
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

    /// <summary>The names of its nodes.</summary>
    internal string Name => Fused.Name;

    /// <summary>Whether there is a backward pass: something to train, or a gradient that an earlier operation needs.</summary>
    internal bool HasBackward { get; }

    private protected Workspace<T> Workspace { get; }

    private protected WorkspaceLayout<T> Layout { get; }

    /// <summary>The number of the operation in the plan.</summary>
    private protected int Index { get; }

    private protected FusedOperation<T> Fused { get; }

    /// <summary>The output.</summary>
    private protected WorkspaceMatrix Value { get; }

    /// <summary>The gradient that the operation reads, if it lies in the workspace.</summary>
    private protected WorkspaceMatrix Gradient { get; }

    /// <summary>
    /// Whether a reader of the output has multiplied the gradient by the derivative of the operation's activation: it then is the
    /// gradient by what goes into that.
    /// </summary>
    private protected bool ReaderAppliesDerivative { get; }

    /// <summary>Whether the gradient that the operation reads is the caller's, or lies in it.</summary>
    private protected bool IsGradientFromOutside { get; }

    /// <summary>The arithmetic of its matrix products, and what it reads and writes at least, for the workspace's batch.</summary>
    internal abstract (long Flops, long Bytes) Cost(bool isBackward);

    /// <summary>Computes the output from the values that the operation reads.</summary>
    /// <param name="input">The input of the network.</param>
    /// <param name="random">The source of randomness; null for inference.</param>
    internal abstract void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random);

    /// <summary>Computes the gradients of the parameters and, where they are wanted, of what the operation reads.</summary>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="gradOutput">∂L/∂output of the network.</param>
    /// <param name="accumulate">Whether gradients of parameters are added to what is there.</param>
    /// <param name="update">What changes the parameters at once, in place of writing their gradients; or null.</param>
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

    /// <summary>What the operation does with the gradient by one of its inputs.</summary>
    private protected GradientWrite WriteOf(int input) => HasBackward ? Layout.Gradients!.WriteOf(Index, input) : GradientWrite.None;
}
