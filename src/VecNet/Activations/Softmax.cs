using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Softmax over each row: probabilities proportional to the exponentials.</summary>
public static class Softmax
{
    /// <summary>yᵢⱼ = e^(xᵢⱼ − mᵢ) / Σₖ e^(xᵢₖ − mᵢ), where mᵢ is the largest element of row i.</summary>
    /// <remarks>
    /// Subtracting the maximum changes nothing mathematically and keeps every exponential in [0, 1]: extreme rows do not overflow.
    /// A row with a NaN or ∞, or with only −∞, becomes NaN throughout, as in PyTorch; other rows are unaffected.
    /// </remarks>
    /// <param name="input">x, batch × classes.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UnaryMap.Check(input, output);
        var kernel = default(Function<T>);
        RowLoop.Run(input, output, ref kernel);
    }

    /// <summary>∂L/∂x = y ∘ (∂L/∂y − (∂L/∂y · y)), row by row: the full Jacobian times the gradient.</summary>
    /// <remarks>
    /// With e_j = e^(x_j) and s = Σ e_k, y_j = e_j/s. The quotient rule gives ∂y_j/∂x_i = (δ_ij e_j s − e_j e_i)/s² = y_j (δ_ij − y_i).
    /// The chain rule sums over all outputs of the row, since each x_i moves all of them:
    /// ∂L/∂x_i = Σ_j g_j y_j (δ_ij − y_i) = y_i (g_i − Σ_j g_j y_j), with g = ∂L/∂y. The sum is one number per row.
    /// </remarks>
    /// <param name="output">y, as <see cref="Forward"/> returned it.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ActivationBackward.Check(output, gradOutput, gradInput);
        for (int row = 0; row < output.Rows && !output.IsEmpty; row++)
        {
            T sum = Reductions.Dot(gradOutput.Row(row), output.Row(row));
            BinaryLoop.Run(output.Row(row), gradOutput.Row(row), gradInput.Row(row), new SoftmaxGradient<T>(sum));
        }
    }

    /// <summary>e^(x − m) · (1/s).</summary>
    private readonly struct Function<T> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool Writes => true;

        public static bool OfExponentials => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Coefficient(int row, T maximum, T sum) => T.One / sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(value, coefficient);
    }
}

/// <summary>Softmax over the features as a layer; the mathematics is in <see cref="Softmax"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Softmax<T>() : ActivationLayer<T>(
    "softmax",
    (in x, in y) => Softmax.Forward(x, y),
    (in y, in gradOutput, in gradInput) => Softmax.Backward(y, gradOutput, gradInput),
    ofOutput: true)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
