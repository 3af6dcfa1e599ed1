using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Runs a recurrent cell over the hidden units of one row: whole vectors, then the remainder with the same code.</summary>
/// <remarks>
/// A row of gates has a block of all units for each gate. A unit's result does not depend on other rows. The file is long because the
/// forward and the backward loop, which read the same operands, are side by side.
/// </remarks>
internal static unsafe class RecurrentLoop
{
    /// <summary>The number of blocks of a row of gates: a constant of the loops, in which a call would cost more than a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Blocks<T, TCell>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCell : struct, IRecurrentCell<T> => (2 * TCell.Gates) - TCell.SharedGates;

    /// <summary>
    /// Activates a row of gates in place, after a bias of the shared ones was added unless it is empty, and writes the states after the
    /// step. The cell's state after the step may be the memory of that before it; without a cell state both are empty.
    /// </summary>
    internal static void Forward<T, TCell>(
        Span<T> gates, ReadOnlySpan<T> bias, ReadOnlySpan<T> previousHidden, ReadOnlySpan<T> previousCell, Span<T> hidden, Span<T> cell)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCell : struct, IRecurrentCell<T>
    {
        Debug.Assert(gates.Length == Blocks<T, TCell>() * hidden.Length, "Shapes are checked at the public surface.");
        fixed (T* pg = gates, pb = bias, pph = previousHidden, ppc = previousCell, ph = hidden, pc = cell)
        {
            ForwardRoutine<T, TCell> routine = new()
            {
                Operands = new()
                {
                    Gates = pg, Bias = pb, PreviousHidden = pph, PreviousCell = ppc, Hidden = ph, Cell = pc, Length = hidden.Length,
                },
            };
            VectorDispatch.Run<T, ForwardRoutine<T, TCell>>(ref routine);
        }
    }

    /// <summary>
    /// Writes the gradients of a row of gates, and replaces the gradients of the states after the step by those of the states before it,
    /// without what passes through the products.
    /// </summary>
    internal static void Backward<T, TCell>(
        ReadOnlySpan<T> gates,
        ReadOnlySpan<T> previousHidden,
        ReadOnlySpan<T> previousCell,
        ReadOnlySpan<T> cell,
        Span<T> gradGates,
        Span<T> gradHidden,
        Span<T> gradCell)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCell : struct, IRecurrentCell<T>
    {
        Debug.Assert(gates.Length == Blocks<T, TCell>() * gradHidden.Length, "Shapes are checked at the public surface.");
        fixed (T* pg = gates, pph = previousHidden, ppc = previousCell, pc = cell, pgg = gradGates, pgh = gradHidden, pgc = gradCell)
        {
            BackwardRoutine<T, TCell> routine = new()
            {
                Operands = new()
                {
                    Gates = pg, PreviousHidden = pph, PreviousCell = ppc, Cell = pc, GradGates = pgg, GradHidden = pgh, GradCell = pgc,
                    Length = gradHidden.Length,
                },
            };
            VectorDispatch.Run<T, BackwardRoutine<T, TCell>>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint ForwardWhole<T, TVector, TCell>(in Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        if (TCell.HasEarlyGates)
        {
            ActivateEarlyGates<T, TVector, TCell>(x, start);
        }

        return Forward<T, TVector, TCell>(x, start);
    }

    /// <summary>The remainder of a row, with vectors that can be masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardRest<T, TVector, TCell>(in Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        if (TCell.HasEarlyGates)
        {
            ActivateEarlyGatesOfRest<T, TVector, TCell>(x, start);
        }

        ForwardOfRest<T, TVector, TCell>(x, start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ActivateEarlyGates<T, TVector, TCell>(Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        for (nint j = start; j <= x.Length - TVector.Count; j += TVector.Count)
        {
            ActivateEarlyGatesAt<T, TVector, TCell>(x, j, default, isMasked: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ActivateEarlyGatesOfRest<T, TVector, TCell>(Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T> =>
        ActivateEarlyGatesAt<T, TVector, TCell>(x, start, TVector.FirstElements(x.Length - start), isMasked: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Forward<T, TVector, TCell>(Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        nint j = start;
        for (; j <= x.Length - TVector.Count; j += TVector.Count)
        {
            ForwardAt<T, TVector, TCell>(x, j, default, isMasked: false);
        }

        return j;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ForwardOfRest<T, TVector, TCell>(Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T> =>
        ForwardAt<T, TVector, TCell>(x, start, TVector.FirstElements(x.Length - start), isMasked: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Backward<T, TVector, TCell>(Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        nint j = start;
        for (; j <= x.Length - TVector.Count; j += TVector.Count)
        {
            BackwardAt<T, TVector, TCell>(x, j, default, isMasked: false);
        }

        return j;
    }

    /// <summary>The remainder of a row, with vectors that can be masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void BackwardRest<T, TVector, TCell>(Operands<T> x, nint start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T> =>
        BackwardAt<T, TVector, TCell>(x, start, TVector.FirstElements(x.Length - start), isMasked: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ActivateEarlyGatesAt<T, TVector, TCell>(in Operands<T> x, nint j, TVector mask, bool isMasked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        T* gates = x.Gates + j;
        LoadGates<T, TVector, TCell>(gates, x.Length, mask, isMasked, out TVector g0, out TVector g1, out TVector g2, out TVector g3);
        AddBias<T, TVector, TCell>(x, j, mask, isMasked, ref g0, ref g1, ref g2, ref g3);
        TCell.ActivateEarlyGates(ref g0, ref g1, ref g2, ref g3);
        StoreGates<T, TVector, TCell>(gates, x.Length, mask, isMasked, g0, g1, g2, g3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBias<T, TVector, TCell>(
        in Operands<T> x, nint j, TVector mask, bool isMasked, ref TVector g0, ref TVector g1, ref TVector g2, ref TVector g3)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        if (x.Bias != null)
        {
            T* bias = x.Bias + j;
            g0 = TVector.Add(g0, Load(bias, mask, isMasked));
            g1 = TCell.SharedGates > 1 ? TVector.Add(g1, Load(bias + x.Length, mask, isMasked)) : g1;
            g2 = TCell.SharedGates > 2 ? TVector.Add(g2, Load(bias + (2 * x.Length), mask, isMasked)) : g2;
            g3 = TCell.SharedGates > 2 ? TVector.Add(g3, Load(bias + (3 * x.Length), mask, isMasked)) : g3;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardAt<T, TVector, TCell>(in Operands<T> x, nint j, TVector mask, bool isMasked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        T* gates = x.Gates + j;
        LoadGates<T, TVector, TCell>(gates, x.Length, mask, isMasked, out TVector g0, out TVector g1, out TVector g2, out TVector g3);
        if (!TCell.HasEarlyGates)
        {
            AddBias<T, TVector, TCell>(x, j, mask, isMasked, ref g0, ref g1, ref g2, ref g3);
        }

        TVector hidden = Load(x.PreviousHidden + j, mask, isMasked);
        TVector cell = TCell.HasCellState ? Load(x.PreviousCell + j, mask, isMasked) : hidden;
        TCell.Forward(ref g0, ref g1, ref g2, ref g3, hidden, cell, out TVector nextHidden, out TVector nextCell);
        StoreGates<T, TVector, TCell>(gates, x.Length, mask, isMasked, g0, g1, g2, g3);
        Store(nextHidden, x.Hidden + j, mask, isMasked);
        if (TCell.HasCellState)
        {
            Store(nextCell, x.Cell + j, mask, isMasked);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackwardAt<T, TVector, TCell>(in Operands<T> x, nint j, TVector mask, bool isMasked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        LoadGates<T, TVector, TCell>(
            x.Gates + j, x.Length, mask, isMasked, out TVector g0, out TVector g1, out TVector g2, out TVector g3);
        TVector hidden = Load(x.PreviousHidden + j, mask, isMasked);
        TVector gradHidden = Load(x.GradHidden + j, mask, isMasked);
        TVector cell = TCell.HasCellState ? Load(x.PreviousCell + j, mask, isMasked) : hidden;
        TVector nextCell = TCell.HasCellState ? Load(x.Cell + j, mask, isMasked) : hidden;
        TVector gradCell = TCell.HasCellState ? Load(x.GradCell + j, mask, isMasked) : hidden;
        TCell.Backward(ref g0, ref g1, ref g2, ref g3, hidden, cell, nextCell, ref gradHidden, ref gradCell);
        StoreGates<T, TVector, TCell>(x.GradGates + j, x.Length, mask, isMasked, g0, g1, g2, g3);
        if (TCell.PassesHiddenOn)
        {
            Store(gradHidden, x.GradHidden + j, mask, isMasked);
        }

        if (TCell.HasCellState)
        {
            Store(gradCell, x.GradCell + j, mask, isMasked);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadGates<T, TVector, TCell>(
        T* gates, nint length, TVector mask, bool isMasked, out TVector g0, out TVector g1, out TVector g2, out TVector g3)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        g0 = Load(gates, mask, isMasked);
        g1 = Blocks<T, TCell>() > 1 ? Load(gates + length, mask, isMasked) : g0;
        g2 = Blocks<T, TCell>() > 1 ? Load(gates + (2 * length), mask, isMasked) : g0;
        g3 = Blocks<T, TCell>() > 1 ? Load(gates + (3 * length), mask, isMasked) : g0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreGates<T, TVector, TCell>(
        T* gates, nint length, TVector mask, bool isMasked, TVector g0, TVector g1, TVector g2, TVector g3)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        Store(g0, gates, mask, isMasked);
        if (Blocks<T, TCell>() > 1)
        {
            Store(g1, gates + length, mask, isMasked);
            Store(g2, gates + (2 * length), mask, isMasked);
            Store(g3, gates + (3 * length), mask, isMasked);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<T, TVector>(T* source, TVector mask, bool isMasked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => isMasked ? TVector.LoadMasked(source, mask) : TVector.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, TVector>(TVector vector, T* destination, TVector mask, bool isMasked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if (isMasked)
        {
            TVector.StoreMasked(vector, destination, mask);
        }
        else
        {
            TVector.Store(vector, destination);
        }
    }

    /// <summary>The rows of a time step; an address is null where the pass or the cell has no such row.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal T* Gates;
        internal T* Bias;
        internal T* PreviousHidden;
        internal T* PreviousCell;
        internal T* Hidden;
        internal T* Cell;
        internal T* GradGates;
        internal T* GradHidden;
        internal T* GradCell;
        internal nint Length;
    }

    private struct ForwardRoutine<T, TCell> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCell : struct, IRecurrentCell<T>
    {
        internal Operands<T> Operands;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint done = Operands.Length >= TVector.Count ? ForwardWhole<T, TVector, TCell>(Operands, 0) : 0;
            if (done < Operands.Length && TVector.HasMaskedAccess)
            {
                ForwardRest<T, TVector, TCell>(Operands, done);
            }
            else if (done < Operands.Length)
            {
                ForwardWhole<T, Scalar<T>, TCell>(Operands, done);
            }
        }
    }

    private struct BackwardRoutine<T, TCell> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCell : struct, IRecurrentCell<T>
    {
        internal Operands<T> Operands;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            nint done = Operands.Length >= TVector.Count ? Backward<T, TVector, TCell>(Operands, 0) : 0;
            if (done < Operands.Length && TVector.HasMaskedAccess)
            {
                BackwardRest<T, TVector, TCell>(Operands, done);
            }
            else if (done < Operands.Length)
            {
                Backward<T, Scalar<T>, TCell>(Operands, done);
            }
        }
    }
}
