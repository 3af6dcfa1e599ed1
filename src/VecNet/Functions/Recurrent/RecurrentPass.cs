using System.Numerics;

namespace VecNet;

/// <summary>The passes of a recurrent layer in one direction, written once for all cells.</summary>
/// <remarks>
/// <para>
/// The rows are arranged in the order of time (<see cref="TimeSteps"/>). The products with the input's weights do not depend on the state,
/// so there is one for all rows of some steps, whose results stay in the cache. Then, step by step, one product with the hidden weights
/// serves all sequences that are still running. The products of the backward pass that are sums over time, the gradients of the weights,
/// are one for all rows.
/// </para>
/// <para>
/// A row of the saved memory has the gates and the hidden state before the step, in the order of time, and the cell state after the step,
/// in the order of the rows. In inference, only the rows of some steps are there at a time, and the cell state of a sequence has one place.
/// Each row's results depend on its own sequence alone, since an element of a product is one chain.
/// </para>
/// <para>The backward pass, which would make this file too long, is in the one beside it.</para>
/// </remarks>
internal static partial class RecurrentPass<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    /// <summary>
    /// The most rows of steps that share a product with the input's weights: what is saved of them, 384 KB for 64 floats, stays in level 2
    /// of the cache. With fewer, weights of 512 units would be read too often (64 rows took 1.08 times as long).
    /// </summary>
    private const int MostRows = 256;

    /// <summary>The number of blocks of a row of gates.</summary>
    private static int Blocks => RecurrentLoop.Blocks<T, TCell>();

    /// <summary>The width of a row of saved memory.</summary>
    internal static int GetSavedWidth(int hiddenSize) => checked((Blocks + (TCell.HasCellState ? 2 : 1)) * hiddenSize);

    internal static void Forward(in RecurrentOperands<T> x)
    {
        var memory = new MemoryToWrite(x.Saved, x.HiddenSize);
        TimeSteps steps = x.Steps;
        for (int done = 0, step = 0; done < x.Input.Rows;)
        {
            int rows = steps.CountRows(step), end = step + 1;
            for (int more; done + rows < x.Input.Rows && rows + (more = steps.CountRows(end)) <= MostRows; end++)
            {
                rows += more;
            }

            int first = x.IsInference ? 0 : done;
            MatMul.Multiply(
                Arrange(x, step, done, rows), x.Weights.InputWeights, memory.Gates.Slice(first, 0, rows, TCell.Gates * x.HiddenSize),
                bias: x.Weights.InputBias, threads: x.Threads);
            done += rows;
            for (; step < end; step++)
            {
                int count = GatherPrevious(x, step, memory.PreviousHidden, first);
                AddHidden(x, memory.PreviousHidden.SliceRows(first, count), memory.Gates.SliceRows(first, count));
                RunStep(x, step, memory, first);
                first += count;
            }
        }

        WriteFinal(x, memory);
    }

    /// <summary>
    /// Some rows of the input in the order of time, from the given step on, in scratch memory unless they are in that order already.
    /// </summary>
    private static ReadOnlyTensorView<T> Arrange(in RecurrentOperands<T> x, int step, int first, int count)
    {
        TimeSteps steps = x.Steps;
        if (steps.AreInOrder || x.Input.IsEmpty)
        {
            return x.Input.SliceRows(first, count);
        }

        TensorView<T> rows = x.Scratch.Slice(0, 0, count, x.Input.Columns);
        for (int place = 0; place < rows.Rows; step++)
        {
            for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
            {
                if (steps.HasRow(sequence, step))
                {
                    x.Input.Row(steps.GetRow(sequence, step)).CopyTo(rows.Row(place++));
                }
            }
        }

        return rows;
    }

    /// <summary>Copies the hidden states before a step to one row after another; returns their number.</summary>
    private static int GatherPrevious(in RecurrentOperands<T> x, int step, TensorView<T> previousHidden, int first)
    {
        TimeSteps steps = x.Steps;
        int place = first;
        for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
        {
            if (!steps.HasRow(sequence, step))
            {
                continue;
            }

            Span<T> h = previousHidden.Row(place++);
            if (step > 0)
            {
                x.Output.Row(steps.GetRow(sequence, step - 1)).CopyTo(h);
            }
            else
            {
                CopyOrClear(x.Initial.Hidden, sequence, h);
            }
        }

        return place - first;
    }

    /// <summary>
    /// Adds the hidden part to the gates that share a sum, but for the bias, and writes that of the others after all gates.
    /// </summary>
    private static void AddHidden(in RecurrentOperands<T> x, ReadOnlyTensorView<T> h, TensorView<T> gates)
    {
        int shared = TCell.SharedGates * x.HiddenSize, all = TCell.Gates * x.HiddenSize;
        ReadOnlyTensorView<T> weights = x.Weights.HiddenWeights, bias = x.Weights.HiddenBias;
        MatMul.Multiply(h, weights.SliceColumns(0, shared), gates.SliceColumns(0, shared), accumulate: true, threads: x.Threads);
        if (shared < all)
        {
            MatMul.Multiply(
                h, weights.SliceColumns(shared, all - shared), gates.SliceColumns(all, all - shared), accumulate: false,
                bias.Columns != 0 ? bias.SliceColumns(shared, all - shared) : default, x.Threads);
        }
    }

    private static void RunStep(in RecurrentOperands<T> x, int step, in MemoryToWrite memory, int first)
    {
        TimeSteps steps = x.Steps;
        ReadOnlyTensorView<T> hiddenBias = x.Weights.HiddenBias;
        ReadOnlySpan<T> bias = hiddenBias.Columns != 0 ? hiddenBias.Row(0) : default;
        int place = first;
        for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
        {
            if (!steps.HasRow(sequence, step))
            {
                continue;
            }

            int row = steps.GetRow(sequence, step);
            Span<T> cell = default;
            ReadOnlySpan<T> previousCell = default;
            if (TCell.HasCellState)
            {
                cell = memory.Cell.Row(x.IsInference ? x.Sequences.AsSpan()[sequence] : row);
                previousCell = GetPreviousCell(x, steps, sequence, step, memory.Cell, zeros: cell);
            }

            RecurrentLoop.Forward<T, TCell>(
                memory.Gates.Row(place), bias, memory.PreviousHidden.Row(place), previousCell, x.Output.Row(row), cell);
            place++;
        }
    }

    /// <summary>The cell state before a step; where that is zeros, they are written to the given memory.</summary>
    private static ReadOnlySpan<T> GetPreviousCell(
        scoped in RecurrentOperands<T> x, TimeSteps steps, int sequence, int step, ReadOnlyTensorView<T> cells, Span<T> zeros)
    {
        if (step > 0)
        {
            return cells.Row(x.IsInference ? x.Sequences.AsSpan()[sequence] : steps.GetRow(sequence, step - 1));
        }

        if (x.Initial.Cell.Columns != 0)
        {
            return x.Initial.Cell.Row(sequence);
        }

        zeros.Clear();
        return zeros;
    }

    private static void WriteFinal(in RecurrentOperands<T> x, in MemoryToWrite memory)
    {
        TimeSteps steps = x.Steps;
        for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
        {
            int length = x.Sequences.GetLength(sequence);
            if (x.Final.Hidden.Columns != 0)
            {
                CopyLast(x.Output, x.Initial.Hidden, x.Final.Hidden.Row(sequence), steps.GetRow(sequence, length - 1));
            }

            if (x.Final.Cell.Columns != 0)
            {
                int place = x.IsInference ? x.Sequences.AsSpan()[sequence] : steps.GetRow(sequence, length - 1);
                CopyLast(memory.Cell, x.Initial.Cell, x.Final.Cell.Row(sequence), place);
            }

            void CopyLast(ReadOnlyTensorView<T> states, ReadOnlyTensorView<T> initial, Span<T> final, int place)
            {
                if (length > 0)
                {
                    states.Row(place).CopyTo(final);
                }
                else
                {
                    CopyOrClear(initial, sequence, final);
                }
            }
        }
    }

    private static void CopyOrClear(ReadOnlyTensorView<T> states, int sequence, Span<T> destination)
    {
        if (states.Columns != 0)
        {
            states.Row(sequence).CopyTo(destination);
        }
        else
        {
            destination.Clear();
        }
    }

    /// <summary>The parts of the saved memory.</summary>
    private readonly ref struct MemoryToWrite(TensorView<T> saved, int hiddenSize)
    {
        /// <summary>The activated gates, in the order of time.</summary>
        internal readonly TensorView<T> Gates = saved.SliceColumns(0, Blocks * hiddenSize);

        /// <summary>The hidden states before the steps, in the order of time.</summary>
        internal readonly TensorView<T> PreviousHidden = saved.SliceColumns(Blocks * hiddenSize, hiddenSize);

        /// <summary>The cell states after the steps, in the order of the rows.</summary>
        internal readonly TensorView<T> Cell =
            TCell.HasCellState ? saved.SliceColumns((Blocks + 1) * hiddenSize, hiddenSize) : default;
    }
}
