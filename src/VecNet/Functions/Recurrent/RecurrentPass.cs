using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>The passes of a recurrent layer in one direction, written once for all cells.</summary>
/// <remarks>
/// <para>
/// The rows are arranged in the order of time (<see cref="TimeSteps"/>). The products with the input's weights do not depend on the state,
/// so there is one for all rows. Then, step by step, one product with the hidden weights serves all sequences that are still running. The
/// products of the backward pass that are sums over time, the gradients of the weights, are again one for all rows.
/// </para>
/// <para>
/// A row of the saved memory has the gates and the hidden state before the step, in the order of time, and the cell state after the step,
/// in the order of the rows. Each row's results depend on its own sequence alone, since an element of a product is one chain.
/// </para>
/// </remarks>
internal static class RecurrentPass<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    /// <summary>The number of blocks of a row of gates.</summary>
    private static int Blocks => RecurrentLoop.Blocks<T, TCell>();

    /// <summary>The width of a row of saved memory.</summary>
    internal static int GetSavedWidth(int hiddenSize) => checked((Blocks + (TCell.HasCellState ? 2 : 1)) * hiddenSize);

    internal static void Forward(in RecurrentOperands<T> x)
    {
        var memory = new MemoryToWrite(x.Saved, x.HiddenSize);
        int width = TCell.Gates * x.HiddenSize;
        MatMul.Multiply(
            Arrange(x), x.Weights.InputWeights, memory.Gates.Slice(0, 0, x.Input.Rows, width),
            bias: x.Weights.InputBias, threads: x.Threads);
        int first = 0;
        for (int step = 0; first < x.Input.Rows; step++)
        {
            int count = GatherPrevious(x, step, memory.PreviousHidden, first);
            AddHidden(x, memory.PreviousHidden.SliceRows(first, count), memory.Gates.SliceRows(first, count));
            RunStep(x, step, memory, first);
            first += count;
        }

        WriteFinal(x, memory);
    }

    internal static void Backward(in RecurrentOperands<T> x)
    {
        var memory = new Memory(x.Memory, x.HiddenSize);
        var gradients = new Gradients(x.Scratch, x.Input.Columns, x.HiddenSize);
        TimeSteps steps = x.Steps;
        int first = x.Input.Rows;
        for (int step = steps.GetCount() - 1; step >= 0; step--)
        {
            int next = first;
            int count = steps.CountRows(step);
            first -= count;
            RunStepBackward(x, step, memory, gradients, first, next);
            MultiplyByHiddenWeights(x, gradients.Gates.SliceRows(first, count), gradients.PreviousHidden.SliceRows(first, count));
        }

        WriteGradInitial(x, gradients);
        WriteGradWeights(x, memory, gradients);
        WriteGradInput(x, gradients);
    }

    /// <summary>The rows of the input in the order of time, in scratch memory unless they are in that order already.</summary>
    private static ReadOnlyTensorView<T> Arrange(in RecurrentOperands<T> x)
    {
        TimeSteps steps = x.Steps;
        if (steps.AreInOrder || x.Input.IsEmpty)
        {
            return x.Input;
        }

        TensorView<T> rows = x.Scratch.Slice(0, 0, x.Input.Rows, x.Input.Columns);
        int place = 0;
        for (int step = 0; place < rows.Rows; step++)
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

    /// <summary>Adds the hidden part to the gates that share a sum, and writes that of the others after all gates.</summary>
    private static void AddHidden(in RecurrentOperands<T> x, ReadOnlyTensorView<T> h, TensorView<T> gates)
    {
        int shared = TCell.SharedGates * x.HiddenSize, all = TCell.Gates * x.HiddenSize;
        ReadOnlyTensorView<T> weights = x.Weights.HiddenWeights, bias = x.Weights.HiddenBias;
        bool hasBias = bias.Columns != 0;
        MatMul.Multiply(
            h, weights.SliceColumns(0, shared), gates.SliceColumns(0, shared), accumulate: true,
            hasBias ? bias.SliceColumns(0, shared) : default, x.Threads);
        if (shared < all)
        {
            MatMul.Multiply(
                h, weights.SliceColumns(shared, all - shared), gates.SliceColumns(all, all - shared), accumulate: false,
                hasBias ? bias.SliceColumns(shared, all - shared) : default, x.Threads);
        }
    }

    private static void RunStep(in RecurrentOperands<T> x, int step, in MemoryToWrite memory, int first)
    {
        TimeSteps steps = x.Steps;
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
                cell = memory.Cell.Row(row);
                previousCell = GetPreviousCell(x, steps, sequence, step, memory.Cell, zeros: cell);
            }

            RecurrentLoop.Forward<T, TCell>(
                memory.Gates.Row(place), memory.PreviousHidden.Row(place), previousCell, x.Output.Row(row), cell);
            place++;
        }
    }

    /// <summary>The cell state before a step; where that is zeros, they are written to the given memory.</summary>
    private static ReadOnlySpan<T> GetPreviousCell(
        scoped in RecurrentOperands<T> x, TimeSteps steps, int sequence, int step, ReadOnlyTensorView<T> cells, Span<T> zeros)
    {
        if (step > 0)
        {
            return cells.Row(steps.GetRow(sequence, step - 1));
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
                CopyLast(x.Output, x.Initial.Hidden, x.Final.Hidden.Row(sequence), steps);
            }

            if (x.Final.Cell.Columns != 0)
            {
                CopyLast(memory.Cell, x.Initial.Cell, x.Final.Cell.Row(sequence), steps);
            }

            void CopyLast(ReadOnlyTensorView<T> states, ReadOnlyTensorView<T> initial, Span<T> final, TimeSteps steps)
            {
                if (length > 0)
                {
                    states.Row(steps.GetRow(sequence, length - 1)).CopyTo(final);
                }
                else
                {
                    CopyOrClear(initial, sequence, final);
                }
            }
        }
    }

    /// <summary>The gradients of the gates at a step, and of the states before it without what passes through the products.</summary>
    /// <param name="x">The operands.</param>
    /// <param name="step">The step.</param>
    /// <param name="memory">The saved memory.</param>
    /// <param name="gradients">The gradients in the order of time.</param>
    /// <param name="first">The first row of the step in the order of time.</param>
    /// <param name="next">The first row of the step that follows.</param>
    private static void RunStepBackward(
        in RecurrentOperands<T> x, int step, in Memory memory, in Gradients gradients, int first, int next)
    {
        TimeSteps steps = x.Steps;
        int place = first;
        for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
        {
            if (!steps.HasRow(sequence, step))
            {
                continue;
            }

            int row = steps.GetRow(sequence, step);
            bool isLast = !steps.HasRow(sequence, step + 1);

            // The state after the step is read by the output and by the next step, or it is the final one.
            Span<T> gradHidden = gradients.PreviousHidden.Row(place);
            x.GradOutput.Row(row).CopyTo(gradHidden);
            if (!isLast)
            {
                TensorPrimitives.Add<T>(gradHidden, gradients.PreviousHidden.Row(next), gradHidden);
            }
            else if (x.GradFinal.Hidden.Columns != 0)
            {
                TensorPrimitives.Add<T>(gradHidden, x.GradFinal.Hidden.Row(sequence), gradHidden);
            }

            Span<T> gradCell = default;
            ReadOnlySpan<T> cell = default, previousCell = default;
            if (TCell.HasCellState)
            {
                gradCell = gradients.PreviousCell.Row(place);
                cell = memory.Cell.Row(row);

                // Zeros are in the memory of the first gate's gradient, which is written after it was read.
                previousCell = GetPreviousCell(x, steps, sequence, step, memory.Cell, gradients.Gates.Row(place)[..x.HiddenSize]);
                if (!isLast)
                {
                    gradients.PreviousCell.Row(next).CopyTo(gradCell);
                }
                else
                {
                    CopyOrClear(x.GradFinal.Cell, sequence, gradCell);
                }
            }

            RecurrentLoop.Backward<T, TCell>(
                memory.Gates.Row(place), memory.PreviousHidden.Row(place), previousCell, cell,
                gradients.Gates.Row(place), gradHidden, gradCell);
            next += isLast ? 0 : 1;
            place++;
        }
    }

    /// <summary>∂L/∂h before a step through the products: that of the gates times the transposed hidden weights.</summary>
    private static void MultiplyByHiddenWeights(in RecurrentOperands<T> x, ReadOnlyTensorView<T> gradGates, TensorView<T> gradHidden)
    {
        int shared = TCell.SharedGates * x.HiddenSize, all = TCell.Gates * x.HiddenSize;
        ReadOnlyTensorView<T> weights = x.Weights.HiddenWeights;
        MatMul.MultiplyTransposeB(
            gradGates.SliceColumns(0, shared), weights.SliceColumns(0, shared), gradHidden, TCell.PassesHiddenOn, threads: x.Threads);
        if (shared < all)
        {
            MatMul.MultiplyTransposeB(
                gradGates.SliceColumns(all, all - shared), weights.SliceColumns(shared, all - shared), gradHidden, accumulate: true,
                threads: x.Threads);
        }
    }

    private static void WriteGradInitial(in RecurrentOperands<T> x, in Gradients gradients)
    {
        int place = 0;
        for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
        {
            bool isEmpty = x.Sequences.GetLength(sequence) == 0;
            Write(x.GradInitial.Hidden, x.GradFinal.Hidden, gradients.PreviousHidden);
            if (TCell.HasCellState)
            {
                Write(x.GradInitial.Cell, x.GradFinal.Cell, gradients.PreviousCell);
            }

            place += isEmpty ? 0 : 1;

            void Write(TensorView<T> gradInitial, ReadOnlyTensorView<T> gradFinal, ReadOnlyTensorView<T> ofFirstStep)
            {
                if (gradInitial.Columns == 0)
                {
                    return;
                }

                if (isEmpty)
                {
                    CopyOrClear(gradFinal, sequence, gradInitial.Row(sequence));
                }
                else
                {
                    ofFirstStep.Row(place).CopyTo(gradInitial.Row(sequence));
                }
            }
        }
    }

    /// <summary>The sums over all time steps.</summary>
    private static void WriteGradWeights(in RecurrentOperands<T> x, in Memory memory, in Gradients gradients)
    {
        int rows = x.Input.Rows, shared = TCell.SharedGates * x.HiddenSize, all = TCell.Gates * x.HiddenSize;
        ReadOnlyTensorView<T> h = memory.PreviousHidden.SliceRows(0, rows);
        TensorView<T> gates = gradients.Gates.SliceRows(0, rows);
        RecurrentGradients<T> to = x.GradWeights;
        MatMul.MultiplyTransposeA(Arrange(x), gates.SliceColumns(0, all), to.InputWeights, x.Accumulates, threads: x.Threads);
        if (to.InputBias.Columns != 0)
        {
            ColumnReductions.Sum(gates.SliceColumns(0, all), to.InputBias.Row(0), x.Accumulates);
        }

        Write(h, gates.SliceColumns(0, shared), 0, x);
        if (shared < all)
        {
            Write(h, gates.SliceColumns(all, all - shared), shared, x);
        }

        static void Write(ReadOnlyTensorView<T> h, ReadOnlyTensorView<T> gates, int start, in RecurrentOperands<T> x)
        {
            MatMul.MultiplyTransposeA(
                h, gates, x.GradWeights.HiddenWeights.SliceColumns(start, gates.Columns), x.Accumulates, threads: x.Threads);
            if (x.GradWeights.HiddenBias.Columns != 0)
            {
                ColumnReductions.Sum(gates, x.GradWeights.HiddenBias.Row(0).Slice(start, gates.Columns), x.Accumulates);
            }
        }
    }

    /// <summary>One product for all rows, which are then put back into their order.</summary>
    private static void WriteGradInput(in RecurrentOperands<T> x, in Gradients gradients)
    {
        if (x.GradInput.IsEmpty)
        {
            return;
        }

        TimeSteps steps = x.Steps;
        TensorView<T> rows = steps.AreInOrder ? x.GradInput : x.Scratch.Slice(0, 0, x.Input.Rows, x.Input.Columns);
        MatMul.MultiplyTransposeB(
            gradients.Gates.Slice(0, 0, x.Input.Rows, TCell.Gates * x.HiddenSize), x.Weights.InputWeights, rows, threads: x.Threads);
        int place = steps.AreInOrder ? rows.Rows : 0;
        for (int step = 0; place < rows.Rows; step++)
        {
            for (int sequence = 0; sequence < x.Sequences.Count; sequence++)
            {
                if (steps.HasRow(sequence, step))
                {
                    rows.Row(place++).CopyTo(x.GradInput.Row(steps.GetRow(sequence, step)));
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

    /// <summary>The parts of the saved memory in the backward pass.</summary>
    private readonly ref struct Memory(ReadOnlyTensorView<T> saved, int hiddenSize)
    {
        /// <summary>In the order of time.</summary>
        internal ReadOnlyTensorView<T> Gates { get; } = saved.SliceColumns(0, Blocks * hiddenSize);

        /// <summary>In the order of time.</summary>
        internal ReadOnlyTensorView<T> PreviousHidden { get; } = saved.SliceColumns(Blocks * hiddenSize, hiddenSize);

        /// <summary>In the order of the rows.</summary>
        internal ReadOnlyTensorView<T> Cell { get; } =
            TCell.HasCellState ? saved.SliceColumns((Blocks + 1) * hiddenSize, hiddenSize) : default;
    }

    /// <summary>The same parts in the forward pass.</summary>
    private readonly ref struct MemoryToWrite(TensorView<T> saved, int hiddenSize)
    {
        internal TensorView<T> Gates { get; } = saved.SliceColumns(0, Blocks * hiddenSize);

        internal TensorView<T> PreviousHidden { get; } = saved.SliceColumns(Blocks * hiddenSize, hiddenSize);

        internal TensorView<T> Cell { get; } =
            TCell.HasCellState ? saved.SliceColumns((Blocks + 1) * hiddenSize, hiddenSize) : default;
    }

    /// <summary>The gradients in scratch memory, in the order of time.</summary>
    private readonly ref struct Gradients(TensorView<T> scratch, int inputFeatures, int hiddenSize)
    {
        /// <summary>Of the pre-activations of the gates.</summary>
        internal TensorView<T> Gates { get; } = scratch.SliceColumns(inputFeatures, Blocks * hiddenSize);

        /// <summary>Of the hidden states before the steps; while a step runs, of those after it.</summary>
        internal TensorView<T> PreviousHidden { get; } = scratch.SliceColumns(inputFeatures + (Blocks * hiddenSize), hiddenSize);

        /// <summary>Of the cell states before the steps; while a step runs, of those after it.</summary>
        internal TensorView<T> PreviousCell { get; } =
            TCell.HasCellState ? scratch.SliceColumns(inputFeatures + ((Blocks + 1) * hiddenSize), hiddenSize) : default;
    }
}
