using System.Numerics;

namespace VecNet;

/// <summary>
/// A recurrent layer over packed sequences in one direction: each row of a sequence changes a state, which is the output for this row.
/// </summary>
/// <remarks>
/// <para>
/// The results of a sequence have the same bits alone or in any batch, and on any number of threads. The rows of a sequence are read from
/// the first to the last, or, in reverse, from the last to the first; the output for a row is in the same place either way.
/// </para>
/// <code>
/// var saved = new TensorBuffer&lt;float&gt;(rows, Recurrence.GetSavedWidth(RecurrentCell.Lstm, hiddenSize));
/// var scratch = new TensorBuffer&lt;float&gt;(rows, Recurrence.GetScratchWidth(RecurrentCell.Lstm, features, hiddenSize));
/// Recurrence.Forward(
///     RecurrentCell.Lstm, input, sequences, weights, initialState: default, output, finalState: default, saved.View, scratch.View);
/// </code>
/// </remarks>
public static class Recurrence
{
    /// <summary>For each sequence, the hidden states after each of its rows, by the formulas of <see cref="RecurrentCell"/>.</summary>
    /// <remarks>The state after a sequence without rows is the one before it. NaN stays in its sequence.</remarks>
    /// <param name="cell">The cell.</param>
    /// <param name="input">x, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="weights">The weights and biases.</param>
    /// <param name="initialState">The state of each sequence before its first step; the default value for zeros.</param>
    /// <param name="output">h after each row, rows × hidden size, overwritten.</param>
    /// <param name="finalState">The state of each sequence after its last step, overwritten; the default value if it is not wanted.</param>
    /// <param name="saved">
    /// Memory for the backward pass, at least rows × <see cref="GetSavedWidth"/>, overwritten; needed in inference too.
    /// </param>
    /// <param name="scratch">Scratch memory, rows × at least the features.</param>
    /// <param name="isReverse">Whether time runs from the last row of a sequence to its first.</param>
    /// <param name="threads">
    /// The number of threads to use at most, the caller's included; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <param name="isInference">
    /// Whether no backward pass follows. The memory for it is still needed, but less of it is used, which is faster.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The cell is unknown, or the number of threads is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or what is written shares elements with another view; nothing has been written.
    /// </exception>
    public static void Forward<T>(
        RecurrentCell cell,
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        RecurrentWeights<T> weights,
        RecurrentState<T> initialState,
        TensorView<T> output,
        RecurrentState<T> finalState,
        TensorView<T> saved,
        TensorView<T> scratch,
        bool isReverse = false,
        int threads = 1,
        bool isInference = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new RecurrentOperands<T>
        {
            Input = input,
            Sequences = sequences,
            Weights = weights,
            Initial = initialState,
            Output = output,
            Final = finalState,
            Saved = saved,
            Scratch = scratch,
            IsReverse = isReverse,
            Threads = threads,
            IsInference = isInference,
        };
        operands.CheckForward(cell);
        switch (cell)
        {
            case RecurrentCell.Lstm: RecurrentPass<T, LstmCell<T>>.Forward(operands); break;
            case RecurrentCell.Gru: RecurrentPass<T, GruCell<T>>.Forward(operands); break;
            default: RecurrentPass<T, RnnCell<T>>.Forward(operands); break;
        }
    }

    /// <summary>The gradients of input, weights and initial states from those of the output and of the final states.</summary>
    /// <remarks>
    /// Back-propagation through time. h after step t reaches the loss through the output of this row, g_t, and through step t + 1:
    /// ∂L/∂h_t = g_t + (what step t + 1 passes on); after the last step it is g_t and the gradient of the final state.
    /// From ∂L/∂h_t and, for an LSTM, ∂L/∂c_t, a cell computes the gradients of the pre-activations, dz_t; see the derivation of each.
    /// z_t = x_t·W_ih + b_ih + h_(t−1)·W_hh + b_hh is linear, and all steps have the same parameters, so that these sum over the steps:
    /// ∂L/∂W_ih = Σ x_tᵀ·dz_t, ∂L/∂W_hh = Σ h_(t−1)ᵀ·dz_t, ∂L/∂b = Σ dz_t; ∂L/∂x_t = dz_t·W_ihᵀ, and dz_t·W_hhᵀ is passed on to step t − 1.
    /// What the first step passes on is the gradient of the initial state.
    /// </remarks>
    /// <param name="cell">The cell.</param>
    /// <param name="input">x, as the forward pass read it.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="weights">The weights and biases.</param>
    /// <param name="initialState">The initial states, as the forward pass read them.</param>
    /// <param name="saved">The memory that the forward pass wrote.</param>
    /// <param name="gradOutput">∂L/∂h of each row, rows × hidden size.</param>
    /// <param name="gradFinalState">The gradient of the final states; the default value for zeros.</param>
    /// <param name="gradInput">∂L/∂x, of the shape of the input, overwritten; or empty if it is not wanted.</param>
    /// <param name="gradWeights">The gradients of the weights and biases, overwritten or accumulated.</param>
    /// <param name="gradInitialState">The gradient of the initial states, overwritten; the default value if it is not wanted.</param>
    /// <param name="scratch">Scratch memory, at least rows × <see cref="GetScratchWidth"/>.</param>
    /// <param name="isReverse">Whether time runs from the last row of a sequence to its first.</param>
    /// <param name="accumulate">Whether the gradients of weights and biases are accumulated instead of overwritten.</param>
    /// <param name="threads">The number of threads to use at most, as in the forward pass.</param>
    /// <param name="transposedWeights">
    /// Scratch memory for the transposed hidden weights, with the columns of W_hh as rows, for faster products with few rows; or empty.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The cell is unknown, or the number of threads is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or what is written shares elements with another view; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        RecurrentCell cell,
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        RecurrentWeights<T> weights,
        RecurrentState<T> initialState,
        ReadOnlyTensorView<T> saved,
        ReadOnlyTensorView<T> gradOutput,
        RecurrentState<T> gradFinalState,
        TensorView<T> gradInput,
        RecurrentGradients<T> gradWeights,
        RecurrentState<T> gradInitialState,
        TensorView<T> scratch,
        bool isReverse = false,
        bool accumulate = false,
        int threads = 1,
        TensorView<T> transposedWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new RecurrentOperands<T>
        {
            Input = input,
            Sequences = sequences,
            Weights = weights,
            Initial = initialState,
            Memory = saved,
            GradOutput = gradOutput,
            GradFinal = gradFinalState,
            GradInput = gradInput,
            GradWeights = gradWeights,
            GradInitial = gradInitialState,
            Scratch = scratch,
            IsReverse = isReverse,
            Accumulates = accumulate,
            Threads = threads,
            Transposed = transposedWeights,
        };
        operands.CheckBackward(cell);
        switch (cell)
        {
            case RecurrentCell.Lstm: RecurrentPass<T, LstmCell<T>>.Backward(operands); break;
            case RecurrentCell.Gru: RecurrentPass<T, GruCell<T>>.Backward(operands); break;
            default: RecurrentPass<T, RnnCell<T>>.Backward(operands); break;
        }
    }

    /// <summary>The number of elements that the forward pass saves for each row.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="hiddenSize">The width of the state.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell is unknown, or the size is not positive.</exception>
    /// <exception cref="OverflowException">The number is too large.</exception>
    public static int GetSavedWidth(RecurrentCell cell, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        return cell switch
        {
            RecurrentCell.Lstm => RecurrentPass<float, LstmCell<float>>.GetSavedWidth(hiddenSize),
            RecurrentCell.Gru => RecurrentPass<float, GruCell<float>>.GetSavedWidth(hiddenSize),
            RecurrentCell.Rnn => RecurrentPass<float, RnnCell<float>>.GetSavedWidth(hiddenSize),
            _ => throw Unknown(cell),
        };
    }

    /// <summary>The number of elements of scratch memory that the backward pass needs for each row.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputFeatures">The width of the input.</param>
    /// <param name="hiddenSize">The width of the state.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell is unknown, or a size is not positive.</exception>
    /// <exception cref="OverflowException">The number is too large.</exception>
    public static int GetScratchWidth(RecurrentCell cell, int inputFeatures, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputFeatures);
        return checked(inputFeatures + GetSavedWidth(cell, hiddenSize));
    }

    /// <summary>The number of gates of a cell.</summary>
    internal static int GetGates(RecurrentCell cell) => cell switch
    {
        RecurrentCell.Lstm => LstmCell<float>.Gates,
        RecurrentCell.Gru => GruCell<float>.Gates,
        RecurrentCell.Rnn => RnnCell<float>.Gates,
        _ => throw Unknown(cell),
    };

    private static ArgumentOutOfRangeException Unknown(RecurrentCell cell) =>
        new(nameof(cell), cell, "Unknown kind of recurrent cell.");
}
