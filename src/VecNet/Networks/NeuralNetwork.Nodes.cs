using System.Numerics;

namespace VecNet;

/// <content>The parameters, gradients and state of single layers and nodes.</content>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The untrained state of one layer, such as running statistics, in the order in which it declared it.</summary>
    /// <param name="layer">The index of the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotViews<T> GetState(int layer) => new(state.Span, plan.GetState(Checked(layer)));

    /// <summary>The parameters of one node, in the order in which its layer declared them.</summary>
    /// <exception cref="ArgumentException">The node does not belong to this network.</exception>
    public SlotViews<T> GetParameters(NetworkNode<T> node) => new(parameters.Span, Checked(node).Parameters);

    /// <summary>∂L/∂parameters of one node after a backward pass, in the order in which its layer declared them.</summary>
    /// <exception cref="ArgumentException">The node does not belong to this network.</exception>
    public SlotViews<T> GetGradients(NetworkNode<T> node) => new(gradients.Span, Checked(node).Parameters);

    /// <summary>The untrained state of one node, in the order in which its layer declared it.</summary>
    /// <exception cref="ArgumentException">The node does not belong to this network.</exception>
    public SlotViews<T> GetState(NetworkNode<T> node) => new(state.Span, Checked(node).State);

    /// <summary>Sets all gradients to 0; sparse ones then have no row.</summary>
    internal void ClearGradients()
    {
        Gradients.Clear();
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            SparseGradients.Clear(Gradients, node.Parameters);
        }
    }

    private int Checked(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, plan.Layers.Length);
        return layer;
    }

    private NetworkNode<T> Checked(NetworkNode<T> node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Output <= plan.Nodes.Length && plan.Nodes[node.Output - 1] == node
            ? node
            : throw new ArgumentException($"The node '{node.Name}' does not belong to this network.", nameof(node));
    }
}
