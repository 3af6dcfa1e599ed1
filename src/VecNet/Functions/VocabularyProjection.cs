using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// A score for each entry of a vocabulary: the logits of a language model, from the last hidden values and a table that has a row for each
/// entry, such as that of an <see cref="Embedding"/>.
/// </summary>
/// <remarks>
/// It is <see cref="FullyConnected"/> with weights that are outputs × inputs. A loss of the logits need not store them: see
/// <c>ProjectedLoss</c>.
/// <code>
/// VocabularyProjection.Forward(hidden, table, bias: default, logits, threads: 2);
/// </code>
/// </remarks>
public static class VocabularyProjection
{
    /// <summary>y = h·Eᵀ + b: yᵢⱼ = bⱼ + Σₚ hᵢₚ·eⱼₚ.</summary>
    /// <param name="hidden">h, rows × features.</param>
    /// <param name="table">E, entries × features.</param>
    /// <param name="bias">b, 1 × entries, added to every row; or empty.</param>
    /// <param name="output">y, rows × entries, overwritten; it must not share elements with the others.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the output shares elements with another view; nothing has been
    /// written.</exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> hidden, ReadOnlyTensorView<T> table, ReadOnlyTensorView<T> bias, TensorView<T> output, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        MatMul.MultiplyTransposeB(hidden, table, output, bias: bias, threads: threads);

    /// <summary>∂L/∂h = g·E, ∂L/∂E = gᵀ·h and ∂L/∂b = Σᵢ gᵢ, with g = ∂L/∂y.</summary>
    /// <remarks>
    /// y_ij = b_j + Σ_p h_ip e_jp, so ∂y_ij/∂h_ip = e_jp, ∂y_ij/∂e_jp = h_ip and ∂y_ij/∂b_j = 1; every other derivative is 0.
    /// h_ip reaches the loss through all entries j of its own row: ∂L/∂h_ip = Σ_j g_ij e_jp = (g·E)_ip.
    /// e_jp reaches it through entry j of all rows i: ∂L/∂e_jp = Σ_i g_ij h_ip = (gᵀ·h)_jp, and b_j likewise: ∂L/∂b_j = Σ_i g_ij.
    /// Where E is also the table of an embedding, it reaches the loss on two ways: its gradient is this one plus that of the embedding.
    /// </remarks>
    /// <param name="hidden">h, as <see cref="Forward"/> received it.</param>
    /// <param name="table">E, as <see cref="Forward"/> received it.</param>
    /// <param name="gradOutput">g = ∂L/∂y, rows × entries.</param>
    /// <param name="gradHidden">∂L/∂h, rows × features, overwritten; or empty (default) to omit it.</param>
    /// <param name="gradTable">∂L/∂E, entries × features.</param>
    /// <param name="gradBias">∂L/∂b, 1 × entries; or empty where there is no bias.</param>
    /// <param name="accumulate">Whether the gradients of table and bias are accumulated instead of overwritten.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a result shares elements with another view; nothing has been
    /// written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradHidden,
        TensorView<T> gradTable,
        TensorView<T> gradBias,
        bool accumulate = false,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.Check(gradOutput, hidden.Rows, table.Rows);
        CheckBackward(hidden, table, gradOutput, gradHidden, gradTable, gradBias, threads);
        if (gradBias.Columns != 0)
        {
            ColumnReductions.Sum(gradOutput, gradBias.Span, accumulate);
        }

        MatMul.MultiplyTransposeA(gradOutput, hidden, gradTable, accumulate, threads: threads);
        if (gradHidden.Columns != 0)
        {
            MatMul.Multiply(gradOutput, table, gradHidden, threads: threads);
        }
    }

    /// <summary>Checks shapes and sharing; gradOutput is any view that must be apart from the results.</summary>
    internal static void CheckBackward<T>(
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradHidden,
        TensorView<T> gradTable,
        TensorView<T> gradBias,
        int threads,
        [CallerArgumentExpression(nameof(gradOutput))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Shape.Check(hidden, hidden.Rows, table.Columns);
        Shape.CheckSame(table, gradTable);
        CheckApart(gradTable, nameof(gradTable), hidden, table, gradOutput, name);
        if (gradHidden.Columns != 0)
        {
            Shape.CheckSame(hidden, gradHidden);
            CheckApart(gradHidden, nameof(gradHidden), hidden, table, gradOutput, name);
            Overlap.CheckDisjoint<T>(gradTable, gradHidden);
        }

        if (gradBias.Columns != 0)
        {
            Shape.Check<T>(gradBias, 1, table.Rows);
            CheckApart(gradBias, nameof(gradBias), hidden, table, gradOutput, name);
            Overlap.CheckDisjoint<T>(gradTable, gradBias);
            Overlap.CheckDisjoint<T>(gradHidden, gradBias);
        }
    }

    private static void CheckApart<T>(
        TensorView<T> result,
        string name,
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> gradOutput,
        string nameOfGradOutput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(hidden, result, nameof(hidden), name);
        Overlap.CheckDisjoint(table, result, nameof(table), name);
        Overlap.CheckDisjoint(gradOutput, result, nameOfGradOutput, name);
    }
}
