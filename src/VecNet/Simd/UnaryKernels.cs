using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>y = f(x), written once for every vector width.</summary>
internal interface IUnaryKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>Runs unary kernels over spans. An element's result does not depend on where it stands.</summary>
internal static unsafe class UnaryKernels
{
    /// <summary>y[i] = kernel(x[i]); y may be x itself. The caller has checked lengths and sharing.</summary>
    internal static void Run<T, TKernel>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUnaryKernel<T>
    {
        Debug.Assert(x.Length == y.Length, "Lengths are checked at the public surface.");
        fixed (T* px = x, py = y)
        {
            if (Machine.Has512)
            {
                Loop<T, Wide512<T>, TKernel>(px, py, x.Length);
            }
            else if (Machine.HasVectors)
            {
                Loop<T, Portable<T>, TKernel>(px, py, x.Length);
            }
            else
            {
                Loop<T, Scalar<T>, TKernel>(px, py, x.Length);
            }
        }
    }

    /// <summary>Whole vectors, then what remains as a vector filled up with zeros: the same operations for every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Loop<T, TVector, TKernel>(T* x, T* y, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T>
    {
        nint i = 0;
        for (; i <= length - TVector.Count; i += TVector.Count)
        {
            TVector.Store(TKernel.Invoke(TVector.Load(x + i)), y + i);
        }

        int rest = (int)(length - i);
        if (rest > 0)
        {
            T* last = stackalloc T[TVector.Count];
            TVector.Store(TVector.Broadcast(T.Zero), last);
            new ReadOnlySpan<T>(x + i, rest).CopyTo(new Span<T>(last, rest));
            TVector.Store(TKernel.Invoke(TVector.Load(last)), last);
            new ReadOnlySpan<T>(last, rest).CopyTo(new Span<T>(y + i, rest));
        }
    }
}
