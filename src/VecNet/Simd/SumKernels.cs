using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>z = x + y over rows of any strides, for the sums between the products of Strassen and Winograd.</summary>
internal static unsafe class SumKernels
{
    /// <summary>x + y.</summary>
    internal readonly struct Plus<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Add(x, y);
    }

    /// <summary>x − y.</summary>
    internal readonly struct Minus<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Subtract(x, y);
    }

    /// <summary>z(i, j) = kernel(x(i, j), y(i, j)); z may be x or y.</summary>
    internal static void Run<T, TKernel>(T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        if (Machine.Has512)
        {
            Loop<T, Wide512<T>, TKernel>(x, xRow, y, yRow, z, zRow, rows, columns);
        }
        else if (Machine.HasVectors)
        {
            Loop<T, Portable<T>, TKernel>(x, xRow, y, yRow, z, zRow, rows, columns);
        }
        else
        {
            Loop<T, Scalar<T>, TKernel>(x, xRow, y, yRow, z, zRow, rows, columns);
        }
    }

    /// <summary>Four vectors at a time, then single ones, then a part of one or scalars.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Loop<T, TVector, TKernel>(T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T>
    {
        TKernel kernel = default;
        nint v = TVector.Count;
        for (nint i = 0; i < rows; i++, x += xRow, y += yRow, z += zRow)
        {
            nint j = 0;
            for (; j <= columns - (4 * v); j += 4 * v)
            {
                TVector z0 = kernel.Invoke(TVector.Load(x + j), TVector.Load(y + j));
                TVector z1 = kernel.Invoke(TVector.Load(x + j + v), TVector.Load(y + j + v));
                TVector z2 = kernel.Invoke(TVector.Load(x + j + (2 * v)), TVector.Load(y + j + (2 * v)));
                TVector z3 = kernel.Invoke(TVector.Load(x + j + (3 * v)), TVector.Load(y + j + (3 * v)));
                TVector.Store(z0, z + j);
                TVector.Store(z1, z + j + v);
                TVector.Store(z2, z + j + (2 * v));
                TVector.Store(z3, z + j + (3 * v));
            }

            for (; j <= columns - v; j += v)
            {
                TVector.Store(kernel.Invoke(TVector.Load(x + j), TVector.Load(y + j)), z + j);
            }

            if (j < columns && TVector.HasMaskedAccess)
            {
                TVector mask = TVector.FirstElements(columns - j);
                TVector.StoreMasked(kernel.Invoke(TVector.LoadMasked(x + j, mask), TVector.LoadMasked(y + j, mask)), z + j, mask);
                continue;
            }

            for (; j < columns; j++)
            {
                Scalar<T>.Store(kernel.Invoke(Scalar<T>.Load(x + j), Scalar<T>.Load(y + j)), z + j);
            }
        }
    }
}
