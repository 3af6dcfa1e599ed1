namespace VecNet.Tests;

/// <summary>Faults of the functions' backward passes.</summary>
internal static class FunctionFaults
{
    public static IEnumerable<PlantedFault> All => [.. Activations(), .. MultivariateFaults.All];

    private static IEnumerable<PlantedFault> Activations()
    {
        foreach (string name in FunctionChecks.Functions.Keys)
        {
            foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
            {
                yield return Activation(name, fault, spoil.After(FunctionChecks.BackwardOf(name)));
            }
        }

        yield return Activation("Sigmoid", "without the factor y", Spoiling.ByElement((_, y, g) => g * (1 - y)));
        yield return Activation("Sigmoid", "of the input instead of the output", Spoiling.ByElement((x, _, g) => g * x * (1 - x)));
        yield return Activation("Tanh", "1 − y instead of 1 − y²", Spoiling.ByElement((_, y, g) => g * (1 - y)));
        yield return Activation("ReLU", "everything passes", Spoiling.ByElement((_, _, g) => g));
        yield return Activation("ReLU", "asks the gradient's sign", Spoiling.ByElement((_, _, g) => Math.Max(0, g)));
        yield return Activation("SiLU", "without the product rule's second term", Spoiling.ByElement((x, _, g) => g / (1 + Math.Exp(-x))));
        yield return Activation("SiLU", "of the output instead of the input", (_, y, g, gradInput) => SiLU.Backward(y, g, gradInput));
        yield return Activation("LeakyReLU", "another slope", (_, y, g, gradInput) => LeakyReLU.Backward(y, g, gradInput));
        yield return Activation("ELU", "y + 1 instead of y + alpha", (_, y, g, gradInput) => ELU.Backward(y, g, gradInput));
        yield return Activation("Softplus", "beta forgotten", (_, y, g, gradInput) => Softplus.Backward(y, g, gradInput));
        yield return Activation("GELU", "the other form's derivative", FunctionChecks.BackwardOf("GELUTanh"));
        yield return Activation("GELUTanh", "the other form's derivative", FunctionChecks.BackwardOf("GELU"));
        yield return Activation("GELU", "of the output instead of the input", (_, y, g, gradInput) => GELU.Backward(y, g, gradInput));
        yield return Activation("Exp", "of the input instead of the output", Spoiling.ByElement((x, _, g) => g * x));
        yield return Activation("LogSoftmax", "without the sum term", Spoiling.ByElement((_, _, g) => g));
        yield return Activation("LogSoftmax", "as if elementwise, g (1 − e^y)", Spoiling.ByElement((_, y, g) => g * (1 - Math.Exp(y))));
        yield return Activation("Softmax", "without the sum term", Spoiling.ByElement((_, y, g) => y * g));
        yield return Activation("Softmax", "as if elementwise, y(1 − y)", Spoiling.ByElement((_, y, g) => g * y * (1 - y)));
        yield return Activation("Softmax", "the first row's sum for every row", SoftmaxWithFirstSum);
    }

    private static PlantedFault Activation(string name, string fault, BackwardFunction faulty) => new(
        name, fault, nameof(FunctionGradientTests.A_function_of_one_tensor_by_its_input),
        (c, planted) => FunctionChecks.Functions[name].Check(c, planted ? faulty : null));

    private static void SoftmaxWithFirstSum(
        ReadOnlyTensorView<double> x, ReadOnlyTensorView<double> y, ReadOnlyTensorView<double> g, TensorView<double> gradInput)
    {
        double sum = 0;
        for (int j = 0; j < y.Columns; j++)
        {
            sum += y[0, j] * g[0, j];
        }

        Spoiling.ByElement((_, yij, gij) => yij * (gij - sum))(x, y, g, gradInput);
    }
}
