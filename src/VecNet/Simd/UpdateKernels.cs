using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>
/// One step of an optimiser: a parameter and its states are changed by its gradient. Written once for every vector width.
/// </summary>
internal interface IUpdateKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many states each parameter has, from 0 to 3; those that it has not are neither read nor written.</summary>
    static abstract int States { get; }

    void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state0, ref TVector state1, ref TVector state2)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>Where an optimiser keeps its states: those of one kind in the order of the parameters, and one kind after the other.</summary>
/// <param name="first">The first state of the first parameter.</param>
/// <param name="distance">Elements from a parameter's state to its next.</param>
internal readonly unsafe struct OptimizerStates<T>(nint first, nint distance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The states of the parameters from <paramref name="parameter"/> on, where each kind has a row of the buffer, which must stay alive.
    /// </summary>
    internal static OptimizerStates<T> From(TensorBuffer<T> states, nint parameter) =>
        new((nint)(states.Pointer + parameter), states.Columns);

    /// <summary>The states of the parameters after the first <paramref name="parameters"/>.</summary>
    internal OptimizerStates<T> Skip(nint parameters) => new((nint)Of(0, parameters), distance);

    /// <summary>The state of kind <paramref name="kind"/> that belongs to parameter <paramref name="parameter"/>.</summary>
    internal T* Of(int kind, nint parameter) => (T*)first + (kind * distance) + parameter;
}

/// <summary>Runs an update over flat buffers in one pass.</summary>
internal static unsafe class UpdateKernels
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

    /// <summary>The same for matrices in memory that does not move: parameters and states have one row stride, gradients have another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T, TKernel>(in TensorView<T> parameters, in TensorView<T> gradients, OptimizerStates<T> states, in TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        var p = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(parameters.Span));
        var g = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(gradients.Span));
        Run(p, states, parameters.RowStride, g, gradients.RowStride, parameters.Rows, parameters.Columns, kernel);
    }

    /// <remarks>The method is not inlined: the kernel would be taken apart into its numbers and put together again for the loop.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run<T, TKernel>(
        T* parameters, OptimizerStates<T> states, nint stride, T* gradients, nint gradientStride, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        nint done = Machine.Has512
            ? Loop<T, Wide512<T>, TKernel>(parameters, states, stride, gradients, gradientStride, rows, 0, columns, kernel)
            : Machine.HasVectors
            ? Loop<T, Portable<T>, TKernel>(parameters, states, stride, gradients, gradientStride, rows, 0, columns, kernel)
            : 0;
        if (done < columns)
        {
            Loop<T, Scalar<T>, TKernel>(parameters, states, stride, gradients, gradientStride, rows, done, columns, kernel);
        }
    }

    /// <summary>The whole vectors of each row from column <paramref name="start"/> on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(
        T* parameters, OptimizerStates<T> states, nint stride, T* gradients, nint gradientStride,
        nint rows, nint start, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUpdateKernel<T>
    {
        nint end = columns - ((columns - start) % TVector.Count);
        T* s0 = states.Of(0, 0), s1 = states.Of(1, 0), s2 = states.Of(2, 0);
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
}
