using System.Numerics;

namespace VecNet;

/// <summary>
/// Layer normalization over the features, with learned scale γ (<c>weight</c>, parameter 0) and shift β (<c>bias</c>, parameter 1).
/// </summary>
/// <remarks>The mathematics is in <see cref="LayerNorm"/>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerNorm<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer. γ starts at 1 and β at 0.</summary>
    /// <param name="epsilon">ε, the number added to the variance; 0 or more.</param>
    /// <param name="affine">Whether there are γ and β.</param>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative or not finite.</exception>
    public LayerNorm(double epsilon = LayerNorm.DefaultEpsilon, bool affine = true)
    {
        LayerNorm.CheckEpsilon(epsilon);
        Epsilon = epsilon;
        IsAffine = affine;
    }

    /// <inheritdoc/>
    public string Name => "layer_norm";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("epsilon", Epsilon), new("affine", IsAffine)];

    /// <summary>The number added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>Whether there are γ and β.</summary>
    public bool IsAffine { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (IsAffine)
        {
            declaration.AddParameter("weight", 1, declaration.InputFeatures);
            declaration.AddParameter("bias", 1, declaration.InputFeatures);
        }

        declaration.AddSaved(2);
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
    public void Forward(in ForwardPass<T> pass) => LayerNorm.Forward(
        pass.Input,
        IsAffine ? pass.Parameter(0) : default,
        IsAffine ? pass.Parameter(1) : default,
        pass.Output,
        pass.IsTraining ? pass.Saved(0) : default,
        Epsilon);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => LayerNorm.Backward(
        pass.Input,
        IsAffine ? pass.Parameter(0) : default,
        pass.Saved(0),
        pass.GradOutput,
        pass.GradInput,
        IsAffine ? pass.Gradient(0) : default,
        IsAffine ? pass.Gradient(1) : default,
        pass.Accumulates);
}
