namespace VecNet;

/// <summary>Where a matrix of a network lies in a flat buffer.</summary>
/// <param name="Name">As its layer declared it, e.g. <c>weight</c>.</param>
/// <param name="Offset">The place of its first element, in elements.</param>
/// <param name="Rows">Rows of the matrix.</param>
/// <param name="Columns">Columns of the matrix; the row stride is the same.</param>
public readonly record struct Slot(string Name, int Offset, int Rows, int Columns)
{
    /// <summary>The number of elements.</summary>
    public int Length => Rows * Columns;

    /// <summary>Whether this is a fully connected layer's weights, which are outputs × inputs in PyTorch's files.</summary>
    internal bool IsTransposedInFiles { get; init; }

    /// <summary>Of a sparse parameter: the rows that the gradient has; else null.</summary>
    internal TouchedRows? Touched { get; init; }

    /// <summary>Whether a single row is a matrix in PyTorch's files too, as an embedding's table is, and not a vector.</summary>
    internal bool IsMatrixInFiles { get; init; }
}
