using System.Numerics;

namespace VecNet;

/// <summary>The results of a normalization's backward pass: checks of their shapes and of overlap.</summary>
internal static class AffineGradients
{
    /// <summary>
    /// Checks that gradInput is gradOutput itself or shares no elements with any view, and that the gradients of γ and β share none.
    /// </summary>
    internal static void Check<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gamma,
        ReadOnlyTensorView<T> statistics,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TensorView<T> gradGamma,
        TensorView<T> gradBeta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame<T>(gradGamma, gradBeta);
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
