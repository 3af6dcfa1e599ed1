using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Applies a unary function to every element of a view.</summary>
internal static class UnaryMap
{
    /// <summary>output[i, j] = f(input[i, j]).</summary>
    internal static void Run<T, TFunction>(ReadOnlyTensorView<T> input, TensorView<T> output, TFunction function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryKernel<T>
    {
        Check(input, output);
        if (!input.IsEmpty)
        {
            UnaryLoop.Run(input, output, function);
        }
    }

    /// <summary>Throws unless the output has the shape of the input and is the same view or apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(input, output);
        Overlap.CheckSameOrDisjoint(input, output);
    }
}
