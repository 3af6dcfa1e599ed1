using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>z = f(x, y; numbers of the column), written once for every vector width.</summary>
internal interface IColumnKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there is a y; without, it is not read.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>How many numbers each column has, from 1 to 4; others are not read.</summary>
    static abstract int Numbers { get; }

    TVector Invoke<TVector>(TVector x, TVector y, TVector number0, TVector number1, TVector number2, TVector number3)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>The numbers of the columns, a span for each kind.</summary>
internal readonly ref struct ColumnNumbers<T>(ReadOnlySpan<T> number0, ReadOnlySpan<T> number1 = default, ReadOnlySpan<T> number2 = default, ReadOnlySpan<T> number3 = default)
{
    internal readonly ReadOnlySpan<T> Number0 = number0;
    internal readonly ReadOnlySpan<T> Number1 = number1;
    internal readonly ReadOnlySpan<T> Number2 = number2;
    internal readonly ReadOnlySpan<T> Number3 = number3;
}

/// <summary>Runs kernels that know their column: normalisation, scale and shift.</summary>
/// <remarks>The destination may be x, y or numbers (same elements, same order): each element is read before it is written.</remarks>
internal static unsafe class ColumnMaps
{
    /// <summary>z[i, j] = kernel(x[i, j], y[i, j]; numbers[j]). The caller has checked shapes and sharing; y is empty where the kernel has none.</summary>
    internal static void Run<T, TKernel>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, in ColumnNumbers<T> numbers, TensorView<T> z, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        Debug.Assert(x.Columns == z.Columns && x.Rows == z.Rows && numbers.Number0.Length == x.Columns, "Shapes are checked at the public surface.");
        fixed (T* px = x.Span, py = y.Span, pz = z.Span, n0 = numbers.Number0, n1 = numbers.Number1, n2 = numbers.Number2, n3 = numbers.Number3)
        {
            var at = new Places<T> { X = px, XRow = x.RowStride, Y = py, YRow = y.RowStride, Z = pz, ZRow = z.RowStride, N0 = n0, N1 = n1, N2 = n2, N3 = n3 };
            nint done = Machine.Has512 ? Loop<T, Wide512<T>, TKernel>(at, x.Rows, 0, x.Columns, kernel)
                : Machine.HasVectors ? Loop<T, Portable<T>, TKernel>(at, x.Rows, 0, x.Columns, kernel)
                : 0;
            if (done < x.Columns)
            {
                Loop<T, Scalar<T>, TKernel>(at, x.Rows, done, x.Columns, kernel);
            }
        }
    }

    /// <summary>Each row from column <paramref name="start"/> on, in whole vectors and, where there are such, a part of one; returns where they end.</summary>
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
                        TVector.Load(at.N0 + j),
                        TKernel.Numbers > 1 ? TVector.Load(at.N1 + j) : default,
                        TKernel.Numbers > 2 ? TVector.Load(at.N2 + j) : default,
                        TKernel.Numbers > 3 ? TVector.Load(at.N3 + j) : default),
                    z + j);
            }

            if (hasPart)
            {
                TVector.StoreMasked(
                    kernel.Invoke(
                        TVector.LoadMasked(x + end, mask),
                        TKernel.HasSecond ? TVector.LoadMasked(y + end, mask) : default,
                        TVector.LoadMasked(at.N0 + end, mask),
                        TKernel.Numbers > 1 ? TVector.LoadMasked(at.N1 + end, mask) : default,
                        TKernel.Numbers > 2 ? TVector.LoadMasked(at.N2 + end, mask) : default,
                        TKernel.Numbers > 3 ? TVector.LoadMasked(at.N3 + end, mask) : default),
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
        internal T* N0;
        internal T* N1;
        internal T* N2;
        internal T* N3;
    }
}
