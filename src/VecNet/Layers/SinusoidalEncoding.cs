using System.Numerics;

namespace VecNet;

/// <summary>Adds sines and cosines of its position to each token of a sequence.</summary>
/// <remarks>
/// The mathematics is in <see cref="SinusoidalEncoding"/>. There are no parameters, and sequences may have any length.
/// <code>
/// var positions = new SinusoidalEncoding&lt;float&gt;();
/// var network = new NeuralNetwork&lt;float&gt;(64, [positions, new SelfAttention&lt;float&gt;(heads: 4)]);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SinusoidalEncoding<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer.</summary>
    /// <param name="inputScale">The factor of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite.</exception>
    public SinusoidalEncoding(double inputScale = 1)
    {
        SinusoidalEncoding.CheckScale(inputScale);
        InputScale = inputScale;
    }

    /// <inheritdoc/>
    public string Name => "sinusoidal_encoding";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("input_scale", InputScale)];

    /// <summary>The factor of the input.</summary>
    public double InputScale { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.ReadsSequences = true;
        declaration.ContinuesSequences = true;
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) =>
        SinusoidalEncoding.Forward(pass.Input, pass.Sequences, pass.Output, InputScale, pass.Position);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            SinusoidalEncoding.Backward(pass.GradOutput, pass.GradInput, InputScale);
        }
    }
}
