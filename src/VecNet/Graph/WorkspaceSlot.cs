namespace VecNet;

/// <summary>
/// Where a matrix that a layer has asked for lies: in the memory of the workspace, or, if it is per thread, in that of its threads.
/// </summary>
/// <param name="Offset">The place of the first element; of a matrix per thread, the columns of those before it.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Extent">What the matrix has a row for.</param>
internal readonly record struct WorkspaceSlot(int Offset, int Columns, Extent Extent);
