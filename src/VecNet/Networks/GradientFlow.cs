using System.Numerics;

namespace VecNet;

/// <summary>What a backward pass does with the gradient by one input of an operation.</summary>
internal enum GradientWrite
{
    /// <summary>Nothing: nobody needs it, or it is the gradient of the output, or columns of that, in the same memory.</summary>
    None,

    /// <summary>It is written over what is there: this operation is the first, in backward order, of the input's readers.</summary>
    Overwrite,

    /// <summary>It is added to what other readers of the input have written.</summary>
    Accumulate,
}

/// <summary>Which gradients a backward pass computes, which operation writes each, and which of them lie in the same memory.</summary>
/// <remarks>
/// A gradient always belongs to one buffer of the plan. What goes into an activation that is fused with its layer has no value in
/// memory, but it has a gradient: in the memory of the gradient of the activation's output where that may be changed, and as the only
/// one of the two where the output's only reader is a fully connected layer, which multiplies its product by the derivative.
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

    /// <summary>Whether an operation has a backward pass at all.</summary>
    internal bool Runs(int operation) =>
        plan.Operations[operation].Node.Parameters.Length > 0 || plan.Operations[operation].Node.Inputs.Any(IsWanted);

    /// <summary>What an operation does with the gradient by one of its inputs.</summary>
    internal GradientWrite WriteOf(int operation, int input) => writes[operation][input];

    /// <summary>
    /// The buffer whose gradient lies in memory of its own in which that of the given one lies, and its first column there.
    /// </summary>
    internal (int Buffer, int Column) PlaceOf(int buffer) => places[buffer];

    /// <summary>Whether the gradient is, or lies in, the one that the caller hands to the pass: it may not be written.</summary>
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
    /// The buffer by which the readers of the given one write the gradient: itself, or what goes into its activation if a reader
    /// applies the derivative.
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

    /// <summary>Whether a sum hands its own gradient on: to the last of its inputs that it alone reads.</summary>
    private bool IsShared(NetworkNode<T> node, int input) =>
        node.Kind == NodeKind.Sum
        && input == node.Inputs.LastOrDefault(other => other != 0 && plan.Readers[other].Length == 1, -1);

    /// <summary>Decides the places: from the output back, since the gradient of an input may lie in that of an output.</summary>
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
                    // The columns of a concatenation, whose gradient may lie in another.
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
