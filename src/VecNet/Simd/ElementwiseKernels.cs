using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>z = f(x, y), written once for every vector width.</summary>
internal interface IBinaryKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TVector Invoke<TVector>(TVector x, TVector y)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>Runs elementwise kernels over views: whole vectors, then what remains by the same text.</summary>
/// <remarks>The destination may be one of the sources (same elements, same order): each element is read before it is written.</remarks>
internal static class ElementwiseKernels
{
    /// <summary>destination[i, j] = kernel(x[i, j], y[i, j]). The caller has checked shapes and sharing.</summary>
    internal static void Run<T, TKernel>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> destination, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        ElementType.Check<T>();
        if (x.IsContiguous && y.IsContiguous && destination.IsContiguous)
        {
            Run(x.Span, y.Span, destination.Span, kernel);
            return;
        }

        for (int row = 0; row < x.Rows && !x.IsEmpty; row++)
        {
            Run(x.Row(row), y.Row(row), destination.Row(row), kernel);
        }
    }

    /// <summary>destination[i] = kernel(x[i], y[i]). The caller has checked lengths and sharing.</summary>
    internal static unsafe void Run<T, TKernel>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        Debug.Assert(x.Length == y.Length && x.Length == destination.Length, "Lengths are checked at the public surface.");
        fixed (T* px = x, py = y, pz = destination)
        {
            if (Machine.Has512)
            {
                Loop<T, Wide512<T>, TKernel>(px, py, pz, destination.Length, kernel);
            }
            else if (Machine.HasVectors)
            {
                Loop<T, Portable<T>, TKernel>(px, py, pz, destination.Length, kernel);
            }
            else
            {
                Loop<T, Scalar<T>, TKernel>(px, py, pz, destination.Length, kernel);
            }
        }
    }

    /// <summary>Pairs of vectors, then what remains in parts of vectors, or as scalars where there are no parts.</summary>
    private static unsafe void Loop<T, TVector, TKernel>(T* x, T* y, T* z, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        nint done = length >= DoubledVector<TVector, T>.Count ? Whole<T, DoubledVector<TVector, T>, TKernel>(x, y, z, 0, length, kernel) : 0;
        if (done == length)
        {
            return;
        }

        if (TVector.HasMaskedAccess)
        {
            Parts<T, TVector, TKernel>(x, y, z, done, length, kernel);
        }
        else
        {
            done = Whole<T, TVector, TKernel>(x, y, z, done, length, kernel);
            Whole<T, Scalar<T>, TKernel>(x, y, z, done, length, kernel);
        }
    }

    /// <summary>As many whole vectors as fit from <paramref name="start"/> on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe nint Whole<T, TVector, TKernel>(T* x, T* y, T* z, nint start, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        nint i = start;
        for (; i <= length - TVector.Count; i += TVector.Count)
        {
            TVector.Store(kernel.Invoke(TVector.Load(x + i), TVector.Load(y + i)), z + i);
        }

        return i;
    }

    /// <summary>Vectors of which only the elements up to <paramref name="length"/> are read and written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Parts<T, TVector, TKernel>(T* x, T* y, T* z, nint start, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        for (nint i = start; i < length; i += TVector.Count)
        {
            TVector mask = TVector.FirstElements(nint.Min(length - i, TVector.Count));
            TVector.StoreMasked(kernel.Invoke(TVector.LoadMasked(x + i, mask), TVector.LoadMasked(y + i, mask)), z + i, mask);
        }
    }
}
