using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Chooses the width of the vectors: the one place that does.</summary>
/// <remarks>
/// The capabilities of the machine are constants to the compiler, so that the machine code has no branches for other widths.
/// Implementations of <see cref="IVectorRoutine{T}.Run{TVector}"/> are inlined and call a loop that is not: the routine then never exists
/// in memory.
/// </remarks>
internal static class VectorDispatch
{
    /// <summary>Runs the routine with the widest vectors that the machine has in hardware, or with scalars.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T, TRoutine>(ref TRoutine routine)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRoutine : struct, IVectorRoutine<T>, allows ref struct
    {
        if (Machine.Has512)
        {
            routine.Run<Wide512<T>>();
        }
        else if (Machine.HasVectors)
        {
            routine.Run<Portable<T>>();
        }
        else
        {
            routine.Run<Scalar<T>>();
        }
    }
}
