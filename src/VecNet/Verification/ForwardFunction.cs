namespace VecNet;

/// <summary>Computes <paramref name="output"/> from <paramref name="input"/>, for a gradient check.</summary>
/// <param name="input">Not to be changed.</param>
/// <param name="output">To be overwritten.</param>
public delegate void ForwardFunction(ReadOnlyTensorView<double> input, TensorView<double> output);
