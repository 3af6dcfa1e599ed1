using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Rows of a table, each looked up by its number and copied beside the one before.</summary>
internal static unsafe class RowGather
{
    /// <summary>y[i] = [table row x[i, 0], table row x[i, 1], …]. The caller has checked shapes, sharing and every number.</summary>
    internal static void Run<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> table, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x.Span, pt = table.Span, py = y.Span)
        {
            Routine<T> routine = new()
            {
                At = new() { X = px, XRow = x.RowStride, Table = pt, TableRow = table.RowStride, Y = py, YRow = y.RowStride },
                Rows = x.Rows,
                Positions = x.Columns,
                Dimension = table.Columns,
            };
            VectorDispatch.Run<T, Routine<T>>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Loop<T, TVector>(Places<T> at, nint rows, nint positions, nint dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint whole = dimension / TVector.Count * TVector.Count;
        bool hasPart = TVector.HasMaskedAccess && whole < dimension;
        TVector mask = hasPart ? TVector.FirstElements(dimension - whole) : default;
        for (nint row = 0; row < rows; row++)
        {
            T* x = at.X + (row * at.XRow);
            T* y = at.Y + (row * at.YRow);
            T* next = row + 1 < rows ? x + at.XRow : x;
            for (nint position = 0; position < positions; position++, y += dimension)
            {
                T* entry = at.Table + ((nint)int.CreateTruncating(x[position]) * at.TableRow);

                // What the next row looks up is asked for in advance: a large table does not lie in the nearer caches.
                byte* soon = (byte*)(at.Table + ((nint)int.CreateTruncating(next[position]) * at.TableRow));
                for (nint line = 0; line < dimension * sizeof(T); line += Machine.CacheLine)
                {
                    Machine.Prefetch(soon + line);
                }

                nint j = 0;
                for (; j < whole; j += TVector.Count)
                {
                    TVector.Store(TVector.Load(entry + j), y + j);
                }

                if (hasPart)
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

    /// <summary>Where the operands lie.</summary>
    private struct Places<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRow;
        internal T* Table;
        internal nint TableRow;
        internal T* Y;
        internal nint YRow;
    }

    private struct Routine<T> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal Places<T> At;
        internal nint Rows;
        internal nint Positions;
        internal nint Dimension;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Loop<T, TVector>(At, Rows, Positions, Dimension);
    }
}
