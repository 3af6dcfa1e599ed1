using System.Numerics;

namespace VecNet;

/// <summary>The logits of a language model: a score for each class of a large vocabulary, from a table with a row for each.</summary>
/// <remarks>
/// <para>
/// The mathematics is in <see cref="VocabularyProjection"/>. The parameters are <c>weight</c> (classes × features) and, if there is one,
/// <c>bias</c>; both start from a uniform distribution in ±1/√features, as in PyTorch. A tied layer has no weights of its own: it shares
/// the table of the network's embedding that has as many entries and features, whose gradient is the sum of both. It is saved once, under
/// the name of the embedding.
/// </para>
/// <para>
/// If it is the last layer, a <see cref="Trainer{T}"/> computes loss and gradient by blocks of rows, and never stores the logits of a
/// whole batch.
/// </para>
/// <code>
/// var network = new NeuralNetwork&lt;float&gt;(
///     1,
///     [
///         new Embedding&lt;float&gt;(entries: 50_257, dimension: 64, initialDeviation: 0.02), new PositionalEmbedding&lt;float&gt;(128),
///         new TransformerBlock&lt;float&gt;(heads: 4, hiddenFeatures: 256, causal: true), new LayerNorm&lt;float&gt;(),
///         new VocabularyProjection&lt;float&gt;(classes: 50_257, tied: true),
///     ]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class VocabularyProjection<T> : ILayer<T>, IProductLayer
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer.</summary>
    /// <param name="classes">The number of classes, such as the entries of a vocabulary.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="tied">Whether the weights are the table of the network's embedding with as many entries.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is not positive.</exception>
    public VocabularyProjection(int classes, bool bias = false, bool tied = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Classes = classes;
        HasBias = bias;
        IsTied = tied;
    }

    /// <inheritdoc/>
    public string Name => "vocabulary_projection";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("classes", Classes), new("bias", HasBias), new("tied", IsTied)];

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; }

    /// <summary>Whether the weights are the table of an embedding.</summary>
    public bool IsTied { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (IsTied)
        {
            declaration.AddSharedTable(Classes, declaration.InputFeatures);
        }
        else
        {
            declaration.AddTable(Classes, declaration.InputFeatures);
        }

        if (HasBias)
        {
            declaration.AddParameter("bias", 1, Classes);
        }

        declaration.OutputFeatures = Classes;
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
        double bound = 1 / Math.Sqrt(parameters[0].Columns);
        for (int i = IsTied ? 1 : 0; i < parameters.Count; i++)
        {
            WeightInitializationExtensions.Fill(parameters[i], isNormal: false, bound, random);
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => VocabularyProjection.Forward(
        pass.Input, pass.Parameter(0), HasBias ? pass.Parameter(1) : default, pass.Output, pass.Threads);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => VocabularyProjection.Backward(
        pass.Input, pass.Parameter(0), pass.GradOutput, pass.GradInput, pass.Gradient(0), HasBias ? pass.Gradient(1) : default,
        pass.Accumulates, pass.Threads);

    /// <summary>For each row, a product with the table; in the backward pass one for the gradient of each operand.</summary>
    long IProductLayer.CountFlops(long rows, int inputFeatures, SequenceOffsets sequences, bool isBackward) =>
        (isBackward ? 4L : 2) * rows * inputFeatures * Classes;
}
