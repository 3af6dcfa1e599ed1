using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Runs kernels that know their column: normalization, scale and shift.</summary>
/// <remarks>The destination may be x, y or coefficients (same elements, same order): each element is read before it is written.</remarks>
internal static unsafe class ColumnLoop
{
    /// <summary>
    /// z[i, j] = kernel(x[i, j], y[i, j]; coefficients[j]). The caller has checked shapes and sharing; y is empty where the kernel has
    /// none.
    /// </summary>
    internal static void Run<T, TKernel>(
        ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, in ColumnCoefficients<T> coefficients, TensorView<T> z, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        Debug.Assert(x.Columns == z.Columns && x.Rows == z.Rows, "Shapes are checked at the public surface.");
        Debug.Assert(coefficients.Coefficient0.Length == x.Columns, "Lengths are checked at the public surface.");
        fixed (T* px = x.Span, py = y.Span, pz = z.Span)
        fixed (T* c0 = coefficients.Coefficient0, c1 = coefficients.Coefficient1)
        fixed (T* c2 = coefficients.Coefficient2, c3 = coefficients.Coefficient3)
        {
            Routine<T, TKernel> routine = new()
            {
                At = new()
                {
                    X = px, XRow = x.RowStride, Y = py, YRow = y.RowStride, Z = pz, ZRow = z.RowStride, C0 = c0, C1 = c1, C2 = c2, C3 = c3,
                },
                Rows = x.Rows,
                Columns = x.Columns,
                Kernel = kernel,
            };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>
    /// Each row from column <paramref name="start"/> on, in whole vectors and, where there are such, a part of one; returns where they end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(Places<T> at, nint rows, nint start, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IColumnKernel<T>
    {
        nint rest = (columns - start) % TVector.Count;
        nint end = columns - rest;
        bool hasPart = TVector.HasMaskedAccess && rest > 0;
        TVector mask = hasPart ? TVector.FirstElements(rest) : default;
        T* x = at.X, y = at.Y, z = at.Z;
        for (; rows > 0; rows--, x += at.XRow, y += at.YRow, z += at.ZRow)
        {
            for (nint j = start; j < end; j += TVector.Count)
            {
                TVector.Store(
                    kernel.Invoke(
                        TVector.Load(x + j),
                        TKernel.HasSecond ? TVector.Load(y + j) : default,
                        TVector.Load(at.C0 + j),
                        TKernel.Coefficients > 1 ? TVector.Load(at.C1 + j) : default,
                        TKernel.Coefficients > 2 ? TVector.Load(at.C2 + j) : default,
                        TKernel.Coefficients > 3 ? TVector.Load(at.C3 + j) : default),
                    z + j);
            }

            if (hasPart)
            {
                TVector.StoreMasked(
                    kernel.Invoke(
                        TVector.LoadMasked(x + end, mask),
                        TKernel.HasSecond ? TVector.LoadMasked(y + end, mask) : default,
                        TVector.LoadMasked(at.C0 + end, mask),
                        TKernel.Coefficients > 1 ? TVector.LoadMasked(at.C1 + end, mask) : default,
                        TKernel.Coefficients > 2 ? TVector.LoadMasked(at.C2 + end, mask) : default,
                        TKernel.Coefficients > 3 ? TVector.LoadMasked(at.C3 + end, mask) : default),
                    z + end,
                    mask);
            }
        }

        return hasPart ? columns : end;
    }

    /// <summary>Where the operands lie.</summary>
    private struct Places<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRow;
        internal T* Y;
        internal nint YRow;
        internal T* Z;
        internal nint ZRow;
        internal T* C0;
        internal T* C1;
        internal T* C2;
        internal T* C3;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        internal Places<T> At;
        internal nint Rows;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint done = Loop<T, TVector, TKernel>(At, Rows, 0, Columns, Kernel);
            if (done < Columns)
            {
                Loop<T, Scalar<T>, TKernel>(At, Rows, done, Columns, Kernel);
            }
        }
    }
}
