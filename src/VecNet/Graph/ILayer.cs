using System.Numerics;

namespace VecNet;

/// <summary>A layer of a network: an activation, a layer with parameters, or a custom layer.</summary>
/// <remarks>
/// A layer is a description without state: parameters, gradients and activations are in buffers of the network and its workspace, and are
/// passed to each call. One instance may therefore be used several times and in several networks, and is safe to use from many threads.
/// Check a custom layer with <c>GradientCheck.Layer</c>.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of the layer in summaries and model files, such as <c>relu</c>.</summary>
    string Name { get; }

    /// <summary>The options that the layer was created with, by name, such as <c>slope</c> = 0.01; none by default.</summary>
    /// <remarks>
    /// A checkpoint stores them, with the layers' names and the shapes of their parameters, so that training is not continued with
    /// different layers. Options that only matter at the beginning, such as the initialization of weights, need not be included.
    /// </remarks>
    IReadOnlyList<KeyValuePair<string, object>> Options => [];

    /// <summary>
    /// The inputs at which a layer that acts on each element by itself is not smooth, such as 0 for ReLU: a derivative of some order jumps
    /// there. None by default.
    /// </summary>
    /// <remarks>
    /// Numerical differences across such a point are wrong, so that a gradient check must keep the inputs of the layer away from it.
    /// </remarks>
    IReadOnlyList<double> Kinks => [];

    /// <summary>
    /// Called when a network is built: sets the width of the output, and declares parameters and the memory that the passes need.
    /// </summary>
    /// <param name="declaration">The declaration, which has the width of the input.</param>
    void Configure(LayerDeclaration declaration);

    /// <summary>Sets the initial values of the parameters, which are zero when it is called.</summary>
    /// <param name="parameters">The parameters, in the order of declaration.</param>
    /// <param name="random">The only source of randomness.</param>
    void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
    }

    /// <summary>Sets the initial values of the state, which are zero when it is called.</summary>
    /// <param name="state">The state, in the order of declaration.</param>
    void InitializeState(SlotViews<T> state)
    {
    }

    /// <summary>
    /// Writes every element of <see cref="ForwardPass{T}.Output"/>, and the data that <see cref="Backward"/> needs to its saved views.
    /// </summary>
    void Forward(in ForwardPass<T> pass);

    /// <summary>
    /// Overwrites <see cref="BackwardPass{T}.GradInput"/> if <see cref="BackwardPass{T}.WantsGradInput"/>, and writes the gradient of every
    /// parameter: accumulated if <see cref="BackwardPass{T}.Accumulates"/>, else overwritten.
    /// </summary>
    void Backward(in BackwardPass<T> pass);
}
