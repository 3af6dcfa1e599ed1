using System.Numerics;

namespace VecNet;

/// <summary>
/// Normalization by the root mean square over the features, with a learned scale γ (<c>weight</c>, parameter 0).
/// </summary>
/// <remarks>
/// The mathematics is in <see cref="RmsNorm"/>.
/// <code>
/// var network = new NeuralNetwork&lt;float&gt;(64, [new RmsNorm&lt;float&gt;(), new FullyConnectedLayer&lt;float&gt;(10)]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RmsNorm<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer. γ starts at 1.</summary>
    /// <param name="epsilon">ε, the number added to the mean square; 0 or more.</param>
    /// <param name="affine">Whether there is a γ.</param>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative or not finite.</exception>
    public RmsNorm(double epsilon = RmsNorm.DefaultEpsilon, bool affine = true)
    {
        LayerNorm.CheckEpsilon(epsilon);
        Epsilon = epsilon;
        IsAffine = affine;
    }

    /// <inheritdoc/>
    public string Name => "rms_norm";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("epsilon", Epsilon), new("affine", IsAffine)];

    /// <summary>The number added to the mean square.</summary>
    public double Epsilon { get; }

    /// <summary>Whether there is a γ.</summary>
    public bool IsAffine { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (IsAffine)
        {
            declaration.AddParameter("weight", 1, declaration.InputFeatures);
        }

        declaration.AddSaved(1);
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
        if (IsAffine)
        {
            parameters[0].Fill(T.One);
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => RmsNorm.Forward(
        pass.Input,
        IsAffine ? pass.Parameter(0) : default,
        pass.Output,
        pass.IsTraining ? pass.Saved(0) : default,
        Epsilon);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => RmsNorm.Backward(
        pass.Input,
        IsAffine ? pass.Parameter(0) : default,
        pass.Saved(0),
        pass.GradOutput,
        pass.GradInput,
        IsAffine ? pass.Gradient(0) : default,
        pass.Accumulates);
}
