using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The operands of a pass of a recurrent layer, and what they must look like. Those of the other pass are empty.</summary>
internal ref struct RecurrentOperands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal ReadOnlyTensorView<T> Input;
    internal SequenceOffsets Sequences;
    internal RecurrentWeights<T> Weights;
    internal RecurrentState<T> Initial;
    internal bool IsReverse;
    internal int Threads;

    internal TensorView<T> Scratch;

    // The forward pass only.
    internal TensorView<T> Output;
    internal TensorView<T> Saved;
    internal RecurrentState<T> Final;
    internal bool IsInference;

    // The backward pass only.
    internal ReadOnlyTensorView<T> Memory;
    internal ReadOnlyTensorView<T> GradOutput;
    internal RecurrentState<T> GradFinal;
    internal TensorView<T> GradInput;
    internal RecurrentGradients<T> GradWeights;
    internal RecurrentState<T> GradInitial;
    internal bool Accumulates;
    internal TensorView<T> Transposed;

    /// <summary>The width of the state.</summary>
    internal readonly int HiddenSize => Weights.HiddenWeights.Rows;

    internal readonly TimeSteps Steps => new(Sequences, IsReverse);

    /// <summary>Checks the operands of the forward pass.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or what is written shares elements with another operand.</exception>
    internal readonly void CheckForward(RecurrentCell cell)
    {
        RecurrentState<T> initialState = Initial, finalState = Final;
        TensorView<T> output = Output, saved = Saved, scratch = Scratch;
        CheckInputs(cell);
        Shape.Check<T>(output, Input.Rows, HiddenSize);
        CheckState(finalState, cell, "finalState.Hidden", "finalState.Cell");
        CheckRows(saved, Recurrence.GetSavedWidth(cell, HiddenSize));
        CheckRows(scratch, Input.Columns);
        CheckApart(output);
        CheckApart(saved);
        CheckApart(scratch);
        CheckApart(finalState.Hidden);
        CheckApart(finalState.Cell);
        Overlap.CheckDisjoint<T>(output, saved);
        Overlap.CheckDisjoint<T>(output, scratch);
        Overlap.CheckDisjoint<T>(saved, scratch);
        CheckStateApart(output, finalState);
        CheckStateApart(saved, finalState);
        CheckStateApart(scratch, finalState);
        Overlap.CheckDisjoint<T>(finalState.Hidden, finalState.Cell);
    }

    /// <summary>Checks the operands of the backward pass.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or what is written shares elements with another operand.</exception>
    internal readonly void CheckBackward(RecurrentCell cell)
    {
        TensorView<T> scratch = Scratch, gradInput = GradInput, transposedWeights = Transposed;
        ReadOnlyTensorView<T> saved = Memory, gradOutput = GradOutput;
        RecurrentState<T> gradFinalState = GradFinal, gradInitialState = GradInitial;
        RecurrentGradients<T> gradWeights = GradWeights;
        CheckInputs(cell);
        Shape.Check(gradOutput, Input.Rows, HiddenSize);
        CheckState(gradFinalState, cell, "gradFinalState.Hidden", "gradFinalState.Cell");
        CheckState(gradInitialState, cell, "gradInitialState.Hidden", "gradInitialState.Cell");
        CheckRows(saved, Recurrence.GetSavedWidth(cell, HiddenSize));
        CheckRows(scratch, Recurrence.GetScratchWidth(cell, Input.Columns, HiddenSize));
        Shape.Check<T>(gradWeights.InputWeights, Weights.InputWeights.Rows, Weights.InputWeights.Columns);
        Shape.Check<T>(gradWeights.HiddenWeights, Weights.HiddenWeights.Rows, Weights.HiddenWeights.Columns);
        CheckIfGiven(gradWeights.InputBias, 1, Weights.InputWeights.Columns);
        CheckIfGiven(gradWeights.HiddenBias, 1, Weights.InputWeights.Columns);
        CheckIfGiven(transposedWeights, Weights.HiddenWeights.Columns, HiddenSize);
        CheckIfGiven(gradInput, Input.Rows, Input.Columns);

        // Each result is apart from what is read, and from the results before it.
        CheckResult(scratch, 0);
        CheckResult(gradInput, 1);
        CheckResult(gradWeights.InputWeights, 2);
        CheckResult(gradWeights.HiddenWeights, 3);
        CheckResult(gradWeights.InputBias, 4);
        CheckResult(gradWeights.HiddenBias, 5);
        CheckResult(gradInitialState.Hidden, 6);
        CheckResult(gradInitialState.Cell, 7);
        CheckResult(transposedWeights, 8);
    }

    private readonly void CheckInputs(RecurrentCell cell)
    {
        ReadOnlyTensorView<T> input = Input;
        RecurrentWeights<T> weights = Weights;
        RecurrentState<T> initialState = Initial;
        ElementType.Check<T>();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Threads, "threads");
        int width = checked(Recurrence.GetGates(cell) * HiddenSize);
        if (HiddenSize == 0)
        {
            throw new ArgumentException("The hidden weights have no row; there must be at least one hidden unit.", nameof(weights));
        }

        Shape.Check(input, Sequences.Rows, input.Columns);
        Shape.Check(weights.InputWeights, input.Columns, width);
        Shape.Check(weights.HiddenWeights, HiddenSize, width);
        CheckIfGiven(weights.InputBias, 1, width);
        CheckIfGiven(weights.HiddenBias, 1, width);
        CheckState(initialState, cell, "initialState.Hidden", "initialState.Cell");
    }

    private readonly void CheckState(RecurrentState<T> state, RecurrentCell cell, string nameOfHidden, string nameOfCell)
    {
        CheckIfGiven(state.Hidden, Sequences.Count, HiddenSize, nameOfHidden);
        CheckIfGiven(state.Cell, Sequences.Count, HiddenSize, nameOfCell);
        if (state.Cell.Columns != 0 && cell != RecurrentCell.Lstm)
        {
            throw new ArgumentException("Only an LSTM has a cell state.", nameOfCell);
        }
    }

    private readonly void CheckRows(ReadOnlyTensorView<T> memory, int width, [CallerArgumentExpression(nameof(memory))] string name = "")
    {
        if (memory.Rows < Input.Rows || memory.Columns < width)
        {
            throw new ArgumentException(
                $"{name} is {memory.Rows}×{memory.Columns}; it must have {width} columns for each of the {Input.Rows} rows.", name);
        }
    }

    /// <summary>A result of the backward pass.</summary>
    /// <param name="result">The result.</param>
    /// <param name="place">The number of results that were checked before it.</param>
    /// <param name="name">Its name.</param>
    private readonly void CheckResult(
        TensorView<T> result, int place, [CallerArgumentExpression(nameof(result))] string name = "")
    {
        RecurrentGradients<T> gradWeights = GradWeights;
        CheckApart(result, name);
        Overlap.CheckDisjoint(Memory, result, "saved", name);
        Overlap.CheckDisjoint(GradOutput, result, "gradOutput", name);
        Overlap.CheckDisjoint<T>(GradFinal.Hidden, result, "gradFinalState.Hidden", name);
        Overlap.CheckDisjoint<T>(GradFinal.Cell, result, "gradFinalState.Cell", name);
        CheckBefore(Scratch, place > 0, result, "scratch", name);
        CheckBefore(GradInput, place > 1, result, "gradInput", name);
        CheckBefore(gradWeights.InputWeights, place > 2, result, "gradWeights.InputWeights", name);
        CheckBefore(gradWeights.HiddenWeights, place > 3, result, "gradWeights.HiddenWeights", name);
        CheckBefore(gradWeights.InputBias, place > 4, result, "gradWeights.InputBias", name);
        CheckBefore(gradWeights.HiddenBias, place > 5, result, "gradWeights.HiddenBias", name);
        CheckBefore(GradInitial.Hidden, place > 6, result, "gradInitialState.Hidden", name);
        CheckBefore(GradInitial.Cell, place > 7, result, "gradInitialState.Cell", name);
    }

    private static void CheckBefore(TensorView<T> other, bool isBefore, TensorView<T> result, string nameOfOther, string name)
    {
        if (isBefore)
        {
            Overlap.CheckDisjoint<T>(other, result, nameOfOther, name);
        }
    }

    /// <summary>A result is apart from everything that both passes read.</summary>
    private readonly void CheckApart(TensorView<T> result, [CallerArgumentExpression(nameof(result))] string name = "")
    {
        Overlap.CheckDisjoint(Input, result, "input", name);
        Overlap.CheckDisjoint(Weights.InputWeights, result, "weights.InputWeights", name);
        Overlap.CheckDisjoint(Weights.HiddenWeights, result, "weights.HiddenWeights", name);
        Overlap.CheckDisjoint(Weights.InputBias, result, "weights.InputBias", name);
        Overlap.CheckDisjoint(Weights.HiddenBias, result, "weights.HiddenBias", name);
        Overlap.CheckDisjoint<T>(Initial.Hidden, result, "initialState.Hidden", name);
        Overlap.CheckDisjoint<T>(Initial.Cell, result, "initialState.Cell", name);
    }

    private static void CheckStateApart(
        TensorView<T> result, RecurrentState<T> finalState, [CallerArgumentExpression(nameof(result))] string name = "")
    {
        Overlap.CheckDisjoint<T>(result, finalState.Hidden, name);
        Overlap.CheckDisjoint<T>(result, finalState.Cell, name);
    }

    private static void CheckIfGiven(
        ReadOnlyTensorView<T> view, int rows, int columns, [CallerArgumentExpression(nameof(view))] string name = "")
    {
        if (view.Columns != 0)
        {
            Shape.Check(view, rows, columns, name);
        }
    }
}
