using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Copies blocks of an operand into memory of their own, in the order in which the micro-kernel reads them.</summary>
internal static unsafe class Packing
{
    /// <summary>target[i · targetRow + j] = source[i · sourceRow + j].</summary>
    internal static void Copy<T, TVector>(T* source, nint sourceRow, nint rows, nint columns, T* target, nint targetRow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        for (nint i = 0; i < rows; i++, source += sourceRow, target += targetRow)
        {
            if (columns < TVector.Count)
            {
                for (nint j = 0; j < columns; j++)
                {
                    target[j] = source[j];
                }

                continue;
            }

            for (nint j = 0; j < columns; j += TVector.Count)
            {
                nint at = nint.Min(j, columns - TVector.Count);
                TVector.Store(TVector.Load(source + at), target + at);
            }
        }
    }

    /// <summary>target[j · targetRow + i] = source[i · sourceRow + j].</summary>
    /// <remarks>
    /// Blocks of Count × Count in registers; the last block of a row or column is moved back until it ends with it, and what blocks
    /// share is written twice.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose<T, TVector>(T* source, nint sourceRow, nint rows, nint columns, T* target, nint targetRow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        // A lane of 128 bits holds 4 floats or 2 doubles: as many columns are done at once.
        nint lane = 16 / sizeof(T);
        if (!TVector.HasLanes || rows < TVector.Count || columns < lane)
        {
            if (TVector.Count > Portable<T>.Count && rows >= Portable<T>.Count)
            {
                Transpose<T, Portable<T>>(source, sourceRow, rows, columns, target, targetRow);
                return;
            }

            for (nint i = 0; i < rows; i++)
            {
                for (nint j = 0; j < columns; j++)
                {
                    target[(j * targetRow) + i] = source[(i * sourceRow) + j];
                }
            }

            return;
        }

        for (nint i = 0; i < rows; i += TVector.Count)
        {
            nint atRow = nint.Min(i, rows - TVector.Count);
            T* s = source + (atRow * sourceRow);
            T* t = target + atRow;
            for (nint j = 0; j < columns; j += lane)
            {
                nint at = nint.Min(j, columns - lane);
                Columns<T, TVector>(s + at, sourceRow, t + (at * targetRow), targetRow);
            }
        }
    }

    /// <summary>Transposes Count rows of a lane's width.</summary>
    /// <remarks>
    /// x0 holds in lane l row lane·l, x1 row lane·l + 1, …: each lane is a square block, and transposing the lanes in place leaves
    /// column c of all the rows in vector c.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<T, TVector>(T* source, nint row, T* target, nint targetRow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint distance = 16 / sizeof(T) * row;
        TVector x0 = TVector.LoadLanes(source, distance);
        TVector x1 = TVector.LoadLanes(source + row, distance);
        if (sizeof(T) == 8)
        {
            TVector.Store(TVector.JoinLow(x0, x1), target);
            TVector.Store(TVector.JoinHigh(x0, x1), target + targetRow);
            return;
        }

        TVector x2 = TVector.LoadLanes(source + (2 * row), distance);
        TVector x3 = TVector.LoadLanes(source + (3 * row), distance);
        TVector low01 = TVector.InterleaveLow(x0, x1), high01 = TVector.InterleaveHigh(x0, x1);
        TVector low23 = TVector.InterleaveLow(x2, x3), high23 = TVector.InterleaveHigh(x2, x3);
        TVector.Store(TVector.JoinLow(low01, low23), target);
        TVector.Store(TVector.JoinHigh(low01, low23), target + targetRow);
        TVector.Store(TVector.JoinLow(high01, high23), target + (2 * targetRow));
        TVector.Store(TVector.JoinHigh(high01, high23), target + (3 * targetRow));
    }
}
