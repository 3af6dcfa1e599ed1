using System.Numerics.Tensors;

namespace VecNet;

/// <content>Back-propagation through time; <see cref="Recurrence.Backward"/> and the cells derive it.</content>
internal static partial class RecurrentPass<T, TCell>
{
    /// <summary>
    /// The number of rows of a step, on average, up to which a product with a transposed matrix costs more than with a copy: of 8 rows and
    /// a 256 × 1024 matrix 62 instead of 21 µs, of 32 rows no more (float, AMD EPYC with 512-bit vectors, 2026-11-27).
    /// </summary>
    private const int ManyRows = 16;

    /// <summary>The number of steps from which on the copy is worth its time, which is that of about six products of a row.</summary>
    private const int FewSteps = 8;

    internal static void Backward(in RecurrentOperands<T> x)
    {
        var memory = new Memory(x.Memory, x.HiddenSize);
        var gradients = new Gradients(x.Scratch, x.Input.Columns, x.HiddenSize);
        TimeSteps steps = x.Steps;
        int stepCount = steps.GetCount();
        ReadOnlyTensorView<T> transposed = Transpose(x, stepCount);
        int first = x.Input.Rows;
        for (int step = stepCount - 1; step >= 0; step--)
        {
            int next = first;
            int count = steps.CountRows(step);
            first -= count;
            RunStepBackward(x, step, memory, gradients, first, next);
            MultiplyByHiddenWeights(
                x, transposed, gradients.Gates.SliceRows(first, count), gradients.PreviousHidden.SliceRows(first, count));
        }

        WriteGradInitial(x, gradients);
        WriteGradWeights(x, memory, gradients);
        WriteGradInput(x, gradients);
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

    /// <summary>
    /// The transposed hidden weights, where a product with them is worth the copy; else empty. The bits are the same either way.
    /// </summary>
    private static ReadOnlyTensorView<T> Transpose(in RecurrentOperands<T> x, int steps)
    {
        ReadOnlyTensorView<T> weights = x.Weights.HiddenWeights;
        if (x.Transposed.Columns == 0 || steps < FewSteps || x.Input.Rows > (long)steps * ManyRows)
        {
            return default;
        }

        Packing.Transpose(weights, x.Transposed);
        return x.Transposed;
    }

    /// <summary>∂L/∂h before a step through the products: that of the gates times the transposed hidden weights.</summary>
    private static void MultiplyByHiddenWeights(
        in RecurrentOperands<T> x, ReadOnlyTensorView<T> transposed, ReadOnlyTensorView<T> gradGates, TensorView<T> gradHidden)
    {
        int shared = TCell.SharedGates * x.HiddenSize, all = TCell.Gates * x.HiddenSize;
        Multiply(x, transposed, gradGates.SliceColumns(0, shared), 0, gradHidden, TCell.PassesHiddenOn);
        if (shared < all)
        {
            Multiply(x, transposed, gradGates.SliceColumns(all, all - shared), shared, gradHidden, accumulate: true);
        }

        static void Multiply(
            in RecurrentOperands<T> x, ReadOnlyTensorView<T> transposed, ReadOnlyTensorView<T> gradGates, int start, TensorView<T> result,
            bool accumulate)
        {
            int count = gradGates.Columns;
            if (transposed.IsEmpty)
            {
                ReadOnlyTensorView<T> weights = x.Weights.HiddenWeights.SliceColumns(start, count);
                MatMul.MultiplyTransposeB(gradGates, weights, result, accumulate, threads: x.Threads);
            }
            else
            {
                MatMul.Multiply(gradGates, transposed.SliceRows(start, count), result, accumulate, threads: x.Threads);
            }
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
        MatMul.MultiplyTransposeA(Arrange(x, 0, 0, rows), gates.SliceColumns(0, all), to.InputWeights, x.Accumulates, threads: x.Threads);
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
}
