using System.Numerics;

namespace VecNet;

/// <summary>A layer of a network: an activation, a layer with parameters, or one of your own.</summary>
/// <remarks>
/// A layer is a description and keeps nothing: parameters, gradients and activations lie in buffers of the network and its
/// workspace, and are handed to each pass. One instance may therefore stand at several places and in several networks, and is safe to
/// use from many threads. Check a layer of your own with <c>GradientCheck.Layer</c>.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the layer is called in summaries and model files, e.g. <c>relu</c>.</summary>
    string Name { get; }

    /// <summary>The numbers and choices that the layer was made with, by name, e.g. <c>slope</c> = 0.01; none by default.</summary>
    /// <remarks>
    /// A checkpoint keeps them, with the layers' names and the shapes of their parameters, so that a training does not go on with layers
    /// that compute something else. What only matters at the beginning, such as how weights are initialized, need not be among them.
    /// </remarks>
    IReadOnlyList<KeyValuePair<string, object>> Options => [];

    /// <summary>
    /// The inputs at which a layer that acts on each element by itself is not smooth, such as 0 for ReLU: a derivative jumps there, of
    /// the first order or a higher one. None by default.
    /// </summary>
    /// <remarks>
    /// Numerical differences across such a point are wrong, so that a gradient check has to keep the inputs of the layer away from it.
    /// </remarks>
    IReadOnlyList<double> Kinks => [];

    /// <summary>
    /// Called when a network is built: says how wide the output is, and asks for parameters and room for what backward needs.
    /// </summary>
    /// <param name="declaration">Knows the width of the input, and takes what the layer asks for.</param>
    void Configure(LayerDeclaration declaration);

    /// <summary>Sets the parameters' first values; they are zero when it is called.</summary>
    /// <param name="parameters">In the order in which they were declared.</param>
    /// <param name="random">The only source of randomness.</param>
    void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
    }

    /// <summary>Sets the state's first values; they are zero when it is called.</summary>
    /// <param name="state">In the order in which it was declared.</param>
    void InitializeState(SlotViews<T> state)
    {
    }

    /// <summary>
    /// Writes every element of <see cref="ForwardPass{T}.Output"/>, and what <see cref="Backward"/> will need to its saved views.
    /// </summary>
    void Forward(in ForwardPass<T> pass);

    /// <summary>
    /// Overwrites <see cref="BackwardPass{T}.GradInput"/> if <see cref="BackwardPass{T}.WantsGradInput"/>, and writes the gradient of every
    /// parameter: added where <see cref="BackwardPass{T}.Accumulates"/>, else overwritten.
    /// </summary>
    void Backward(in BackwardPass<T> pass);
}
