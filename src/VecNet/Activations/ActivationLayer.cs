using System.Numerics;

namespace VecNet;

/// <summary>The base class of layers that apply one of the library's functions: they have no parameters and keep the shape.</summary>
/// <remarks>A custom activation implements <see cref="ILayer{T}"/>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class ActivationLayer<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly UnaryFunction<T> forward;
    private readonly UnaryGradient<T> backward;
    private readonly bool ofOutput;

    /// <summary>Creates the layer of a function.</summary>
    /// <param name="name">The name of the layer in summaries and files.</param>
    /// <param name="forward">The function.</param>
    /// <param name="backward">Its backward pass.</param>
    /// <param name="ofOutput">Whether the backward pass reads the output of the function, and not its input.</param>
    /// <param name="fused">The function as an epilogue of the fully connected layer before it, or null.</param>
    /// <param name="options">The options that the layer was created with.</param>
    /// <param name="kinks">The inputs at which the function is not smooth.</param>
    private protected ActivationLayer(
        string name,
        UnaryFunction<T> forward,
        UnaryGradient<T> backward,
        bool ofOutput,
        Activation<T>? fused = null,
        IReadOnlyList<KeyValuePair<string, object>>? options = null,
        IReadOnlyList<double>? kinks = null)
    {
        Name = name;
        this.forward = forward;
        this.backward = backward;
        this.ofOutput = ofOutput;
        Fused = fused;
        Options = options ?? [];
        Kinks = kinks ?? [];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Kinks { get; }

    /// <summary>The activation as an epilogue of the fully connected layer before it; null where it cannot be one.</summary>
    internal readonly Activation<T>? Fused;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass) => Forward(pass.Input, pass.Output);

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Backward(pass.Input, pass.Output, pass.GradOutput, pass.GradInput);
        }
    }

    /// <summary>Whether the function is ReLU or one of its relatives, for <see cref="WeightInitialization.ByActivation"/>.</summary>
    internal bool IsRectifier => this is ReLU<T> or LeakyReLU<T> or ELU<T> or GELU<T> or GELUTanh<T> or SiLU<T> or HardSwish<T> or Mish<T>;

    /// <summary>y = f(x).</summary>
    internal void Forward(ReadOnlyTensorView<T> input, TensorView<T> output) => forward(in input, in output);

    /// <summary>Computes ∂L/∂x from x, y and ∂L/∂y.</summary>
    internal void Backward(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput) =>
        backward(in ofOutput ? ref output : ref input, in gradOutput, in gradInput);
}
