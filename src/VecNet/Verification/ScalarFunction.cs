namespace VecNet;

/// <summary>Computes a number, and its gradient if that is requested.</summary>
/// <param name="input">Not to be changed.</param>
/// <param name="gradInput">The gradient, to be overwritten; empty if only the number is requested.</param>
public delegate double ScalarFunction(ReadOnlyTensorView<double> input, TensorView<double> gradInput);
