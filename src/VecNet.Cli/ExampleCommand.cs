namespace VecNet.Cli;

/// <summary>The assignment's worked example, module by module, with every number.</summary>
internal static class ExampleCommand
{
    /// <summary>Prints it.</summary>
    internal static int Run(TextWriter output)
    {
        var x = new double[,] { { 1, 1 } }.AsView();
        var y = new double[,] { { 0 } }.AsView();
        var w1 = new double[,] { { 0.5, 0.75 }, { 0.25, 0.25 } }.AsView();
        var b1 = new double[,] { { 0, 0 } }.AsView();
        var w2 = new double[,] { { 0.5 }, { 0.5 } }.AsView();
        var b2 = new double[,] { { 0 } }.AsView();
        output.WriteLine("Two inputs, two hidden units with a sigmoid, one output; the loss is the mean of ½(y − ŷ)².");
        output.WriteLine("Matrices are written row by row; x is one row, as would be each sample of a batch.");
        output.WriteLine();
        Print(output, "x", "the input", x);
        Print(output, "y", "what the output should be", y);
        Print(output, "W1", "weights of the first layer, inputs × outputs", w1);
        Print(output, "b1", "its biases", b1);
        Print(output, "W2", "weights of the second layer", w2);
        Print(output, "b2", "its bias", b2);

        var z1 = new double[1, 2].AsView();
        var a1 = new double[1, 2].AsView();
        var z2 = new double[1, 1].AsView();
        FullyConnected.Forward(x, w1, b1, z1);
        Sigmoid.Forward(z1, a1);
        FullyConnected.Forward(a1, w2, b2, z2);
        var squares = new MeanSquaredError<double>();
        double loss = squares.Forward(z2, y);
        output.WriteLine("FORWARD");
        Print(output, "z1", "x·W1 + b1", z1, $"its first element: {x[0, 0]:R}·{w1[0, 0]:R} + {x[0, 1]:R}·{w1[1, 0]:R} + {b1[0, 0]:R}");
        Print(output, "a1", "σ(z1) = 1 / (1 + e^(−z1)), element by element", a1, $"its first element: 1 / (1 + e^(−{z1[0, 0]:R}))");
        Print(output, "prediction", "ŷ = z2 = a1·W2 + b2", z2, $"{a1[0, 0]:R}·{w2[0, 0]:R} + {a1[0, 1]:R}·{w2[1, 0]:R} + {b2[0, 0]:R}");
        Print(output, "loss", "L = mean of ½(y − ŷ)²", new[,] { { loss } }.AsView(), $"½·({y[0, 0]:R} − {z2[0, 0]:R})²");

        var gradZ2 = new double[1, 1].AsView();
        var gradA1 = new double[1, 2].AsView();
        var gradW2 = new double[2, 1].AsView();
        var gradB2 = new double[1, 1].AsView();
        var gradZ1 = new double[1, 2].AsView();
        var gradX = new double[1, 2].AsView();
        var gradW1 = new double[2, 2].AsView();
        var gradB1 = new double[1, 2].AsView();
        squares.Backward(z2, y, gradZ2);
        FullyConnected.Backward(a1, w2, gradZ2, gradA1, gradW2, gradB2);
        Sigmoid.Backward(a1, gradA1, gradZ1);
        FullyConnected.Backward(x, w1, gradZ1, gradX, gradW1, gradB1);
        output.WriteLine("BACKWARD: how much the loss changes with each number, from the loss back to the input (chain rule)");
        Print(output, "∂L/∂z2", "(ŷ − y) / number of elements", gradZ2, $"({z2[0, 0]:R} − {y[0, 0]:R}) / 1");
        Print(output, "∂L/∂W2", "a1ᵀ·∂L/∂z2", gradW2, $"its first element: {a1[0, 0]:R}·{gradZ2[0, 0]:R}");
        Print(output, "∂L/∂b2", "the sum of ∂L/∂z2 over the rows", gradB2);
        Print(output, "∂L/∂a1", "∂L/∂z2·W2ᵀ", gradA1, $"its first element: {gradZ2[0, 0]:R}·{w2[0, 0]:R}");
        Print(output, "∂L/∂z1", "∂L/∂a1 ∘ a1 ∘ (1 − a1), element by element", gradZ1, $"its first element: {gradA1[0, 0]:R}·{a1[0, 0]:R}·(1 − {a1[0, 0]:R})");
        Print(output, "∂L/∂W1", "xᵀ·∂L/∂z1", gradW1, $"its first element: {x[0, 0]:R}·{gradZ1[0, 0]:R}");
        Print(output, "∂L/∂b1", "the sum of ∂L/∂z1 over the rows", gradB1);
        Print(output, "∂L/∂x", "∂L/∂z1·W1ᵀ", gradX, $"its first element: {gradZ1[0, 0]:R}·{w1[0, 0]:R} + {gradZ1[0, 1]:R}·{w1[0, 1]:R}");
        return 0;
    }

    /// <summary>Name and meaning, the elements with all their digits, and where one of them comes from.</summary>
    private static void Print(TextWriter output, string name, string meaning, TensorView<double> matrix, string? derivation = null)
    {
        output.WriteLine($"{name,-10} {meaning}");
        for (int row = 0; row < matrix.Rows; row++)
        {
            output.WriteLine($"             [{string.Join("  ", matrix.Row(row).ToArray().Select(element => $"{element:R}"))}]");
        }

        if (derivation is not null)
        {
            output.WriteLine($"             {derivation}");
        }

        output.WriteLine();
    }
}
