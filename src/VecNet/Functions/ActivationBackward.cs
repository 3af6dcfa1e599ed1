using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The backward pass of an activation: its derivative follows, element by element, from the output of its forward pass or, for SiLU and
/// GELU, from the input.
/// </summary>
internal static class ActivationBackward
{
    /// <summary>
    /// gradInput[i, j] = kernel(saved[i, j], gradOutput[i, j]), where saved is the output or the input of the forward pass.
    /// </summary>
    internal static void Run<T, TKernel>(
        ReadOnlyTensorView<T> saved,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TKernel kernel,
        [CallerArgumentExpression(nameof(saved))] string savedName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IBinaryKernel<T>
    {
        Check(saved, gradOutput, gradInput, savedName);
        BinaryLoop.Run(saved, gradOutput, gradInput, kernel);
    }

    /// <summary>
    /// Throws unless all views have one shape, and the gradient of the input is the same view as another one or shares no elements with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check<T>(
        ReadOnlyTensorView<T> saved,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        [CallerArgumentExpression(nameof(saved))] string savedName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(saved, gradOutput, savedName);
        Shape.CheckSame(saved, gradInput, savedName);
        Overlap.CheckSameOrDisjoint(saved, gradInput, savedName);
        Overlap.CheckSameOrDisjoint(gradOutput, gradInput);
    }
}
