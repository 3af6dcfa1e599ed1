using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <content>Updates of some rows of a matrix, such as those of a sparse gradient.</content>
/// <remarks>
/// Rows may be as narrow as two elements, and there may be thousands in a batch: one call for all of them takes a tenth of the time of a
/// call for each. Whole vectors of a row come first, and then the other elements, one by one.
/// </remarks>
internal static unsafe partial class UpdateLoop
{
    /// <summary>The number of rows between a prefetch and its use.</summary>
    private const int Distance = 8;

    /// <summary>Updates the given rows of a matrix without gaps. The caller has checked all of them.</summary>
    internal static void RunRows<T, TKernel>(
        Span<T> parameters, ReadOnlySpan<T> gradients, OptimizerStates<T> states, int columns, ReadOnlySpan<int> rows, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        fixed (T* p = parameters, g = gradients)
        fixed (int* r = rows)
        {
            RowsRoutine<T, TKernel> routine;
            routine.Parameters = p;
            routine.Gradients = g;
            routine.States = states;
            routine.Rows = r;
            routine.Count = rows.Length;
            routine.Columns = columns;
            routine.Kernel = kernel;
            VectorDispatch.Run<T, RowsRoutine<T, TKernel>>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RowsLoop<T, TVector, TKernel>(
        T* parameters, T* gradients, OptimizerStates<T> states, int* rows, nint count, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUpdateKernel<T>
    {
        for (nint row = 0; row < count; row++)
        {
            nint soon = rows[nint.Min(row + Distance, count - 1)] * columns;
            Machine.Prefetch((byte*)(parameters + soon));
            Machine.Prefetch((byte*)(gradients + soon));
            nint i = rows[row] * columns;
            nint end = i + columns;
            for (; i <= end - TVector.Count; i += TVector.Count)
            {
                Update<T, TVector, TKernel>(parameters, gradients, states, i, kernel);
            }

            for (; i < end; i++)
            {
                Update<T, Scalar<T>, TKernel>(parameters, gradients, states, i, kernel);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<T, TVector, TKernel>(T* parameters, T* gradients, OptimizerStates<T> states, nint i, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUpdateKernel<T>
    {
        TVector parameter = TVector.Load(parameters + i);
        TVector state0 = TKernel.States > 0 ? TVector.Load(states.Address(0, i)) : default;
        TVector state1 = TKernel.States > 1 ? TVector.Load(states.Address(1, i)) : default;
        TVector state2 = TKernel.States > 2 ? TVector.Load(states.Address(2, i)) : default;
        kernel.Invoke(ref parameter, TVector.Load(gradients + i), ref state0, ref state1, ref state2);
        TVector.Store(parameter, parameters + i);
        if (TKernel.States > 0) TVector.Store(state0, states.Address(0, i));
        if (TKernel.States > 1) TVector.Store(state1, states.Address(1, i));
        if (TKernel.States > 2) TVector.Store(state2, states.Address(2, i));
    }

    private struct RowsRoutine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        internal T* Parameters;
        internal T* Gradients;
        internal OptimizerStates<T> States;
        internal int* Rows;
        internal nint Count;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> =>
            RowsLoop<T, TVector, TKernel>(Parameters, Gradients, States, Rows, Count, Columns, Kernel);
    }
}
