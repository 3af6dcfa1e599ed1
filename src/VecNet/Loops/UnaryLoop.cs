using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Runs unary kernels over spans and matrices of any row strides. An element's result does not depend on its position.</summary>
internal static unsafe class UnaryLoop
{
    /// <summary>y[i, j] = kernel(x[i, j]); y may be x itself. The caller has checked shapes and overlap.</summary>
    internal static void Run<T, TKernel>(ReadOnlyTensorView<T> x, TensorView<T> y, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUnaryKernel<T>
    {
        if (x.IsContiguous && y.IsContiguous)
        {
            Run(x.Span, y.Span, kernel);
            return;
        }

        fixed (T* px = x.Span, py = y.Span)
        {
            Run(px, x.RowStride, py, y.RowStride, x.Rows, x.Columns, kernel);
        }
    }

    /// <summary>y[i] = kernel(x[i]); y may be x itself. The caller has checked lengths and overlap.</summary>
    internal static void Run<T, TKernel>(ReadOnlySpan<T> x, Span<T> y, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUnaryKernel<T>
    {
        Debug.Assert(x.Length == y.Length, "Lengths are checked at the public surface.");
        fixed (T* px = x, py = y)
        {
            RowRoutine<T, TKernel> routine;
            routine.X = px;
            routine.Y = py;
            routine.Length = x.Length;
            routine.Kernel = kernel;
            VectorDispatch.Run<T, RowRoutine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>y(i, j) = kernel(x(i, j)) of matrices with row strides in elements; y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T, TKernel>(T* x, nint xRow, T* y, nint yRow, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUnaryKernel<T>
    {
        Routine<T, TKernel> routine;
        routine.X = x;
        routine.XRow = xRow;
        routine.Y = y;
        routine.YRow = yRow;
        routine.Rows = rows;
        routine.Columns = columns;
        routine.Kernel = kernel;
        VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
    }

    private static void Loop<T, TVector, TKernel>(T* x, nint xRow, T* y, nint yRow, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T>
    {
        if (columns % DoubledVector<TVector, T>.Count == 0)
        {
            Rows<T, DoubledVector<TVector, T>, TKernel>(x, xRow, y, yRow, rows, columns, kernel);
            return;
        }

        for (; rows > 0; rows--, x += xRow, y += yRow)
        {
            Row<T, TVector, TKernel>(x, y, columns, kernel);
        }
    }

    /// <summary>Rows of whole vectors in one call: in a tile of a product, a call for each row would take as long as the work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows<T, TVector, TKernel>(T* x, nint xRow, T* y, nint yRow, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T>
    {
        for (; rows > 0; rows--, x += xRow, y += yRow)
        {
            for (nint i = 0; i < columns; i += TVector.Count)
            {
                TVector.Store(kernel.Invoke(TVector.Load(x + i)), y + i);
            }
        }
    }

    /// <summary>Doubled vectors, then the remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T, TVector, TKernel>(T* x, T* y, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T>
    {
        nint done = 0;
        if (length >= DoubledVector<TVector, T>.Count)
        {
            done = Whole<T, DoubledVector<TVector, T>, TKernel>(x, y, length, kernel);
        }

        if (done < length)
        {
            Rest<T, TVector, TKernel>(x + done, y + done, length - done, kernel);
        }
    }

    /// <summary>As many whole vectors as fit; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Whole<T, TVector, TKernel>(T* x, T* y, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T>
    {
        nint i = 0;
        for (; i <= length - TVector.Count; i += TVector.Count)
        {
            TVector.Store(kernel.Invoke(TVector.Load(x + i)), y + i);
        }

        return i;
    }

    /// <summary>Vectors, the last of them masked or filled up with zeros: every element goes through the same operations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static void Rest<T, TVector, TKernel>(T* x, T* y, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T>
    {
        T* whole = stackalloc T[TVector.HasMaskedAccess ? 1 : TVector.Count];
        for (nint i = 0; i < length; i += TVector.Count)
        {
            nint count = nint.Min(length - i, TVector.Count);
            if (TVector.HasMaskedAccess)
            {
                TVector mask = TVector.FirstElements(count);
                TVector.StoreMasked(kernel.Invoke(TVector.LoadMasked(x + i, mask)), y + i, mask);
            }
            else
            {
                TVector.Store(TVector.Broadcast(T.Zero), whole);
                new ReadOnlySpan<T>(x + i, (int)count).CopyTo(new Span<T>(whole, (int)count));
                TVector.Store(kernel.Invoke(TVector.Load(whole)), whole);
                new ReadOnlySpan<T>(whole, (int)count).CopyTo(new Span<T>(y + i, (int)count));
            }
        }
    }

    private struct RowRoutine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUnaryKernel<T>
    {
        internal T* X;
        internal T* Y;
        internal nint Length;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Row<T, TVector, TKernel>(X, Y, Length, Kernel);
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IUnaryKernel<T>
    {
        internal T* X;
        internal nint XRow;
        internal T* Y;
        internal nint YRow;
        internal nint Rows;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Loop<T, TVector, TKernel>(X, XRow, Y, YRow, Rows, Columns, Kernel);
    }
}
