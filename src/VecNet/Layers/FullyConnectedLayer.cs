using System.Numerics;

namespace VecNet;

/// <summary>y = x·W + b, with weights W (inputs × outputs, parameter 0) and bias b (1 × outputs, parameter 1).</summary>
/// <remarks>The mathematics is in <see cref="FullyConnected"/>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class FullyConnectedLayer<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer of the given width.</summary>
    /// <param name="outputFeatures">The width of its output.</param>
    /// <param name="initialization">
    /// The initialization of the weights; by default it suits the activation that follows. The bias starts at zero.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, or the initialization is unknown.</exception>
    public FullyConnectedLayer(int outputFeatures, WeightInitialization initialization = WeightInitialization.ByActivation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputFeatures);
        if (!Enum.IsDefined(initialization))
        {
            throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "Unknown initialization.");
        }

        OutputFeatures = outputFeatures;
        Initialization = initialization;
    }

    /// <inheritdoc/>
    public string Name => "fully_connected";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("outputs", OutputFeatures)];

    /// <summary>The width of the output.</summary>
    public int OutputFeatures { get; }

    /// <summary>The initialization of the weights.</summary>
    public WeightInitialization Initialization { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        declaration.OutputFeatures = OutputFeatures;
        declaration.AddWeights(OutputFeatures);
        declaration.AddParameter("bias", 1, OutputFeatures);
    }

    /// <inheritdoc/>
    /// <remarks>Without a network, no activation follows.</remarks>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random) => Initialize(parameters, random, entersRectifier: false);

    /// <summary>Sets the initial values where it is known whether a rectifier reads the output.</summary>
    internal void Initialize(SlotViews<T> parameters, SplitMix64 random, bool entersRectifier)
    {
        WeightInitialization initialization = Initialization != WeightInitialization.ByActivation ? Initialization
            : entersRectifier ? WeightInitialization.HeNormal
            : WeightInitialization.XavierNormal;
        initialization.Fill(parameters[0], random);
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) =>
        FullyConnected.Forward(pass.Input, pass.Parameter(0), pass.Parameter(1), pass.Output, pass.Threads);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => FullyConnected.Backward(
        pass.Input, pass.Parameter(0), pass.GradOutput, pass.GradInput, pass.Gradient(0), pass.Gradient(1), pass.Accumulates, pass.Threads);
}
