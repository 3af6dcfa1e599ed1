using System.Numerics;

namespace VecNet;

/// <summary>The leaky rectified linear unit as a layer; the mathematics is in <see cref="LeakyReLU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LeakyReLU<T> : IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Activation<T> activation;

    /// <summary>With the given slope.</summary>
    /// <param name="slope">What of a negative number passes; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative or not finite.</exception>
    public LeakyReLU(double slope = LeakyReLU.DefaultSlope)
    {
        T inT = LeakyReLU.Checked<T>(slope);
        activation = new Activation<T, LeakyReLU.Function<T>, LeakyReLU.Derivative<T>>(new(inT), new(inT));
        Slope = slope;
    }

    /// <inheritdoc/>
    public string Name => "leaky_relu";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("slope", Slope)];

    /// <summary>What of a negative number passes; 0 or more.</summary>
    public double Slope { get; }

    Activation<T> IActivationLayer<T>.Activation => activation;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => LeakyReLU.Forward(pass.Input, pass.Output, Slope);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            LeakyReLU.Backward(pass.Output, pass.GradOutput, pass.GradInput, Slope);
        }
    }
}
