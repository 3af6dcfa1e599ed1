namespace VecNet;

/// <summary>What a <see cref="NetworkNode{T}"/> computes.</summary>
public enum NodeKind
{
    /// <summary>The passes of a layer, of one value.</summary>
    Layer,

    /// <summary>The sum of two values.</summary>
    Sum,

    /// <summary>Values side by side: the columns of the first, of the second and so on.</summary>
    Concatenation,
}
