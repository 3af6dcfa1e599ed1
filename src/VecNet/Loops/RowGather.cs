using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Looks up rows of a table by their indices and copies them one after another.</summary>
internal static unsafe class RowGather
{
    /// <summary>y[i] = [table row x[i, 0], table row x[i, 1], …]. The caller has checked shapes, overlap and every index.</summary>
    internal static void Run<T, TIndex>(IndexRows<TIndex> x, ReadOnlyTensorView<T> table, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        fixed (TIndex* px = x.Span)
        fixed (T* pt = table.Span, py = y.Span)
        {
            Routine<T, TIndex> routine = new()
            {
                Operands = new()
                {
                    X = px, XRowStride = x.RowStride, Table = pt, TableRowStride = table.RowStride, Y = py, YRowStride = y.RowStride,
                },
                Rows = x.Rows,
                Positions = x.Columns,
                Dimension = table.Columns,
            };
            VectorDispatch.Run<T, Routine<T, TIndex>>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Loop<T, TIndex, TVector>(Operands<T, TIndex> operands, nint rows, nint positions, nint dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
        where TVector : struct, IVector<TVector, T>
    {
        nint whole = dimension / TVector.Count * TVector.Count;
        bool hasMask = TVector.HasMaskedAccess && whole < dimension;
        TVector mask = hasMask ? TVector.FirstElements(dimension - whole) : default;
        for (nint row = 0; row < rows; row++)
        {
            TIndex* x = operands.X + (row * operands.XRowStride);
            T* y = operands.Y + (row * operands.YRowStride);
            TIndex* next = row + 1 < rows ? x + operands.XRowStride : x;
            for (nint position = 0; position < positions; position++, y += dimension)
            {
                T* entry = operands.Table + ((nint)int.CreateTruncating(x[position]) * operands.TableRowStride);

                // The entries of the next row are prefetched: a large table does not fit into the nearer caches.
                byte* soon = (byte*)(operands.Table + ((nint)int.CreateTruncating(next[position]) * operands.TableRowStride));
                for (nint line = 0; line < dimension * sizeof(T); line += Machine.CacheLine)
                {
                    Machine.Prefetch(soon + line);
                }

                nint j = 0;
                for (; j < whole; j += TVector.Count)
                {
                    TVector.Store(TVector.Load(entry + j), y + j);
                }

                if (hasMask)
                {
                    TVector.StoreMasked(TVector.LoadMasked(entry + j, mask), y + j, mask);
                    continue;
                }

                for (; j < dimension; j++)
                {
                    y[j] = entry[j];
                }
            }
        }
    }

    /// <summary>The addresses and row strides of the operands.</summary>
    private struct Operands<T, TIndex>
        where T : unmanaged
        where TIndex : unmanaged
    {
        internal TIndex* X;
        internal nint XRowStride;
        internal T* Table;
        internal nint TableRowStride;
        internal T* Y;
        internal nint YRowStride;
    }

    private struct Routine<T, TIndex> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        internal Operands<T, TIndex> Operands;
        internal nint Rows;
        internal nint Positions;
        internal nint Dimension;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Loop<T, TIndex, TVector>(Operands, Rows, Positions, Dimension);
    }
}
