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
            Run(px, 0, py, 0, pz, 0, 1, z.Length, kernel);
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

    /// <summary>
    /// Doubled vectors, then what remains of a row in masked vectors, or in vectors and scalars where there are no masks. Rows of which
    /// nothing remains, and those that are shorter than a doubled vector, are one call together, as in <see cref="UnaryLoop"/>.
    /// </summary>
    private static void Loop<T, TVector, TKernel>(
        T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        nint done = columns - (columns % DoubledVector<TVector, T>.Count);
        nint together = done == 0 || done == columns ? rows : 1;
        for (; rows > 0; rows -= together, x += together * xRow, y += together * yRow, z += together * zRow)
        {
            if (done > 0)
            {
                Whole<T, DoubledVector<TVector, T>, TKernel>(x, xRow, y, yRow, z, zRow, together, 0, done, kernel);
            }

            if (done == columns)
            {
                continue;
            }

            if (TVector.HasMaskedAccess)
            {
                Parts<T, TVector, TKernel>(x, xRow, y, yRow, z, zRow, together, done, columns, kernel);
            }
            else
            {
                nint vectors = columns - (columns % TVector.Count);
                Whole<T, TVector, TKernel>(x, xRow, y, yRow, z, zRow, together, done, vectors, kernel);
                Whole<T, Scalar<T>, TKernel>(x, xRow, y, yRow, z, zRow, together, vectors, columns, kernel);
            }
        }
    }

    /// <summary>The whole vectors of each row from <paramref name="start"/> to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Whole<T, TVector, TKernel>(
        T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint start, nint end, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        for (; rows > 0; rows--, x += xRow, y += yRow, z += zRow)
        {
            for (nint i = start; i < end; i += TVector.Count)
            {
                TVector.Store(kernel.Invoke(TVector.Load(x + i), TVector.Load(y + i)), z + i);
            }
        }
    }

    /// <summary>Vectors of which only the elements up to <paramref name="length"/> are read and written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Parts<T, TVector, TKernel>(
        T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint start, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        for (; rows > 0; rows--, x += xRow, y += yRow, z += zRow)
        {
            for (nint i = start; i < length; i += TVector.Count)
            {
                TVector mask = TVector.FirstElements(nint.Min(length - i, TVector.Count));
                TVector.StoreMasked(kernel.Invoke(TVector.LoadMasked(x + i, mask), TVector.LoadMasked(y + i, mask)), z + i, mask);
            }
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
}
