using System.CommandLine;

namespace VecNet.Cli;

/// <summary>Prints a small network with every intermediate value and gradient.</summary>
internal static class ExampleCommand
{
    /// <summary>The command.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command(
            "example", "Computes the forward and backward pass of a 2-2-1 network step by step, with every number and its formula.");
        command.SetAction(_ => Run(context.Output));
        return command;
    }

    private static int Run(TextWriter output)
    {
        var x = new double[,] { { 1, 1 } }.AsView();
        var y = new double[,] { { 0 } }.AsView();
        var w1 = new double[,] { { 0.5, 0.75 }, { 0.25, 0.25 } }.AsView();
        var b1 = new double[,] { { 0, 0 } }.AsView();
        var w2 = new double[,] { { 0.5 }, { 0.5 } }.AsView();
        var b2 = new double[,] { { 0 } }.AsView();
        output.WriteLine(
            "The network has two inputs, two hidden units with a sigmoid and one output. The loss is the mean of ½(y − ŷ)².");
        output.WriteLine("Matrices are printed row by row. Each sample of a batch is a row; here x is the only one.");
        output.WriteLine();
        Print(output, "x", "the input", x);
        Print(output, "y", "the target", y);
        Print(output, "W1", "the weights of the first layer, inputs × outputs", w1);
        Print(output, "b1", "the biases of the first layer", b1);
        Print(output, "W2", "the weights of the second layer", w2);
        Print(output, "b2", "the bias of the second layer", b2);

        var z1 = new double[1, 2].AsView();
        var a1 = new double[1, 2].AsView();
        var z2 = new double[1, 1].AsView();
        FullyConnected.Forward(x, w1, b1, z1);
        Sigmoid.Forward(z1, a1);
        FullyConnected.Forward(a1, w2, b2, z2);
        var squares = new MeanSquaredError<double>();
        double loss = squares.Forward(z2, y);
        output.WriteLine("FORWARD");
        Print(output, "z1", "x·W1 + b1", z1, $"first element: {x[0, 0]:R}·{w1[0, 0]:R} + {x[0, 1]:R}·{w1[1, 0]:R} + {b1[0, 0]:R}");
        Print(output, "a1", "σ(z1) = 1 / (1 + e^(−z1)), elementwise", a1, $"first element: 1 / (1 + e^(−{z1[0, 0]:R}))");
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
        output.WriteLine("BACKWARD: the derivative of the loss with respect to each value, from the loss back to the input (chain rule)");
        Print(output, "∂L/∂z2", "(ŷ − y) / number of elements", gradZ2, $"({z2[0, 0]:R} − {y[0, 0]:R}) / 1");
        Print(output, "∂L/∂W2", "a1ᵀ·∂L/∂z2", gradW2, $"first element: {a1[0, 0]:R}·{gradZ2[0, 0]:R}");
        Print(output, "∂L/∂b2", "the sum of ∂L/∂z2 over the rows", gradB2);
        Print(output, "∂L/∂a1", "∂L/∂z2·W2ᵀ", gradA1, $"first element: {gradZ2[0, 0]:R}·{w2[0, 0]:R}");
        Print(
            output,
            "∂L/∂z1",
            "∂L/∂a1 ∘ a1 ∘ (1 − a1), elementwise",
            gradZ1,
            $"first element: {gradA1[0, 0]:R}·{a1[0, 0]:R}·(1 − {a1[0, 0]:R})");
        Print(output, "∂L/∂W1", "xᵀ·∂L/∂z1", gradW1, $"first element: {x[0, 0]:R}·{gradZ1[0, 0]:R}");
        Print(output, "∂L/∂b1", "the sum of ∂L/∂z1 over the rows", gradB1);
        Print(
            output,
            "∂L/∂x",
            "∂L/∂z1·W1ᵀ",
            gradX,
            $"first element: {gradZ1[0, 0]:R}·{w1[0, 0]:R} + {gradZ1[0, 1]:R}·{w1[0, 1]:R}");
        return 0;
    }

    /// <summary>Prints a name and its meaning, the elements with all digits, and the computation of one of them.</summary>
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
