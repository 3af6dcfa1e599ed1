namespace VecNet;

/// <summary>Computes <paramref name="output"/> from <paramref name="input"/>, for a gradient check.</summary>
/// <param name="input">Not to be changed.</param>
/// <param name="output">To be overwritten.</param>
public delegate void ForwardFunction(ReadOnlyTensorView<double> input, TensorView<double> output);

/// <summary>Computes ∂L/∂input from ∂L/∂output, for a gradient check.</summary>
/// <param name="input">The input of the forward function.</param>
/// <param name="output">The output of the forward function.</param>
/// <param name="gradOutput">∂L/∂output.</param>
/// <param name="gradInput">∂L/∂input, to be overwritten.</param>
public delegate void BackwardFunction(
    ReadOnlyTensorView<double> input, ReadOnlyTensorView<double> output, ReadOnlyTensorView<double> gradOutput,
    TensorView<double> gradInput);

/// <summary>Computes a number, and its gradient if that is requested.</summary>
/// <param name="input">Not to be changed.</param>
/// <param name="gradInput">The gradient, to be overwritten; empty if only the number is requested.</param>
public delegate double ScalarFunction(ReadOnlyTensorView<double> input, TensorView<double> gradInput);
