using System.Numerics;

namespace VecNet;

/// <summary>The affine map y = x·W + b of every row of a batch.</summary>
public static class FullyConnected
{
    /// <summary>y = x·W + b: yᵢⱼ = bⱼ + Σₚ xᵢₚ·wₚⱼ.</summary>
    /// <param name="input">x, batch × inputs.</param>
    /// <param name="weights">W, inputs × outputs.</param>
    /// <param name="bias">b, 1 × outputs, added to every row; or empty.</param>
    /// <param name="output">y, batch × outputs, overwritten; it must not share elements with the others.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the output shares elements with another view; nothing has been
    /// written.</exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> weights, ReadOnlyTensorView<T> bias, TensorView<T> output, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MatMul.Multiply(input, weights, output, bias: bias, threads: threads);

    /// <summary>∂L/∂x = g·Wᵀ, ∂L/∂W = xᵀ·g and ∂L/∂b = Σᵢ gᵢ, with g = ∂L/∂y.</summary>
    /// <remarks>
    /// y_ij = b_j + Σ_p x_ip w_pj, so ∂y_ij/∂x_ip = w_pj, ∂y_ij/∂w_pj = x_ip and ∂y_ij/∂b_j = 1; every other derivative is 0.
    /// x_ip reaches the loss through all outputs j of its own row: ∂L/∂x_ip = Σ_j g_ij w_pj = (g·Wᵀ)_ip.
    /// w_pj reaches it through output j of all rows i: ∂L/∂w_pj = Σ_i x_ip g_ij = (xᵀ·g)_pj: a sum over the batch.
    /// b_j likewise: ∂L/∂b_j = Σ_i g_ij, again summed over the batch, since one bias serves every row.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> received it.</param>
    /// <param name="weights">W, as <see cref="Forward"/> received it.</param>
    /// <param name="gradOutput">g = ∂L/∂y, batch × outputs.</param>
    /// <param name="gradInput">∂L/∂x, batch × inputs, overwritten; or empty (default) to omit it.</param>
    /// <param name="gradWeights">∂L/∂W, inputs × outputs.</param>
    /// <param name="gradBias">∂L/∂b, 1 × outputs; or empty where there is no bias.</param>
    /// <param name="accumulate">Whether the gradients of weights and bias are accumulated instead of overwritten.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a result shares elements with another view; nothing has been
    /// written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TensorView<T> gradWeights,
        TensorView<T> gradBias,
        bool accumulate = false,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        bool wantsGradInput = gradInput.Columns != 0;
        bool wantsGradBias = gradBias.Columns != 0;
        Shape.Check<T>(gradOutput, input.Rows, weights.Columns);
        Shape.Check<T>(weights, input.Columns, gradOutput.Columns);
        Shape.Check<T>(gradWeights, weights.Rows, weights.Columns);
        Overlap.CheckDisjoint<T>(input, gradWeights);
        Overlap.CheckDisjoint<T>(gradOutput, gradWeights);
        Overlap.CheckDisjoint<T>(weights, gradWeights);
        if (wantsGradInput)
        {
            Shape.Check<T>(gradInput, input.Rows, input.Columns);
            Overlap.CheckDisjoint<T>(input, gradInput);
            Overlap.CheckDisjoint<T>(weights, gradInput);
            Overlap.CheckDisjoint<T>(gradOutput, gradInput);
            Overlap.CheckDisjoint<T>(gradWeights, gradInput);
        }

        if (wantsGradBias)
        {
            Shape.Check<T>(gradBias, 1, weights.Columns);
            Overlap.CheckDisjoint<T>(input, gradBias);
            Overlap.CheckDisjoint<T>(weights, gradBias);
            Overlap.CheckDisjoint<T>(gradOutput, gradBias);
            Overlap.CheckDisjoint<T>(gradWeights, gradBias);
            Overlap.CheckDisjoint<T>(gradInput, gradBias);
            ColumnReductions.Sum(gradOutput, gradBias.Span, accumulate);
        }

        MatMul.MultiplyTransposeA(input, gradOutput, gradWeights, accumulate, threads: threads);
        if (wantsGradInput)
        {
            MatMul.MultiplyTransposeB(gradOutput, weights, gradInput, threads: threads);
        }
    }
}
