using System.Numerics;

namespace VecNet;

/// <summary>One node of a network's plan: a layer that computes, or a sum or concatenation of values.</summary>
/// <remarks>Composite layers are not among the nodes, since they have been expanded into their inner layers.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NetworkNode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal NetworkNode(NodeKind kind, ILayer<T>? layer, string path, int topLayer, int[] inputs, int output)
    {
        Kind = kind;
        Layer = layer;
        Path = path;
        TopLayer = topLayer;
        Inputs = inputs;
        Output = output;
        string name = layer?.Name ?? (kind == NodeKind.Sum ? "add" : "concatenate");
        Name = path.Length == 0 ? name : $"{path}.{name}";
    }

    /// <summary>The kind of the node.</summary>
    public NodeKind Kind { get; }

    /// <summary>The layer; null for a sum and a concatenation.</summary>
    public ILayer<T>? Layer { get; }

    /// <summary>
    /// The path of the node: the indices of the network's layer and of the inner layers, such as <c>3.0</c>. Names of tensors begin with
    /// it. A sum or concatenation has the path of the layer that created it.
    /// </summary>
    public string Path { get; }

    /// <summary>The path and the name of the layer, such as <c>3.0.relu</c>, or <c>3.add</c> and <c>3.concatenate</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The values that the node reads: 0 is the network's input, another number the <see cref="Output"/> of an earlier node.
    /// </summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>The value that the node writes; no other node writes it.</summary>
    public int Output { get; }

    /// <summary>The index of the network's layer to which the node belongs.</summary>
    internal readonly int TopLayer;

    /// <summary>Whether the passes of the layer need the offsets of sequences.</summary>
    internal bool ReadsSequences;

    /// <summary>The width of the state of a recurrent layer; 0 for others.</summary>
    internal int RecurrentWidth;

    /// <summary>The first column of that state among those of all layers.</summary>
    internal int RecurrentColumn;

    /// <summary>Whether a forward pass of the node can continue a sequence.</summary>
    internal bool ContinuesSequences = true;

    /// <summary>Whether the layer takes the network's input as integers.</summary>
    internal bool TakesIds;

    internal Slot[] Parameters = [];

    /// <summary>The parameters without those that the layer shares with an earlier one.</summary>
    internal IEnumerable<Slot> OwnParameters => Parameters.Where(slot => slot.SharedFrom is null);

    internal Slot[] State = [];

    internal IReadOnlyList<WorkspaceRequest> Saved = [];

    internal IReadOnlyList<WorkspaceRequest> Scratch = [];

    internal IReadOnlyList<WorkspaceRequest> Kept = [];
}
