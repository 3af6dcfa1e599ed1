namespace VecNet;

/// <summary>Computes ∂L/∂input from ∂L/∂output, for a gradient check.</summary>
/// <param name="input">The input of the forward function.</param>
/// <param name="output">The output of the forward function.</param>
/// <param name="gradOutput">∂L/∂output.</param>
/// <param name="gradInput">∂L/∂input, to be overwritten.</param>
public delegate void BackwardFunction(
    ReadOnlyTensorView<double> input, ReadOnlyTensorView<double> output, ReadOnlyTensorView<double> gradOutput,
    TensorView<double> gradInput);
