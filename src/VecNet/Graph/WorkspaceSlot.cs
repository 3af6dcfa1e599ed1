namespace VecNet;

/// <summary>
/// The position of a matrix that a layer has declared: in the memory of the workspace or, if it is per thread, in that of its threads.
/// </summary>
/// <param name="Offset">The offset of the first element; for a matrix per thread, the number of columns of those before it.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Extent">The unit for which the matrix has a row.</param>
internal readonly record struct WorkspaceSlot(int Offset, int Columns, Extent Extent);
