using System.Numerics;

namespace VecNet;

/// <summary>
/// A table of vectors, looked up by number: each column of the input holds whole numbers, and gets as many columns of the output as a
/// vector has.
/// </summary>
/// <remarks>
/// <para>
/// The mathematics is in <see cref="Embedding"/>. The table (<c>weight</c>, parameter 0) is entries × dimension and starts as standard
/// normal numbers. There is no gradient by the indices: what is asked for is filled with zeros.
/// </para>
/// <para>
/// A dense gradient has a row for each entry: each backward pass clears them all, and each step of an optimizer changes them all. With a
/// sparse one both take the time of the entries that occurred. The rule is that of PyTorch's SparseAdam: <c>network.BackwardAndStep</c>,
/// <c>network.Step</c> and a trainer change an entry, and what their optimizer remembers of it, only if it occurred since the gradients
/// were last overwritten. Momentum moves the others no further, averages do not fade, weights do not decay; the number of the step is that
/// of all. An optimizer's own <c>Step</c> over the flat buffers knows nothing of this: to it the others' gradients are zeros. Without
/// momentum, averages and decay (plain Sgd, Adagrad) there is no difference but in time.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Embedding<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A table of the given size.</summary>
    /// <param name="entries">How many vectors there are.</param>
    /// <param name="dimension">How long each is.</param>
    /// <param name="paddingIndex">An entry that starts at zero and gets no gradient, for what is not there; or null.</param>
    /// <param name="sparseGradient">Whether passes and steps concern only the entries that occur: for a table that is large beside a
    /// batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the padding index is none of the table's.</exception>
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

    /// <summary>How many vectors there are.</summary>
    public int Entries { get; }

    /// <summary>How long each is.</summary>
    public int Dimension { get; }

    /// <summary>An entry that gets no gradient; or null.</summary>
    public int? PaddingIndex { get; }

    /// <summary>Whether passes and steps concern only the entries that occur.</summary>
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
    /// <exception cref="ArgumentOutOfRangeException">An index is not a whole number of [0, entries).</exception>
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
