using System.Numerics;

namespace VecNet;

/// <summary>
/// The weights and biases of a recurrent layer in one direction, to be read; n is the hidden size, and k the number of gates.
/// </summary>
/// <remarks>
/// A block of n columns belongs to each gate, in the order of <see cref="RecurrentCell"/>: k is 4 for an LSTM, 3 for a GRU and 1 for an
/// RNN. PyTorch's <c>weight_ih_l0</c> and <c>weight_hh_l0</c> are the transposed matrices.
/// <code>
/// var weights = new RecurrentWeights&lt;float&gt;(inputWeights.View, hiddenWeights.View, inputBias.View, hiddenBias.View);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputWeights">W_ih, input features × k·n.</param>
/// <param name="hiddenWeights">W_hh, n × k·n.</param>
/// <param name="inputBias">b_ih, 1 × k·n; or empty for 0.</param>
/// <param name="hiddenBias">b_hh, 1 × k·n; or empty for 0.</param>
public readonly ref struct RecurrentWeights<T>(
    ReadOnlyTensorView<T> inputWeights,
    ReadOnlyTensorView<T> hiddenWeights,
    ReadOnlyTensorView<T> inputBias = default,
    ReadOnlyTensorView<T> hiddenBias = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>W_ih.</summary>
    public ReadOnlyTensorView<T> InputWeights { get; } = inputWeights;

    /// <summary>W_hh.</summary>
    public ReadOnlyTensorView<T> HiddenWeights { get; } = hiddenWeights;

    /// <summary>b_ih; empty if there is none.</summary>
    public ReadOnlyTensorView<T> InputBias { get; } = inputBias;

    /// <summary>b_hh; empty if there is none.</summary>
    public ReadOnlyTensorView<T> HiddenBias { get; } = hiddenBias;
}

/// <summary>The gradients of the weights and biases of a recurrent layer in one direction, to be written.</summary>
/// <remarks>
/// Each has the shape of its parameter in <see cref="RecurrentWeights{T}"/>.
/// <code>
/// var gradWeights = new RecurrentGradients&lt;float&gt;(
///     gradInputWeights.View, gradHiddenWeights.View, gradInputBias.View, gradHiddenBias.View);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputWeights">∂L/∂W_ih.</param>
/// <param name="hiddenWeights">∂L/∂W_hh.</param>
/// <param name="inputBias">∂L/∂b_ih; or empty if it is not wanted.</param>
/// <param name="hiddenBias">∂L/∂b_hh; or empty if it is not wanted.</param>
public readonly ref struct RecurrentGradients<T>(
    TensorView<T> inputWeights,
    TensorView<T> hiddenWeights,
    TensorView<T> inputBias = default,
    TensorView<T> hiddenBias = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>∂L/∂W_ih.</summary>
    public TensorView<T> InputWeights { get; } = inputWeights;

    /// <summary>∂L/∂W_hh.</summary>
    public TensorView<T> HiddenWeights { get; } = hiddenWeights;

    /// <summary>∂L/∂b_ih; empty if it is not wanted.</summary>
    public TensorView<T> InputBias { get; } = inputBias;

    /// <summary>∂L/∂b_hh; empty if it is not wanted.</summary>
    public TensorView<T> HiddenBias { get; } = hiddenBias;
}

/// <summary>The state of a recurrent layer for each sequence: before its first time step, after its last one, or its gradient.</summary>
/// <remarks>
/// The default value stands for zeros where a state is read, and for nothing to be written where it is a result.
/// <code>
/// var state = new RecurrentState&lt;float&gt;(hidden.View, cell.View);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="hidden">h, sequences × hidden size; or empty.</param>
/// <param name="cell">c, sequences × hidden size; or empty. Only an LSTM has it.</param>
public readonly ref struct RecurrentState<T>(TensorView<T> hidden, TensorView<T> cell = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>h; empty for zeros, or if it is not wanted.</summary>
    public TensorView<T> Hidden { get; } = hidden;

    /// <summary>c; empty for zeros, or if it is not wanted.</summary>
    public TensorView<T> Cell { get; } = cell;
}
