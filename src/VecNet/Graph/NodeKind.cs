namespace VecNet;

/// <summary>The kind of a <see cref="NetworkNode{T}"/>.</summary>
public enum NodeKind
{
    /// <summary>A layer, which is applied to one value.</summary>
    Layer,

    /// <summary>The sum of two values.</summary>
    Sum,

    /// <summary>The concatenation of values by columns: those of the first, of the second and so on.</summary>
    Concatenation,
}
