using System.Numerics;

namespace VecNet;

/// <summary>
/// A loss of the logits y = h·Eᵀ + b of a <see cref="VocabularyProjection"/>, such as a cross-entropy over 50,000 classes, by blocks of
/// rows: the logits of all rows are never stored.
/// </summary>
/// <remarks>
/// <para>
/// The caller provides the memory of one block: the logits and the gradient of as many rows as it has. The results do not depend on their
/// number, except for the rounding of the sum of the rows' losses, which is computed in double precision.
/// </para>
/// <para>The loss of a row depends on its own logits only: see <see cref="ILoss{T}"/>. So all of them can be computed by rows.</para>
/// <code>
/// var loss = new SoftmaxCrossEntropy&lt;float&gt;(ignoredClass: -100);
/// var scratch = new TensorBuffer&lt;float&gt;(64, ProjectedLoss.GetScratchColumns(classes));
/// float value = ProjectedLoss.ForwardBackward(
///     loss, hidden, table, bias: default, targets, gradHidden, gradTable, gradBias: default, scratch.View, threads: 2);
/// </code>
/// </remarks>
public static class ProjectedLoss
{
    /// <summary>The number of columns of scratch memory: the logits of a row, and their gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is negative, or too large for a matrix.</exception>
    public static int GetScratchColumns(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, Array.MaxLength / 2);
        return 2 * classes;
    }

    /// <summary>L: the mean Σ/N, or the sum Σ, as in <see cref="LossExtensions"/>.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="hidden">h, rows × features.</param>
    /// <param name="table">E, classes × features.</param>
    /// <param name="bias">b, 1 × classes; or empty.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="scratch">
    /// Scratch memory: a row of <see cref="GetScratchColumns"/> elements for each row of a block; it must not share elements with the
    /// others.
    /// </param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or scratch memory shares elements with another view.
    /// </exception>
    public static T Forward<T>(
        ILoss<T> loss,
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> bias,
        Targets<T> targets,
        TensorView<T> scratch,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(loss, hidden, table, bias, targets, scratch, threads);
        return Run(loss, hidden, table, bias, targets, false, default, default, default, scratch, accumulate: false, threads);
    }

    /// <summary>L, and its gradients by h, E and b.</summary>
    /// <remarks>
    /// L = (1/N) Σᵢ lᵢ(yᵢ) with yᵢ = E hᵢ + b, where N depends on the targets only, so that ∂L/∂yᵢ = gᵢ = (1/N) ∂lᵢ/∂yᵢ is a function of
    /// row i. For softmax and cross-entropy it is (softmax(yᵢ) − target) / N, and 0 for a row that is ignored.
    /// ∂L/∂hᵢ = Eᵀ gᵢ, again row by row. ∂L/∂E = Σᵢ gᵢ hᵢᵀ and ∂L/∂b = Σᵢ gᵢ are sums over the rows, so that each block adds its own:
    /// with G_B and H_B, the rows of block B, ∂L/∂E = Σ_B G_Bᵀ H_B. The order of the terms is that of the rows, whatever the blocks are.
    /// After a block, neither its logits nor their gradient are needed.
    /// </remarks>
    /// <param name="loss">The loss.</param>
    /// <param name="hidden">h, rows × features.</param>
    /// <param name="table">E, classes × features.</param>
    /// <param name="bias">b, 1 × classes; or empty.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="gradHidden">∂L/∂h, rows × features, overwritten; or empty (default) to omit it.</param>
    /// <param name="gradTable">∂L/∂E, classes × features.</param>
    /// <param name="gradBias">∂L/∂b, 1 × classes; or empty where there is no bias.</param>
    /// <param name="scratch">
    /// Scratch memory: a row of <see cref="GetScratchColumns"/> elements for each row of a block; it must not share elements with the
    /// others.
    /// </param>
    /// <param name="accumulate">Whether the gradients of table and bias are accumulated instead of overwritten.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or views share elements that must not be shared; nothing has been written.
    /// </exception>
    public static T ForwardBackward<T>(
        ILoss<T> loss,
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> bias,
        Targets<T> targets,
        TensorView<T> gradHidden,
        TensorView<T> gradTable,
        TensorView<T> gradBias,
        TensorView<T> scratch,
        bool accumulate = false,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(loss, hidden, table, bias, targets, scratch, threads);
        VocabularyProjection.CheckBackward(hidden, table, scratch, gradHidden, gradTable, gradBias, threads);
        Overlap.CheckDisjoint(bias, gradTable);
        Overlap.CheckDisjoint(bias, gradHidden);
        Overlap.CheckDisjoint(bias, gradBias);
        targets.CheckDisjoint(gradTable);
        targets.CheckDisjoint(gradHidden);
        targets.CheckDisjoint(gradBias);
        return Run(loss, hidden, table, bias, targets, true, gradHidden, gradTable, gradBias, scratch, accumulate, threads);
    }

    private static T Run<T>(
        ILoss<T> loss,
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> bias,
        Targets<T> targets,
        bool hasGradient,
        TensorView<T> gradHidden,
        TensorView<T> gradTable,
        TensorView<T> gradBias,
        TensorView<T> scratch,
        bool accumulate,
        int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = default(LossTotal);
        double weight = loss.GetWeight(targets);
        if (hasGradient && hidden.Rows == 0 && !accumulate)
        {
            gradTable.Clear();
            gradBias.Clear();
        }

        for (int first = 0; first < hidden.Rows; first += scratch.Rows)
        {
            int rows = int.Min(scratch.Rows, hidden.Rows - first);
            ReadOnlyTensorView<T> h = hidden.SliceRows(first, rows);
            TensorView<T> y = scratch.Slice(0, 0, rows, table.Rows);
            TensorView<T> g = hasGradient ? scratch.Slice(0, table.Rows, rows, table.Rows) : default;
            VocabularyProjection.Forward(h, table, bias, y, threads);
            total.Add(loss, y, targets.Slice(first, rows), default, 0, weight, gradLoss: 1, g);
            if (hasGradient)
            {
                VocabularyProjection.Backward(
                    h, table, g, gradHidden.Columns == 0 ? default : gradHidden.SliceRows(first, rows), gradTable, gradBias,
                    accumulate || first > 0, threads);
            }
        }

        total.Weight = weight;
        return T.CreateTruncating(total.Value(loss.Reduction));
    }

    private static void Check<T>(
        ILoss<T> loss,
        ReadOnlyTensorView<T> hidden,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> bias,
        Targets<T> targets,
        TensorView<T> scratch,
        int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Shape.Check(hidden, hidden.Rows, table.Columns);
        if (bias.Columns != 0)
        {
            Shape.Check(bias, 1, table.Rows);
        }

        if (scratch.Rows < 1 || scratch.Columns < GetScratchColumns(table.Rows))
        {
            throw new ArgumentException(
                $"Scratch memory needs rows of {GetScratchColumns(table.Rows)} elements; it is {Shape.Describe<T>(scratch)}.",
                nameof(scratch));
        }

        // The targets are checked against a matrix of the shape of the logits, which has no elements.
        targets.Check(new ReadOnlyTensorView<T>(hidden.Rows, table.Rows, table.Rows, default), loss.IgnoredClass);
        targets.CheckDisjoint(scratch);
        Overlap.CheckDisjoint(hidden, scratch);
        Overlap.CheckDisjoint(table, scratch);
        Overlap.CheckDisjoint(bias, scratch);
    }
}
