using System.Numerics;

namespace VecNet;

/// <summary>A residual connection: y = x + f(x), where f are the layers inside, one after another.</summary>
/// <remarks>
/// <para>The layers learn what is missing, and gradients have a way around them. Source: He, Zhang, Ren, Sun, "Deep Residual Learning", 2016.</para>
/// <para>
/// Parameters are named by the layer inside, e.g. <c>0.weight</c>. Inside, activations are passes of their own: only those
/// that stand in the network itself join the fully connected layer before them.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Residual<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;

    /// <summary>A connection around the given layers.</summary>
    /// <param name="layers">f, at least one; the last one's output is as wide as the first one's input.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Residual(params IEnumerable<ILayer<T>> layers) => this.layers = LayerChain.Checked(layers);

    /// <inheritdoc/>
    public string Name => "residual";

    /// <summary>The layers inside, in order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <summary>The scratch in which f(x) lies, behind those of the chain.</summary>
    private int Result => 2 * (layers.Length - 1);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The layers inside change the width.</exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        int width = LayerChain.Configure(declaration, layers, ownScratch: declaration.InputFeatures);
        if (width != declaration.InputFeatures)
        {
            throw new ArgumentException($"The layers of a residual connection must keep the width: its input has {declaration.InputFeatures} features, their output {width}.", nameof(declaration));
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        TensorView<T> result = pass.Scratch(Result);
        LayerChain.Forward(pass, layers.Length, result);
        Elementwise.Add(pass.Input, result, pass.Output);
    }

    /// <summary>∂L/∂x = ∂L/∂y + (∂f/∂x)ᵀ·∂L/∂y.</summary>
    /// <remarks>
    /// y = x + f(x): x reaches the loss by two ways, and the chain rule adds them. By the first dy/dx is the identity, so that ∂L/∂y arrives as it is.
    /// By the second ∂L/∂f = ∂L/∂y, since f is added too; the layers inside carry that back to x, and to their parameters, each by its own derivation.
    /// </remarks>
    public void Backward(in BackwardPass<T> pass)
    {
        LayerChain.Backward(pass, layers.Length, pass.Scratch(Result));
        if (pass.WantsGradInput)
        {
            Elementwise.Add(pass.GradInput, pass.GradOutput, pass.GradInput);
        }
    }
}
