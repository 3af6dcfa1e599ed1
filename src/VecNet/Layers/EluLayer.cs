using System.Numerics;

namespace VecNet;

/// <summary>The exponential linear unit as a layer; the mathematics is in <see cref="Elu"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Elu<T> : IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Activation<T> activation;

    /// <summary>With the given alpha.</summary>
    /// <param name="alpha">Where it ends below: at −alpha; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is negative or not finite.</exception>
    public Elu(double alpha = 1)
    {
        T inT = Elu.Checked<T>(alpha);
        activation = new Activation<T, Elu.Function<T>, Elu.Derivative<T>>(new(inT), new(inT));
        Alpha = alpha;
    }

    /// <inheritdoc/>
    public string Name => "elu";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("alpha", Alpha)];

    /// <summary>Where it ends below: at −alpha; 0 or more.</summary>
    public double Alpha { get; }

    Activation<T> IActivationLayer<T>.Activation => activation;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Elu.Forward(pass.Input, pass.Output, Alpha);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Elu.Backward(pass.Output, pass.GradOutput, pass.GradInput, Alpha);
        }
    }
}
