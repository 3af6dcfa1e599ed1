using System.Numerics;

namespace VecNet;

/// <summary>Applies a unary function to every element of a view.</summary>
internal static class UnaryMap
{
    /// <summary>output[i, j] = f(input[i, j]).</summary>
    internal static void Run<T, TFunction>(ReadOnlyTensorView<T> input, TensorView<T> output, TFunction function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryKernel<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(input, output);
        Overlap.CheckSameOrDisjoint(input, output);
        if (!input.IsEmpty)
        {
            UnaryLoop.Run(input, output, function);
        }
    }
}
