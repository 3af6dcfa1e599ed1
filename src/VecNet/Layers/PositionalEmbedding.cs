using System.Numerics;

namespace VecNet;

/// <summary>Adds a learned vector for its position (<c>weight</c>, parameter 0) to each token of a sequence.</summary>
/// <remarks>
/// The mathematics is in <see cref="PositionalEmbedding"/>. A pass with a sequence of more rows than positions is rejected.
/// <code>
/// var positions = new PositionalEmbedding&lt;float&gt;(positions: 128);
/// var network = new NeuralNetwork&lt;float&gt;(64, [positions, new SelfAttention&lt;float&gt;(heads: 4)]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PositionalEmbedding<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The standard deviation of the initial vectors, as in BERT and GPT-2.</summary>
    private const double InitialDeviation = 0.02;

    /// <summary>Creates the layer. The vectors are drawn from a normal distribution with a standard deviation of 0.02.</summary>
    /// <param name="positions">The length of the longest sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of positions is not positive.</exception>
    public PositionalEmbedding(int positions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(positions);
        Positions = positions;
    }

    /// <inheritdoc/>
    public string Name => "positional_embedding";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("positions", Positions)];

    /// <summary>The length of the longest sequence.</summary>
    public int Positions { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.AddTable(Positions, declaration.InputFeatures, isSparse: false);
        declaration.ReadsSequences = true;
        declaration.ContinuesSequences = true;
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random) =>
        WeightInitializationExtensions.Fill(parameters[0], isNormal: true, InitialDeviation, random);

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => PositionalEmbedding.Forward(
        pass.Input, pass.Sequences, pass.Parameter(0).SliceRows(pass.Position, Positions - pass.Position), pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        PositionalEmbedding.Backward(pass.Sequences, pass.GradOutput, pass.Gradient(0), pass.Accumulates);
        if (pass.WantsGradInput)
        {
            pass.GradOutput.CopyTo(pass.GradInput);
        }
    }
}
