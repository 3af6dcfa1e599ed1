using System.Numerics;

namespace VecNet;

/// <summary>A smooth rectifier as a layer; the mathematics is in <see cref="Softplus"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Softplus<T> : IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Activation<T> activation;

    /// <summary>With the given beta.</summary>
    /// <param name="beta">How sharp the bend is; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Beta is not above 0 and finite.</exception>
    public Softplus(double beta = 1)
    {
        T inT = Softplus.Checked<T>(beta);
        activation = new Activation<T, Softplus.Function<T>, Softplus.Derivative<T>>(new(inT), new(inT));
        Beta = beta;
    }

    /// <inheritdoc/>
    public string Name => "softplus";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("beta", Beta)];

    /// <summary>How sharp the bend is; above 0.</summary>
    public double Beta { get; }

    Activation<T> IActivationLayer<T>.Activation => activation;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Softplus.Forward(pass.Input, pass.Output, Beta);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Softplus.Backward(pass.Output, pass.GradOutput, pass.GradInput, Beta);
        }
    }
}
