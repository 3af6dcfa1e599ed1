using System.Numerics;

namespace VecNet;

/// <summary>The treatment of the gradient by one input of an operation in a backward pass.</summary>
internal enum GradientWrite
{
    /// <summary>
    /// The gradient is not written: it is not needed, or it is the gradient of the output, or columns of that, in the same memory.
    /// </summary>
    None,

    /// <summary>The gradient is overwritten: this operation is the first, in backward order, of the input's readers.</summary>
    Overwrite,

    /// <summary>The gradient is added to those of other readers of the input.</summary>
    Accumulate,
}

/// <summary>The gradients that a backward pass computes, the operation that writes each, and the sharing of memory between them.</summary>
/// <remarks>
/// A gradient always belongs to one buffer of the plan. The input of an activation that is fused with its layer has no value in memory, but
/// it has a gradient: it uses the memory of the gradient of the activation's output where that may be changed, and replaces the latter
/// where the output's only reader is a fully connected layer, which multiplies its product by the derivative.
/// </remarks>
internal sealed class GradientFlow<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkPlan<T> plan;
    private readonly bool[] wanted;
    private readonly GradientWrite[][] writes;
    private readonly (int Buffer, int Column)[] places;

    internal GradientFlow(NetworkPlan<T> plan, bool inputGradient)
    {
        this.plan = plan;
        wanted = WantedIn(plan, inputGradient);
        writes = [.. plan.Operations.Select(operation => new GradientWrite[operation.Node.Inputs.Count])];
        places = [.. plan.Buffers.Select((_, buffer) => plan.Columns[buffer])];
        bool[] written = new bool[plan.Buffers.Length];
        for (int i = plan.Operations.Length - 1; i >= 0; i--)
        {
            FusedOperation<T> operation = plan.Operations[i];
            for (int k = 0; k < operation.Node.Inputs.Count; k++)
            {
                int input = operation.Node.Inputs[k];
                if (wanted[input] && !plan.Columns.IsInPlace(input) && !IsShared(operation.Node, input))
                {
                    writes[i][k] = written[input] ? GradientWrite.Accumulate : GradientWrite.Overwrite;
                    written[input] = true;
                }
            }
        }

        Share();
    }

    /// <summary>Whether a gradient of the buffer is computed.</summary>
    internal bool IsWanted(int buffer) => wanted[buffer];

    /// <summary>Whether an operation has a backward pass.</summary>
    internal bool Runs(int operation) =>
        plan.Operations[operation].Node.Parameters.Length > 0 || plan.Operations[operation].Node.Inputs.Any(IsWanted);

    /// <summary>Gets the treatment of the gradient by one of an operation's inputs.</summary>
    internal GradientWrite WriteOf(int operation, int input) => writes[operation][input];

    /// <summary>
    /// Gets the buffer whose gradient has its own memory and contains that of the given buffer, and the first column there.
    /// </summary>
    internal (int Buffer, int Column) PlaceOf(int buffer) => places[buffer];

    /// <summary>Whether the gradient is, or is part of, the one that the caller passes, which must not be written.</summary>
    internal bool IsFromOutside(int buffer) => places[buffer].Buffer == plan.Output;

    /// <summary>
    /// The operation that applies a fused activation to the given buffer, if a reader of that multiplies the gradient by the
    /// activation's derivative; or null.
    /// </summary>
    internal FusedOperation<T>? ActivationAppliedByReader(int buffer) =>
        plan.Readers[buffer] is [{ Layer: FullyConnectedLayer<T> }] && plan.WriterOf(buffer) is { ActivationNode: not null } writer
            ? writer
            : null;

    /// <summary>
    /// Gets the buffer whose gradient the readers of the given buffer write: itself, or the input of its activation if a reader applies the
    /// derivative.
    /// </summary>
    internal int GradientOf(int buffer) => ActivationAppliedByReader(buffer)?.Node.Output ?? buffer;

    private static bool[] WantedIn(NetworkPlan<T> plan, bool inputGradient)
    {
        bool[] wanted = new bool[plan.Buffers.Length];
        wanted[0] = inputGradient;
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            wanted[node.Output] = node.Parameters.Length > 0 || node.Inputs.Any(input => wanted[input]);
        }

        // The loss writes it, whether or not anything is trained.
        wanted[plan.Output] = true;
        return wanted;
    }

    /// <summary>Whether a sum passes on its own gradient, to the last of its inputs that has no other reader.</summary>
    private bool IsShared(NetworkNode<T> node, int input) =>
        node.Kind == NodeKind.Sum
        && input == node.Inputs.LastOrDefault(other => other != 0 && plan.Readers[other].Length == 1, -1);

    /// <summary>Assigns the memory, from the output back, since the gradient of an input may be part of that of an output.</summary>
    private void Share()
    {
        for (int i = plan.Nodes.Length - 1; i >= 0; i--)
        {
            NetworkNode<T> node = plan.Nodes[i];
            foreach (int input in node.Inputs)
            {
                (int buffer, int column) = places[input];
                if (plan.Columns.IsInPlace(input))
                {
                    // These are the columns of a concatenation, whose gradient may be part of another.
                    (int whole, int first) = places[buffer];
                    places[input] = (whole, first + column);
                }
                else if (wanted[input] && IsShared(node, input))
                {
                    places[input] = places[node.Output];
                }
                else if (IsFusedActivation(node) && !IsFromOutside(node.Output) && ActivationAppliedByReader(node.Output) is null)
                {
                    places[input] = places[node.Output];
                }
            }
        }
    }

    /// <summary>Whether a node is applied to the product of a fully connected layer.</summary>
    private bool IsFusedActivation(NetworkNode<T> node) => plan.WriterOf(node.Output)?.ActivationNode == node;
}
