using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>What the results of a normalization's passes must look like, and what they may share.</summary>
internal static class AffineOperands
{
    /// <summary>The output has the shape of the input, is the input itself or apart from it, and is apart from γ and β.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckForward<T>(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gamma, ReadOnlyTensorView<T> beta, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(input, output);
        Overlap.CheckSameOrDisjoint(input, output);
        Overlap.CheckDisjoint(gamma, output);
        Overlap.CheckDisjoint(beta, output);
    }

    /// <summary>Another result of the forward pass is apart from all of its operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckDisjoint<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> beta,
        TensorView<T> output,
        TensorView<T> result,
        [CallerArgumentExpression(nameof(result))] string resultName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(input, result, nameof(input), resultName);
        Overlap.CheckDisjoint(gamma, result, nameof(gamma), resultName);
        Overlap.CheckDisjoint(beta, result, nameof(beta), resultName);
        Overlap.CheckDisjoint<T>(output, result, nameof(output), resultName);
    }

    /// <summary>
    /// gradInput is gradOutput itself or apart from all; the gradients of γ and β, which have the same shape unless there is no β, are
    /// apart from all.
    /// </summary>
    internal static void CheckBackward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> statistics,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TensorView<T> gradGamma,
        TensorView<T> gradBeta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckDisjoint(input, gamma, statistics, gradGamma);
        CheckDisjoint(input, gamma, statistics, gradBeta);
        Overlap.CheckDisjoint(gradOutput, gradGamma);
        Overlap.CheckDisjoint(gradOutput, gradBeta);
        Overlap.CheckDisjoint<T>(gradGamma, gradBeta);
        if (gradInput.Columns != 0)
        {
            Shape.CheckSame(input, gradInput);
            CheckDisjoint(input, gamma, statistics, gradInput);
            Overlap.CheckSameOrDisjoint(gradOutput, gradInput);
            Overlap.CheckDisjoint<T>(gradGamma, gradInput);
            Overlap.CheckDisjoint<T>(gradBeta, gradInput);
        }
    }

    private static void CheckDisjoint<T>(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gamma, ReadOnlyTensorView<T> statistics, TensorView<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(input, result);
        Overlap.CheckDisjoint(gamma, result);
        Overlap.CheckDisjoint(statistics, result);
    }
}
