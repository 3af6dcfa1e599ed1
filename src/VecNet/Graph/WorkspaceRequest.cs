namespace VecNet;

/// <summary>A matrix that a layer asks for in the workspace.</summary>
/// <param name="Columns">The width of the matrix.</param>
/// <param name="Extent">What it has a row for.</param>
internal readonly record struct WorkspaceRequest(int Columns, Extent Extent);
