using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Runs kernels with coefficients for each column: normalization, scale and shift.</summary>
/// <remarks>The destination may be x, y or coefficients (same elements, same order): each element is read before it is written.</remarks>
internal static unsafe class ColumnLoop
{
    /// <summary>
    /// z[i, j] = kernel(x[i, j], y[i, j]; coefficients[j]). The caller has checked shapes and overlap; y is empty where the kernel does not
    /// read it.
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
                Operands = new()
                {
                    X = px, XRowStride = x.RowStride, Y = py, YRowStride = y.RowStride, Z = pz, ZRowStride = z.RowStride,
                    C0 = c0, C1 = c1, C2 = c2, C3 = c3,
                },
                Rows = x.Rows,
                Columns = x.Columns,
                Kernel = kernel,
            };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
        }
    }

    /// <summary>
    /// Each row from column <paramref name="start"/> on, in whole vectors and, where the machine has masks, a masked one; returns the
    /// column after the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Loop<T, TVector, TKernel>(Operands<T> operands, nint rows, nint start, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IColumnKernel<T>
    {
        nint rest = (columns - start) % TVector.Count;
        nint end = columns - rest;
        bool hasMask = TVector.HasMaskedAccess && rest > 0;
        TVector mask = hasMask ? TVector.FirstElements(rest) : default;
        T* x = operands.X, y = operands.Y, z = operands.Z;
        for (; rows > 0; rows--, x += operands.XRowStride, y += operands.YRowStride, z += operands.ZRowStride)
        {
            for (nint j = start; j < end; j += TVector.Count)
            {
                TVector.Store(
                    kernel.Invoke(
                        TVector.Load(x + j),
                        TKernel.HasSecond ? TVector.Load(y + j) : default,
                        TVector.Load(operands.C0 + j),
                        TKernel.Coefficients > 1 ? TVector.Load(operands.C1 + j) : default,
                        TKernel.Coefficients > 2 ? TVector.Load(operands.C2 + j) : default,
                        TKernel.Coefficients > 3 ? TVector.Load(operands.C3 + j) : default),
                    z + j);
            }

            if (hasMask)
            {
                TVector.StoreMasked(
                    kernel.Invoke(
                        TVector.LoadMasked(x + end, mask),
                        TKernel.HasSecond ? TVector.LoadMasked(y + end, mask) : default,
                        TVector.LoadMasked(operands.C0 + end, mask),
                        TKernel.Coefficients > 1 ? TVector.LoadMasked(operands.C1 + end, mask) : default,
                        TKernel.Coefficients > 2 ? TVector.LoadMasked(operands.C2 + end, mask) : default,
                        TKernel.Coefficients > 3 ? TVector.LoadMasked(operands.C3 + end, mask) : default),
                    z + end,
                    mask);
            }
        }

        return hasMask ? columns : end;
    }

    /// <summary>The addresses and row strides of the operands.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRowStride;
        internal T* Y;
        internal nint YRowStride;
        internal T* Z;
        internal nint ZRowStride;
        internal T* C0;
        internal T* C1;
        internal T* C2;
        internal T* C3;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        internal Operands<T> Operands;
        internal nint Rows;
        internal nint Columns;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint done = Loop<T, TVector, TKernel>(Operands, Rows, 0, Columns, Kernel);
            if (done < Columns)
            {
                Loop<T, Scalar<T>, TKernel>(Operands, Rows, done, Columns, Kernel);
            }
        }
    }
}
