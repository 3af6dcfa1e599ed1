using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Runs binary kernels over spans, views and matrices of any row strides: whole vectors, then the remainder with the same code.
/// </summary>
/// <remarks>
/// The destination may be one of the sources (same elements, same order): each element is read before it is written. An element's result
/// does not depend on its position.
/// </remarks>
internal static unsafe class BinaryLoop
{
    /// <summary>z[i, j] = kernel(x[i, j], y[i, j]). The caller has checked shapes and overlap.</summary>
    internal static void Run<T, TKernel>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> z, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        ElementType.Check<T>();
        if (x.IsContiguous && y.IsContiguous && z.IsContiguous)
        {
            Run(x.Span, y.Span, z.Span, kernel);
        }
        else if (!x.IsEmpty)
        {
            fixed (T* px = x.Span, py = y.Span, pz = z.Span)
            {
                Run(px, x.RowStride, py, y.RowStride, pz, z.RowStride, x.Rows, x.Columns, kernel);
            }
        }
    }

    /// <summary>z[i] = kernel(x[i], y[i]). The caller has checked lengths and overlap.</summary>
    internal static void Run<T, TKernel>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        Debug.Assert(x.Length == y.Length && x.Length == z.Length, "Lengths are checked at the public surface.");
        fixed (T* px = x, py = y, pz = z)
        {
            RowRoutine<T, TKernel> routine;
            routine.X = px;
            routine.Y = py;
            routine.Z = pz;
            routine.Length = z.Length;
            routine.Kernel = kernel;
            VectorDispatch.Run<T, RowRoutine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>z(i, j) = kernel(x(i, j), y(i, j)) of matrices with the given row strides; z may be x or y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T, TKernel>(
        T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns, TKernel kernel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        Routine<T, TKernel> routine;
        routine.X = x;
        routine.XRow = xRow;
        routine.Y = y;
        routine.YRow = yRow;
        routine.Z = z;
        routine.ZRow = zRow;
        routine.Rows = rows;
        routine.Columns = columns;
        routine.Kernel = kernel;
        VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
    }

    private static void Loop<T, TVector, TKernel>(
        T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        if (columns % DoubledVector<TVector, T>.Count == 0)
        {
            Rows<T, DoubledVector<TVector, T>, TKernel>(x, xRow, y, yRow, z, zRow, rows, columns, kernel);
            return;
        }

        for (; rows > 0; rows--, x += xRow, y += yRow, z += zRow)
        {
            Row<T, TVector, TKernel>(x, y, z, columns, kernel);
        }
    }

    /// <summary>Rows of whole vectors in one call, as in <see cref="UnaryLoop"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows<T, TVector, TKernel>(
        T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        for (; rows > 0; rows--, x += xRow, y += yRow, z += zRow)
        {
            for (nint i = 0; i < columns; i += TVector.Count)
            {
                TVector.Store(kernel.Invoke(TVector.Load(x + i), TVector.Load(y + i)), z + i);
            }
        }
    }

    /// <summary>Doubled vectors, then the remainder in masked vectors, or in vectors and scalars where there are no masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T, TVector, TKernel>(T* x, T* y, T* z, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        nint done =
            length >= DoubledVector<TVector, T>.Count ? Whole<T, DoubledVector<TVector, T>, TKernel>(x, y, z, 0, length, kernel) : 0;
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
    private static nint Whole<T, TVector, TKernel>(T* x, T* y, T* z, nint start, nint length, TKernel kernel)
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
    private static void Parts<T, TVector, TKernel>(T* x, T* y, T* z, nint start, nint length, TKernel kernel)
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

    /// <summary>x + y.</summary>
    internal readonly struct Plus<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Add(x, y);
    }

    /// <summary>x − y.</summary>
    internal readonly struct Minus<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Subtract(x, y);
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        internal T* X;
        internal nint XRow;
        internal T* Y;
        internal nint YRow;
        internal T* Z;
        internal nint ZRow;
        internal nint Rows;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> =>
            Loop<T, TVector, TKernel>(X, XRow, Y, YRow, Z, ZRow, Rows, Columns, Kernel);
    }

    private struct RowRoutine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        internal T* X;
        internal T* Y;
        internal T* Z;
        internal nint Length;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Row<T, TVector, TKernel>(X, Y, Z, Length, Kernel);
    }
}
