using System.Numerics;

namespace VecNet;

/// <summary>
/// A table of vectors, looked up by index: each column of the input contains integers, and each of them gives the columns of one vector in
/// the output.
/// </summary>
/// <remarks>
/// <para>
/// The mathematics is in <see cref="Embedding"/>. The table (<c>weight</c>, parameter 0) is entries × dimension and starts as standard
/// normal numbers. The indices have no gradient: a requested gradient is filled with zeros. A network that begins with embeddings also
/// takes its input as integers. A <see cref="VocabularyProjection{T}"/> can share the table.
/// </para>
/// <code>
/// var network = new NeuralNetwork&lt;float&gt;(1, [new Embedding&lt;float&gt;(entries: 50_000, dimension: 64)]);
/// ReadOnlyTensorView&lt;float&gt; vectors = network.Predict([17, 4, 49_999], default, workspace);
/// </code>
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
    /// <param name="initialDeviation">
    /// The standard deviation of the numbers that the table starts with; GPT-2 has 0.02, which suits a shared table.
    /// </param>
    /// <param name="column">
    /// The only column of the input that the layer reads, such as that of the segments of BERT; or null for all.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is not positive, the padding index is not in the table, the deviation is negative or not finite, or the column is negative.
    /// </exception>
    public Embedding(
        int entries,
        int dimension,
        int? paddingIndex = null,
        bool sparseGradient = false,
        double initialDeviation = 1,
        int? column = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column ?? 0, nameof(column));
        Column = column;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Embedding.CheckPadding(paddingIndex, entries);
        if (!(initialDeviation >= 0 && double.IsFinite(initialDeviation)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(initialDeviation), initialDeviation, $"The deviation must be finite and at least 0; it is {initialDeviation}.");
        }

        InitialDeviation = initialDeviation;
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
        .. Column is { } column ? [new("column", column)] : Array.Empty<KeyValuePair<string, object>>(),
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

    /// <summary>The standard deviation of the numbers that the table starts with.</summary>
    public double InitialDeviation { get; }

    /// <summary>The only column of the input that the layer reads; null for all.</summary>
    public int? Column { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input does not have the column.</exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (Column >= declaration.InputFeatures)
        {
            throw new ArgumentException(
                $"There is no column {Column}: the input has {declaration.InputFeatures}, from 0 on.", nameof(declaration));
        }

        declaration.OutputFeatures = checked((Column is null ? declaration.InputFeatures : 1) * Dimension);
        declaration.AddTable(Entries, Dimension, HasSparseGradient, isVocabulary: true);
        declaration.TakesIds = true;
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
        WeightInitializationExtensions.Fill(parameters[0], isNormal: true, InitialDeviation, random);
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
            Embedding.Gather(OfColumn(IndexRows.Of<T>(pass.Ids, pass.Output, Dimension)), pass.Parameter(0), pass.Output);
        }
        else
        {
            Embedding.Gather(OfColumn(IndexRows.Of(pass.Input)), pass.Parameter(0), pass.Output);
        }
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.HasIds)
        {
            Backward(pass, IndexRows.Of(pass.Ids, pass.GradOutput, Dimension));
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

    private IndexRows<TIndex> OfColumn<TIndex>(IndexRows<TIndex> indices)
        where TIndex : unmanaged, INumber<TIndex> => Column is { } column ? indices.Column(column) : indices;

    private void Backward<TIndex>(in BackwardPass<T> pass, IndexRows<TIndex> indices)
        where TIndex : unmanaged, INumber<TIndex> => Embedding.AddRows(
            OfColumn(indices), pass.GradOutput, pass.Gradient(0), PaddingIndex, HasSparseGradient ? pass.TouchedRows(0) : null,
            pass.Accumulates);
}
