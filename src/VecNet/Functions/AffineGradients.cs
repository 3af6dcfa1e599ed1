using System.Numerics;

namespace VecNet;

/// <summary>The results of a normalisation's backward pass: what they must look like, and what they may share.</summary>
internal static class AffineGradients
{
    /// <summary>gradInput is gradOutput itself or apart from all; the gradients of γ and β are apart from all.</summary>
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
        CheckApart(input, gamma, statistics, gradGamma);
        CheckApart(input, gamma, statistics, gradBeta);
        Overlap.CheckApart(gradOutput, gradGamma);
        Overlap.CheckApart(gradOutput, gradBeta);
        Overlap.CheckApart<T>(gradGamma, gradBeta);
        if (gradInput.Columns != 0)
        {
            Shape.CheckSame(input, gradInput);
            CheckApart(input, gamma, statistics, gradInput);
            Overlap.CheckInPlaceOrApart(gradOutput, gradInput);
            Overlap.CheckApart<T>(gradGamma, gradInput);
            Overlap.CheckApart<T>(gradBeta, gradInput);
        }
    }

    private static void CheckApart<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gamma, ReadOnlyTensorView<T> statistics, TensorView<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckApart(input, result);
        Overlap.CheckApart(gamma, result);
        Overlap.CheckApart(statistics, result);
    }
}
