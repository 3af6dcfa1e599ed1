namespace VecNet.Tests;

/// <summary>The functions of the catalog by name, and whether one depends on its input.</summary>
internal static class FunctionChecks
{
    /// <summary>The functions of one tensor.</summary>
    public static IReadOnlyDictionary<string, FunctionEntry<double>> Functions { get; } =
        OperationCatalog<double>.Functions.ToDictionary(function => function.Name);

    /// <summary>The functions of several tensors.</summary>
    public static IReadOnlyDictionary<string, MultivariateFunction> Multivariate { get; } =
        MultivariateFunctions.All.ToDictionary(function => function.Name);

    /// <summary>The library's own backward pass of a function of one tensor.</summary>
    public static BackwardFunction BackwardOf(string name) => Functions[name].Sample.Backward;

    /// <summary>Whether no element of the input changes the result: softmax over one class, ReLU of negative numbers.</summary>
    public static bool IsConstant(string name, GradientCase c)
    {
        ActivationLayer<double> function = Functions[name].Sample;
        TensorBuffer<double> x = c.Input(function.Kinks);
        return IsConstant(x, x.Rows, x.Columns, y => function.Forward(x.View, y));
    }

    /// <summary>Whether no element of a variable changes the result: an empty batch, a mask that has dropped everything.</summary>
    public static bool IsConstant(MultivariateFunction function, int variable, GradientCase c)
    {
        MultivariateFunction.Point at = function.At(c);
        return IsConstant(at.Variables[variable], at.Rows, at.Columns, y => at.Forward(at, y));
    }

    private delegate void Forward(TensorView<double> output);

    /// <summary>By forward passes alone.</summary>
    private static bool IsConstant(TensorBuffer<double> x, int rows, int columns, Forward forward)
    {
        double[] before = Output();
        for (int i = 0; i < x.Length; i++)
        {
            double there = x.Span[i];
            x.Span[i] += 1e-3;
            bool changes = !Output().AsSpan().SequenceEqual(before);
            x.Span[i] = there;
            if (changes)
            {
                return false;
            }
        }

        return true;

        double[] Output()
        {
            var y = new TensorBuffer<double>(rows, columns);
            forward(y.View);
            return y.Span.ToArray();
        }
    }
}
