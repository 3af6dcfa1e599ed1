namespace VecNet;

/// <summary>A matrix that a layer declares in the workspace.</summary>
/// <param name="Columns">The width of the matrix.</param>
/// <param name="Extent">The unit for which it has a row.</param>
internal readonly record struct WorkspaceRequest(int Columns, Extent Extent);
