namespace VecNet;

/// <summary>The position of a matrix of a network in a flat buffer.</summary>
/// <param name="Name">The name that its layer declared, such as <c>weight</c>.</param>
/// <param name="Offset">The offset of its first element, in elements.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns, which is also the row stride.</param>
public readonly record struct Slot(string Name, int Offset, int Rows, int Columns)
{
    /// <summary>The number of elements.</summary>
    public int Length => Rows * Columns;

    /// <summary>Whether the matrix is weights, inputs × outputs, which are outputs × inputs in PyTorch's files.</summary>
    internal bool IsTransposedInFiles { get; init; }

    /// <summary>The last dimension of a convolution's weights in PyTorch's files, by which the rows are divided; 0 for others.</summary>
    internal int Taps { get; init; }

    /// <summary>The rows that the gradient of a sparse parameter has; null for others.</summary>
    internal TouchedRows? Touched { get; init; }

    /// <summary>Whether the matrix is the table of an embedding, which a projection can share.</summary>
    internal bool IsVocabulary { get; init; }

    /// <summary>The path and the name of the matrix, at its layer, that this layer shares; null for a matrix of its own.</summary>
    internal string? SharedFrom { get; init; }

    /// <summary>Whether a single row is a matrix in PyTorch's files too, as an embedding's table is, and not a vector.</summary>
    internal bool IsMatrixInFiles { get; init; }
}
