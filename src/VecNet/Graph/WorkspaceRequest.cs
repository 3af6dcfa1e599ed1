namespace VecNet;

/// <summary>A matrix that a layer declares in the workspace.</summary>
internal readonly struct WorkspaceRequest(int columns, Extent extent)
{
    /// <summary>The width of the matrix.</summary>
    internal readonly int Columns = columns;

    /// <summary>The unit for which it has a row.</summary>
    internal readonly Extent Extent = extent;
}
