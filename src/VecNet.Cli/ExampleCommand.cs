namespace VecNet.Cli;

/// <summary>The assignment's worked example, module by module, with every number.</summary>
internal static class ExampleCommand
{
    /// <summary>Prints it.</summary>
    internal static int Run(TextWriter output)
    {
        double[,] x = { { 1, 1 } };
        double[,] y = { { 0 } };
        double[,] w1 = { { 0.5, 0.75 }, { 0.25, 0.25 } };
        double[,] b1 = { { 0, 0 } };
        double[,] w2 = { { 0.5 }, { 0.5 } };
        double[,] b2 = { { 0 } };
        output.WriteLine("Two inputs, two hidden units with a sigmoid, one output; the loss is the mean of ½(y − ŷ)².");
        output.WriteLine("Matrices are written row by row; x is one row, as would be each sample of a batch.");
        output.WriteLine();
        Print(output, "x", "the input", x);
        Print(output, "y", "what the output should be", y);
        Print(output, "W1", "weights of the first layer, inputs × outputs", w1);
        Print(output, "b1", "its biases", b1);
        Print(output, "W2", "weights of the second layer", w2);
        Print(output, "b2", "its bias", b2);

        double[,] z1 = new double[1, 2];
        double[,] a1 = new double[1, 2];
        double[,] z2 = new double[1, 1];
        FullyConnected.Forward<double>(x, w1, b1, z1);
        Sigmoid.Forward<double>(z1, a1);
        FullyConnected.Forward<double>(a1, w2, b2, z2);
        double loss = MeanSquaredError.Forward<double>(z2, new Targets<double>(y));
        output.WriteLine("FORWARD");
        Print(output, "z1", "x·W1 + b1", z1, $"its first element: {x[0, 0]:R}·{w1[0, 0]:R} + {x[0, 1]:R}·{w1[1, 0]:R} + {b1[0, 0]:R}");
        Print(output, "a1", "σ(z1) = 1 / (1 + e^(−z1)), element by element", a1, $"its first element: 1 / (1 + e^(−{z1[0, 0]:R}))");
        Print(output, "prediction", "ŷ = z2 = a1·W2 + b2", z2, $"{a1[0, 0]:R}·{w2[0, 0]:R} + {a1[0, 1]:R}·{w2[1, 0]:R} + {b2[0, 0]:R}");
        Print(output, "loss", "L = mean of ½(y − ŷ)²", new[,] { { loss } }, $"½·({y[0, 0]:R} − {z2[0, 0]:R})²");

        double[,] gradZ2 = new double[1, 1];
        double[,] gradA1 = new double[1, 2];
        double[,] gradW2 = new double[2, 1];
        double[,] gradB2 = new double[1, 1];
        double[,] gradZ1 = new double[1, 2];
        double[,] gradX = new double[1, 2];
        double[,] gradW1 = new double[2, 2];
        double[,] gradB1 = new double[1, 2];
        MeanSquaredError.Backward<double>(z2, new Targets<double>(y), gradZ2);
        FullyConnected.Backward<double>(a1, w2, gradZ2, gradA1, gradW2, gradB2);
        Sigmoid.Backward<double>(a1, gradA1, gradZ1);
        FullyConnected.Backward<double>(x, w1, gradZ1, gradX, gradW1, gradB1);
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
    private static void Print(TextWriter output, string name, string meaning, double[,] matrix, string? derivation = null)
    {
        output.WriteLine($"{name,-10} {meaning}");
        for (int row = 0; row < matrix.GetLength(0); row++)
        {
            output.WriteLine($"             [{string.Join("  ", Enumerable.Range(0, matrix.GetLength(1)).Select(column => $"{matrix[row, column]:R}"))}]");
        }

        if (derivation is not null)
        {
            output.WriteLine($"             {derivation}");
        }

        output.WriteLine();
    }
}
