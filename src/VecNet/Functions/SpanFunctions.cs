using System.Numerics;

namespace VecNet;

/// <summary>Takes elementwise functions over spans to views.</summary>
internal static class SpanFunctions
{
    /// <summary>output[i, j] = f(input[i, j]): in one sweep where the views have no gaps, else row by row.</summary>
    internal static void Run<T, TFunction>(ReadOnlyTensorView<T> input, TensorView<T> output, TFunction function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryKernel<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(input, output);
        Overlap.CheckInPlaceOrApart(input, output);
        if (input.IsEmpty)
        {
            return;
        }

        if (input.IsContiguous && output.IsContiguous)
        {
            UnaryKernels.Run(input.Span, output.Span, function);
            return;
        }

        for (int row = 0; row < input.Rows; row++)
        {
            UnaryKernels.Run(input.Row(row), output.Row(row), function);
        }
    }
}

/// <summary>The backward pass of an activation whose derivative follows from its output.</summary>
internal static class ActivationBackward
{
    /// <summary>gradInput[i, j] = kernel(output[i, j], gradOutput[i, j]).</summary>
    internal static void Run<T, TKernel>(
        ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        Shape.CheckSame(output, gradOutput);
        Shape.CheckSame(output, gradInput);
        Overlap.CheckInPlaceOrApart(output, gradInput);
        Overlap.CheckInPlaceOrApart(gradOutput, gradInput);
        ElementwiseKernels.Run(output, gradOutput, gradInput, kernel);
    }
}
