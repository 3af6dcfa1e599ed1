using System.Numerics;

namespace VecNet;

/// <summary>One vector for each sequence of indices: the mean or the sum of their vectors in a table.</summary>
/// <remarks>
/// The mathematics is in <see cref="EmbeddingBag"/>. The table (<c>weight</c>, parameter 0) is entries × dimension and starts as standard
/// normal numbers. The indices, of which a row may have several, have no gradient.
/// <code>
/// var bag = new EmbeddingBag&lt;float&gt;(entries: 1000, dimension: 16);
/// var network = new NeuralNetwork&lt;float&gt;(1, [bag, new FullyConnectedLayer&lt;float&gt;(2)]);
/// ReadOnlyTensorView&lt;float&gt; perText = network.Predict([17, 4, 999, 4], new SequenceOffsets([0, 3, 4]), workspace);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class EmbeddingBag<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a table of the given size.</summary>
    /// <param name="entries">The number of vectors.</param>
    /// <param name="dimension">The length of a vector.</param>
    /// <param name="mode"><see cref="PoolingMode.Mean"/> or <see cref="PoolingMode.Sum"/>.</param>
    /// <param name="paddingIndex">The index of an entry that is left out, which starts at zero and gets no gradient; or null.</param>
    /// <param name="sparseGradient">Whether passes and steps affect only the entries that occur; see <see cref="Embedding{T}"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is not positive, the mode is neither mean nor sum, or the padding index is not in the table.
    /// </exception>
    public EmbeddingBag(
        int entries, int dimension, PoolingMode mode = PoolingMode.Mean, int? paddingIndex = null, bool sparseGradient = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        EmbeddingBag.CheckMode(mode);
        Embedding.CheckPadding(paddingIndex, entries);
        Entries = entries;
        Dimension = dimension;
        Mode = mode;
        PaddingIndex = paddingIndex;
        HasSparseGradient = sparseGradient;
    }

    /// <inheritdoc/>
    public string Name => "embedding_bag";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        new("entries", Entries),
        new("dimension", Dimension),
        new("mode", Mode.ToString().ToLowerInvariant()),
        .. PaddingIndex is { } padding ? [new("padding", padding)] : Array.Empty<KeyValuePair<string, object>>(),
        .. HasSparseGradient ? [new("sparse", true)] : Array.Empty<KeyValuePair<string, object>>(),
    ];

    /// <summary>The number of vectors.</summary>
    public int Entries { get; }

    /// <summary>The length of a vector.</summary>
    public int Dimension { get; }

    /// <summary>How vectors become one.</summary>
    public PoolingMode Mode { get; }

    /// <summary>The index of an entry that is left out; or null.</summary>
    public int? PaddingIndex { get; }

    /// <summary>Whether passes and steps affect only the entries that occur.</summary>
    public bool HasSparseGradient { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows of the input are not tokens, since they have been pooled before.</exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.CheckTokens();
        declaration.OutputRows = RowKind.Sequence;
        declaration.OutputFeatures = Dimension;
        declaration.AddTable(Entries, Dimension, HasSparseGradient);
        declaration.TakesIds = true;
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
    public void Forward(in ForwardPass<T> pass)
    {
        if (pass.HasIds)
        {
            EmbeddingBag.Run(
                IndexRows.OfRows(pass.Ids, pass.Input.Rows), pass.Sequences, default, pass.Parameter(0), pass.Output, Mode, PaddingIndex);
        }
        else
        {
            EmbeddingBag.Run(
                IndexRows.Of(pass.Input), pass.Sequences, default, pass.Parameter(0), pass.Output, Mode, PaddingIndex);
        }
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.HasIds)
        {
            Backward(pass, IndexRows.OfRows(pass.Ids, pass.Input.Rows));
        }
        else
        {
            Backward(pass, IndexRows.Of(pass.Input));
        }

        if (pass.WantsGradInput)
        {
            pass.GradInput.Clear();
        }
    }

    private void Backward<TIndex>(in BackwardPass<T> pass, IndexRows<TIndex> indices)
        where TIndex : unmanaged, INumber<TIndex> => EmbeddingBag.AddRows(
            indices, pass.Sequences, default, pass.GradOutput, pass.Gradient(0), Mode, PaddingIndex,
            HasSparseGradient ? pass.TouchedRows(0) : null, pass.Accumulates);
}
