using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Copies blocks of an operand into a buffer, in the order in which the micro-kernel reads them.</summary>
internal static unsafe class Packing
{
    /// <summary>Copies rows with the widest vectors: target[i · targetStride + j] = source[i · sourceStride + j].</summary>
    internal static void Copy<T>(T* source, nint sourceStride, nint rows, nint columns, T* target, nint targetStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BlockRoutine<T> routine;
        routine.Transposes = false;
        routine.Source = source;
        routine.SourceStride = sourceStride;
        routine.Rows = rows;
        routine.Columns = columns;
        routine.Target = target;
        routine.TargetStride = targetStride;
        VectorDispatch.Run<T, BlockRoutine<T>>(ref routine);
    }

    /// <summary>target[i · targetStride + j] = source[i · sourceStride + j].</summary>
    internal static void Copy<T, TVector>(T* source, nint sourceStride, nint rows, nint columns, T* target, nint targetStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        for (nint i = 0; i < rows; i++, source += sourceStride, target += targetStride)
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

    /// <summary>Copies the transposed matrix, whose memory is apart.</summary>
    internal static void Transpose<T>(ReadOnlyTensorView<T> source, TensorView<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(source.Rows == target.Columns && source.Columns == target.Rows, "The caller has sliced the target.");
        fixed (T* from = source.Span, to = target.Span)
        {
            BlockRoutine<T> routine = new()
            {
                Transposes = true,
                Source = from,
                SourceStride = source.RowStride,
                Rows = source.Rows,
                Columns = source.Columns,
                Target = to,
                TargetStride = target.RowStride,
            };
            VectorDispatch.Run<T, BlockRoutine<T>>(ref routine);
        }
    }

    /// <summary>target[j · targetStride + i] = source[i · sourceStride + j].</summary>
    /// <remarks>
    /// Blocks of Count × Count in registers; the last block of a row or column is moved back until it ends with it, and elements that two
    /// blocks share are written twice.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose<T, TVector>(T* source, nint sourceStride, nint rows, nint columns, T* target, nint targetStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        // A lane of 128 bits holds 4 floats or 2 doubles: as many columns are transposed at once, or those of a cache line of four lanes.
        nint lane = 16 / sizeof(T);
        if (!TVector.HasLaneShuffles || rows < TVector.Count || columns < lane)
        {
            if (TVector.Count > Portable<T>.Count && rows >= Portable<T>.Count)
            {
                Transpose<T, Portable<T>>(source, sourceStride, rows, columns, target, targetStride);
                return;
            }

            for (nint i = 0; i < rows; i++)
            {
                for (nint j = 0; j < columns; j++)
                {
                    target[(j * targetStride) + i] = source[(i * sourceStride) + j];
                }
            }

            return;
        }

        TVector none = default;
        for (nint i = 0; i < rows; i += TVector.Count)
        {
            nint atRow = nint.Min(i, rows - TVector.Count);
            T* s = source + (atRow * sourceStride);
            T* t = target + atRow;
            nint j = 0;
            for (; TVector.IsCacheLine && j + TVector.Count <= columns; j += TVector.Count)
            {
                Transposition.OfLine<T, TVector, StoreColumn<T, TVector>>(
                    ref none, s + j, sourceStride, t + (j * targetStride), targetStride);
            }

            for (; j < columns; j += lane)
            {
                nint at = nint.Min(j, columns - lane);
                Transposition.OfLane<T, TVector, StoreColumn<T, TVector>>(
                    ref none, s + at, sourceStride, t + (at * targetStride), targetStride);
            }
        }
    }

    private struct BlockRoutine<T> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal bool Transposes;
        internal T* Source;
        internal nint SourceStride;
        internal nint Rows;
        internal nint Columns;
        internal T* Target;
        internal nint TargetStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            if (Transposes)
            {
                Transpose<T, TVector>(Source, SourceStride, Rows, Columns, Target, TargetStride);
            }
            else
            {
                Copy<T, TVector>(Source, SourceStride, Rows, Columns, Target, TargetStride);
            }
        }
    }
}
