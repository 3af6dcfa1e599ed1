namespace VecNet.Tests;

/// <summary>Faults of the functions' backward passes.</summary>
internal static class FunctionFaults
{
    public static IEnumerable<PlantedFault> All => [.. Activations(), .. Dropouts(), .. FullyConnecteds(), .. NormalizationFaults.All];

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

    private static IEnumerable<PlantedFault> Dropouts()
    {
        foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
        {
            yield return OfDropout(fault, _ => (mask, g, gradInput) =>
            {
                Dropout.Backward(mask, g, gradInput);
                spoil(gradInput);
            });
        }

        yield return OfDropout("a fresh mask", c => (mask, g, gradInput) =>
        {
            var fresh = new TensorBuffer<double>(mask.Rows, mask.Columns);
            Dropout.FillMask(0.4, new SplitMix64(c.Seed + 1), fresh.View);
            Dropout.Backward(fresh.View, g, gradInput);
        });
        yield return OfDropout("no mask", _ => (mask, g, gradInput) => g.CopyTo(gradInput));
        yield return OfDropout("dropped but not scaled", _ => (mask, g, gradInput) =>
            Spoiling.ByElement((m, _, gradient) => m == 0 ? 0 : gradient)(mask, mask, g, gradInput));
    }

    private static IEnumerable<PlantedFault> FullyConnecteds()
    {
        foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
        {
            yield return ByInput(fault, (x, w, g, gradInput, gradWeights, gradBias) =>
            {
                FullyConnected.Backward(x, w, g, gradInput, gradWeights, gradBias);
                spoil(gradInput);
            });
            yield return ByWeights(fault, (x, w, g, gradInput, gradWeights, gradBias) =>
            {
                FullyConnected.Backward(x, w, g, gradInput, gradWeights, gradBias);
                spoil(gradWeights);
            });
            yield return ByBias(fault, (x, w, g, gradInput, gradWeights, gradBias) =>
            {
                FullyConnected.Backward(x, w, g, gradInput, gradWeights, gradBias);
                spoil(gradBias);
            });
        }

        yield return ByInput(
            "transposed weights, where they are square", (x, w, g, gradInput, _, _) => MatMul.Multiply(g, w, gradInput), square: true);
        yield return ByInput(
            "transposed weights, read in the other shape",
            (x, w, g, gradInput, _, _) => MatMul.Multiply(g, w.AsSpan().AsView(w.Columns, w.Rows), gradInput));
        yield return ByWeights(
            "transposed, where it is square", (x, _, g, _, gradWeights, _) => MatMul.MultiplyTransposeA(g, x, gradWeights), square: true);
        yield return ByWeights(
            "transposed, written in the other shape",
            (x, _, g, _, gradWeights, _) => MatMul.MultiplyTransposeA(
                g, x, gradWeights.AsSpan().AsView(gradWeights.Columns, gradWeights.Rows)));
        yield return ByWeights(
            "of the batch's first row only",
            (x, _, g, _, gradWeights, _) => MatMul.MultiplyTransposeA(x.SliceRows(0, 1), g.SliceRows(0, 1), gradWeights));
        yield return ByWeights("the batch's mean instead of its sum", (x, _, g, _, gradWeights, _) =>
        {
            MatMul.MultiplyTransposeA(x, g, gradWeights);
            Elementwise.Scale(gradWeights, 1.0 / x.Rows, gradWeights);
        });
        yield return ByBias(
            "of the batch's first row only", (_, _, g, _, _, gradBias) => g.SliceRows(0, 1).CopyTo(gradBias));
        yield return ByBias(
            "not summed: the last row remains", (_, _, g, _, _, gradBias) => g.SliceRows(g.Rows - 1, 1).CopyTo(gradBias));
        yield return ByBias("the batch's mean instead of its sum", (x, w, g, gradInput, gradWeights, gradBias) =>
        {
            FullyConnected.Backward(x, w, g, gradInput, gradWeights, gradBias);
            Elementwise.Scale(gradBias, 1.0 / x.Rows, gradBias);
        });
    }

    private static PlantedFault Activation(string name, string fault, BackwardFunction faulty) => new(
        name, fault, nameof(FunctionGradientTests.A_function_of_one_tensor_by_its_input),
        (c, planted) => FunctionChecks.Of(name, c, planted ? faulty : null));

    private static PlantedFault OfDropout(string fault, Func<GradientCase, DropoutBackward> faulty) =>
        new(
            "Dropout", fault, nameof(FunctionGradientTests.Dropout_by_its_input_with_the_mask_of_forward),
            (c, planted) => FunctionChecks.OfDropout(c, planted ? faulty(c) : null));

    private static PlantedFault ByInput(string fault, FullyConnectedBackward faulty, bool square = false) =>
        new(
            "FullyConnected input", fault, nameof(FunctionGradientTests.Fully_connected_by_its_input),
            (c, planted) => FunctionChecks.OfFullyConnectedInput(c, planted ? faulty : null), square);

    private static PlantedFault ByWeights(string fault, FullyConnectedBackward faulty, bool square = false) =>
        new(
            "FullyConnected weights", fault, nameof(FunctionGradientTests.Fully_connected_by_its_weights),
            (c, planted) => FunctionChecks.OfFullyConnectedWeights(c, planted ? faulty : null), square);

    private static PlantedFault ByBias(string fault, FullyConnectedBackward faulty) =>
        new(
            "FullyConnected bias", fault, nameof(FunctionGradientTests.Fully_connected_by_its_bias),
            (c, planted) => FunctionChecks.OfFullyConnectedBias(c, planted ? faulty : null));

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
