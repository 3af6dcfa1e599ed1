using System.Numerics;

namespace VecNet;

/// <summary>What is done to each part of C when its last term has been added, while it lies in level 1 of the cache: an activation, sums of columns.</summary>
/// <remarks>
/// The parts cover C once each. Those of one column come from top to bottom where <see cref="InOrder"/> is set, whatever the number of
/// threads; parts of different columns come in any order and from different threads.
/// </remarks>
internal unsafe struct Epilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The work, or null for none; it gets <see cref="Context"/> and the part.</summary>
    internal delegate*<void*, in FinishedPart<T>, void> Function;

    internal void* Context;

    /// <summary>Whether the rows of a column must come in order: such a product is not cut by rows.</summary>
    internal bool InOrder;

    /// <summary>Whether nobody reads C afterwards: then it need not be written, and parts may lie in other memory.</summary>
    internal bool IsAll;
}

/// <summary>A part of C that is finished.</summary>
internal unsafe struct FinishedPart<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Element (i, j) of the part lies at C[i · CRow + j].</summary>
    internal T* C;
    internal nint CRow;

    /// <summary>Where the part begins in the whole C.</summary>
    internal nint Row;
    internal nint Column;

    internal nint Rows;
    internal nint Columns;
}
