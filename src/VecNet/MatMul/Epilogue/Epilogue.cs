using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Work on each block of C after its last term has been added, while the block is in level 1 of the cache: an activation, sums of columns.
/// </summary>
/// <remarks>
/// The blocks cover C once each. Those of one column come from top to bottom where <see cref="InRowOrder"/> is set, for any number of
/// threads; blocks of different columns come in any order and from different threads. Only <see cref="Invoke"/> calls the function.
/// </remarks>
internal unsafe struct Epilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The function, or null if there is none; it receives <see cref="Context"/> and the block.</summary>
    internal delegate*<void*, in FinishedBlock<T>, void> Function;

    internal void* Context;

    /// <summary>Whether the rows of a column must come in order; such a product is not split by rows.</summary>
    internal bool InRowOrder;

    /// <summary>Whether nothing reads C afterwards: then C need not be written, and blocks may lie in other memory.</summary>
    internal bool DiscardsC;

    /// <summary>The epilogue that calls a function in safe code. The function's memory must not move while the epilogue is used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Epilogue<T> Calling<TFunction>(ref TFunction function, bool discardsC)
        where TFunction : struct, IEpilogueFunction<T> =>
        new() { Function = &Call<TFunction>, Context = Unsafe.AsPointer(ref function), DiscardsC = discardsC };

    /// <summary>
    /// Calls the function, if there is one, with the block of C that begins at (row, column) and is stored at <paramref name="c"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Invoke(T* c, nint rowStride, nint row, nint column, nint rows, nint columns)
    {
        if (Function != null)
        {
            Function(Context, new() { Pointer = c, RowStride = rowStride, Row = row, Column = column, Rows = rows, Columns = columns });
        }
    }

    private static void Call<TFunction>(void* context, in FinishedBlock<T> block)
        where TFunction : struct, IEpilogueFunction<T> => Unsafe.AsRef<TFunction>(context).Invoke(block);
}
