using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>One step of an optimiser: a parameter and its state are changed by its gradient. Written once for every vector width.</summary>
internal interface IUpdateKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there is a state for each parameter; if not, it is neither read nor written.</summary>
    static abstract bool HasState { get; }

    void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>Runs an update over flat buffers in one pass.</summary>
internal static unsafe class UpdateKernels
{
    /// <summary>(parameters[i], state[i]) = kernel(parameters[i], gradients[i], state[i]). The caller has checked lengths and sharing.</summary>
    internal static void Run<T, TKernel>(Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> state, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        Debug.Assert(
            parameters.Length == gradients.Length && state.Length == (TKernel.HasState ? parameters.Length : 0), "Lengths are checked at the public surface.");
        ElementType.Check<T>();
        fixed (T* p = parameters, g = gradients, s = state)
        {
            Run(p, s, 0, g, 0, 1, parameters.Length, kernel);
        }
    }

    /// <summary>The same for matrices where they lie: parameters and state have rows a stride apart, gradients another.</summary>
    internal static void Run<T, TKernel>(T* parameters, T* states, nint stride, T* gradients, nint gradientStride, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUpdateKernel<T>
    {
        nint done = Machine.Has512 ? Loop<T, Wide512<T>, TKernel>(parameters, states, stride, gradients, gradientStride, rows, 0, columns, kernel)
            : Machine.HasVectors ? Loop<T, Portable<T>, TKernel>(parameters, states, stride, gradients, gradientStride, rows, 0, columns, kernel)
            : 0;
        if (done < columns)
        {
            Loop<T, Scalar<T>, TKernel>(parameters, states, stride, gradients, gradientStride, rows, done, columns, kernel);
        }
    }

    /// <summary>The whole vectors of each row from column <paramref name="start"/> on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(
        T* parameters, T* states, nint stride, T* gradients, nint gradientStride, nint rows, nint start, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUpdateKernel<T>
    {
        nint end = columns - ((columns - start) % TVector.Count);
        for (; rows > 0; rows--, parameters += stride, states += stride, gradients += gradientStride)
        {
            for (nint i = start; i < end; i += TVector.Count)
            {
                TVector parameter = TVector.Load(parameters + i);
                TVector state = TKernel.HasState ? TVector.Load(states + i) : default;
                kernel.Invoke(ref parameter, TVector.Load(gradients + i), ref state);
                TVector.Store(parameter, parameters + i);
                if (TKernel.HasState)
                {
                    TVector.Store(state, states + i);
                }
            }
        }

        return end;
    }
}
