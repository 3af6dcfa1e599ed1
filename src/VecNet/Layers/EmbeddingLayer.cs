using System.Numerics;

namespace VecNet;

/// <summary>A table of vectors, looked up by number: each column of the input holds whole numbers, and gets as many columns of the output as a vector has.</summary>
/// <remarks>
/// The mathematics is in <see cref="Embedding"/>. The table (<c>weight</c>, parameter 0) is entries × dimension and starts as standard normal numbers.
/// Its gradient is dense. There is no gradient by the indices: what is asked for is filled with zeros.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Embedding<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A table of the given size.</summary>
    /// <param name="entries">How many vectors there are.</param>
    /// <param name="dimension">How long each is.</param>
    /// <param name="paddingIndex">An entry that starts at zero and gets no gradient, for what is not there; or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the padding index is none of the table's.</exception>
    public Embedding(int entries, int dimension, int? paddingIndex = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Embedding.CheckPadding(paddingIndex, entries);
        Entries = entries;
        Dimension = dimension;
        PaddingIndex = paddingIndex;
    }

    /// <inheritdoc/>
    public string Name => "embedding";

    /// <summary>How many vectors there are.</summary>
    public int Entries { get; }

    /// <summary>How long each is.</summary>
    public int Dimension { get; }

    /// <summary>An entry that gets no gradient; or null.</summary>
    public int? PaddingIndex { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.OutputFeatures = checked(declaration.InputFeatures * Dimension);
        declaration.AddTable(Entries, Dimension);
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
        Embedding.Backward(pass.Input, pass.GradOutput, pass.Gradient(0), PaddingIndex, pass.Accumulates);
        if (pass.WantsGradInput)
        {
            pass.GradInput.Clear();
        }
    }
}
