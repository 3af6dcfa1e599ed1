using System.Numerics;

namespace VecNet;

/// <summary>
/// A table of vectors, looked up by index: each column of the input contains integers, and each of them gives the columns of one vector in
/// the output.
/// </summary>
/// <remarks>
/// <para>
/// The mathematics is in <see cref="Embedding"/>. The table (<c>weight</c>, parameter 0) is entries × dimension and starts as standard
/// normal numbers. The indices have no gradient: a requested gradient is filled with zeros.
/// </para>
/// <para>
/// A dense gradient has a row for each entry: each backward pass clears all of them, and each optimizer step updates all of them. With a
/// sparse gradient both take time only for the entries that occurred. The rule is that of PyTorch's SparseAdam:
/// <c>network.BackwardAndStep</c>, <c>network.Step</c> and a trainer update an entry and the optimizer's state for it only if it occurred
/// since the gradients were last overwritten. For the other entries momentum has no effect, averages do not decay and weights do not decay;
/// the step count is common to all. An optimizer's own <c>Step</c> over the flat buffers ignores sparsity: to it the other gradients are
/// zeros. Without momentum, averages and decay (plain Sgd, Adagrad) the results are the same.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Embedding<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a table of the given size.</summary>
    /// <param name="entries">The number of vectors.</param>
    /// <param name="dimension">The length of a vector.</param>
    /// <param name="paddingIndex">The index of an entry for padding, which starts at zero and gets no gradient; or null.</param>
    /// <param name="sparseGradient">Whether passes and steps affect only the entries that occur, which pays for a table much larger than a
    /// batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the padding index is not in the table.</exception>
    public Embedding(int entries, int dimension, int? paddingIndex = null, bool sparseGradient = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Embedding.CheckPadding(paddingIndex, entries);
        Entries = entries;
        Dimension = dimension;
        PaddingIndex = paddingIndex;
        HasSparseGradient = sparseGradient;
    }

    /// <inheritdoc/>
    public string Name => "embedding";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        new("entries", Entries),
        new("dimension", Dimension),
        .. PaddingIndex is { } padding ? [new("padding", padding)] : Array.Empty<KeyValuePair<string, object>>(),
        .. HasSparseGradient ? [new("sparse", true)] : Array.Empty<KeyValuePair<string, object>>(),
    ];

    /// <summary>The number of vectors.</summary>
    public int Entries { get; }

    /// <summary>The length of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The index of an entry that gets no gradient; or null.</summary>
    public int? PaddingIndex { get; }

    /// <summary>Whether passes and steps affect only the entries that occur.</summary>
    public bool HasSparseGradient { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.OutputFeatures = checked(declaration.InputFeatures * Dimension);
        declaration.AddTable(Entries, Dimension, HasSparseGradient);
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
        WeightInitialization.StandardNormal.Fill(parameters[0], random);
        if (PaddingIndex is { } padding)
        {
            parameters[0].Row(padding).Clear();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An index is not an integer in [0, entries).</exception>
    public void Forward(in ForwardPass<T> pass) => Embedding.Forward(pass.Input, pass.Parameter(0), pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (HasSparseGradient)
        {
            Embedding.BackwardOfRows(pass.Input, pass.GradOutput, pass.Gradient(0), PaddingIndex, pass.TouchedRows(0));
        }
        else
        {
            Embedding.Backward(pass.Input, pass.GradOutput, pass.Gradient(0), PaddingIndex, pass.Accumulates);
        }

        if (pass.WantsGradInput)
        {
            pass.GradInput.Clear();
        }
    }
}
