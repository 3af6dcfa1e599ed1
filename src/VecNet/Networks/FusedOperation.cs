using System.Numerics;

namespace VecNet;

/// <summary>
/// Nodes of a plan that are computed together: a single node, or a fully connected layer and the activation that is its only reader.
/// </summary>
internal sealed class FusedOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private FusedOperation(NetworkNode<T> node, NetworkNode<T>? activation)
    {
        Node = node;
        ActivationNode = activation;
        Name = activation is null ? node.Name : $"{node.Name} + {activation.Name}";
    }

    /// <summary>The first node, whose inputs the operation reads.</summary>
    internal readonly NetworkNode<T> Node;

    /// <summary>The activation that is applied to each block of a fully connected layer's product; or null.</summary>
    internal readonly NetworkNode<T>? ActivationNode;

    /// <inheritdoc cref="ActivationNode"/>
    internal Activation<T>? Activation => (ActivationNode?.Layer as ActivationLayer<T>)?.Fused;

    /// <summary>The names of the nodes, such as <c>0.fully_connected + 1.relu</c>.</summary>
    internal readonly string Name;

    /// <summary>The buffer that the operation writes.</summary>
    internal int Output => (ActivationNode ?? Node).Output;

    internal bool IsFullyConnected => Node.Layer is FullyConnectedLayer<T>;

    /// <summary>The operations of a plan, in the order of the forward pass.</summary>
    /// <remarks>
    /// A concatenation whose inputs are written directly into its output (see <see cref="ConcatenatedColumns{T}"/>) is not an operation.
    /// </remarks>
    internal static FusedOperation<T>[] FromPlan(NetworkPlan<T> plan)
    {
        List<FusedOperation<T>> operations = [];
        HashSet<NetworkNode<T>> done = [];
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            if (done.Contains(node) || (node.Kind == NodeKind.Concatenation && plan.Columns.AreInPlace(node)))
            {
                continue;
            }

            NetworkNode<T>? activation =
                node.Layer is FullyConnectedLayer<T>
                && plan.Readers[node.Output] is [{ Layer: ActivationLayer<T> { Fused: not null } } reader]
                    ? reader
                    : null;
            if (activation is not null)
            {
                done.Add(activation);
            }

            operations.Add(new(node, activation));
        }

        return [.. operations];
    }
}
