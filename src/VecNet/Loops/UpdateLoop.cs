using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>Runs an update over flat buffers in one pass.</summary>
internal static unsafe partial class UpdateLoop
{
    /// <summary>
    /// Changes <paramref name="parameters"/>[i] and its states by <paramref name="gradients"/>[i]. The caller has checked lengths and
    /// sharing.
    /// </summary>
    internal static void Run<T, TKernel>(Span<T> parameters, ReadOnlySpan<T> gradients, OptimizerStates<T> states, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        Debug.Assert(parameters.Length == gradients.Length, "Lengths are checked at the public surface.");
        ElementType.Check<T>();
        fixed (T* p = parameters, g = gradients)
        {
            Run(p, states, 0, g, 0, 1, parameters.Length, kernel);
        }
    }

    /// <summary>
    /// The same for matrices in memory that does not move: parameters and states have one row stride, gradients have another.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T, TKernel>(
        in TensorView<T> parameters, in TensorView<T> gradients, OptimizerStates<T> states, in TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        var p = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(parameters.Span));
        var g = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(gradients.Span));
        Run(p, states, parameters.RowStride, g, gradients.RowStride, parameters.Rows, parameters.Columns, kernel);
    }

    /// <remarks>The method is not inlined: inlining would split the kernel into its fields and reassemble it for the loop.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run<T, TKernel>(
        T* parameters, OptimizerStates<T> states, nint stride, T* gradients, nint gradientStride, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        Routine<T, TKernel> routine;
        routine.Parameters = parameters;
        routine.States = states;
        routine.Stride = stride;
        routine.Gradients = gradients;
        routine.GradientStride = gradientStride;
        routine.Rows = rows;
        routine.Columns = columns;
        routine.Kernel = kernel;
        VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
    }

    /// <summary>The whole vectors of each row from column <paramref name="start"/> on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(
        T* parameters,
        OptimizerStates<T> states,
        nint stride,
        T* gradients,
        nint gradientStride,
        nint rows,
        nint start,
        nint columns,
        TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUpdateKernel<T>
    {
        nint end = columns - ((columns - start) % TVector.Count);
        T* s0 = states.Address(0, 0), s1 = states.Address(1, 0), s2 = states.Address(2, 0);
        for (; rows > 0; rows--, parameters += stride, gradients += gradientStride, s0 += stride, s1 += stride, s2 += stride)
        {
            for (nint i = start; i < end; i += TVector.Count)
            {
                TVector parameter = TVector.Load(parameters + i);
                TVector state0 = TKernel.States > 0 ? TVector.Load(s0 + i) : default;
                TVector state1 = TKernel.States > 1 ? TVector.Load(s1 + i) : default;
                TVector state2 = TKernel.States > 2 ? TVector.Load(s2 + i) : default;
                kernel.Invoke(ref parameter, TVector.Load(gradients + i), ref state0, ref state1, ref state2);
                TVector.Store(parameter, parameters + i);
                if (TKernel.States > 0) TVector.Store(state0, s0 + i);
                if (TKernel.States > 1) TVector.Store(state1, s1 + i);
                if (TKernel.States > 2) TVector.Store(state2, s2 + i);
            }
        }

        return end;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        internal T* Parameters;
        internal OptimizerStates<T> States;
        internal nint Stride;
        internal T* Gradients;
        internal nint GradientStride;
        internal nint Rows;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint done = Loop<T, TVector, TKernel>(Parameters, States, Stride, Gradients, GradientStride, Rows, 0, Columns, Kernel);
            if (done < Columns)
            {
                Loop<T, Scalar<T>, TKernel>(Parameters, States, Stride, Gradients, GradientStride, Rows, done, Columns, Kernel);
            }
        }
    }
}
