using System.Numerics;

namespace VecNet;

/// <summary>
/// Layers beside one another on the same input, their outputs side by side: the heads of a network that answers more than one question.
/// </summary>
/// <remarks>
/// <para>
/// y = [f₀(x), f₁(x), …]. Slice the network's output, and the gradient that goes back, by columns: each head has a loss of its own. A
/// head of several layers is a <see cref="Sequential{T}"/>. Parameters are named by the branch, e.g. <c>1.weight</c>.
/// </para>
/// <para>
/// Backward: x reaches the loss through every branch, and the chain rule adds what each carries back of its own columns of ∂L/∂y:
/// ∂L/∂x = Σ (∂fᵢ/∂x)ᵀ·∂L/∂fᵢ. No parameter belongs to two branches.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parallel<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] branches;

    /// <summary>The given branches, from the first columns of the output on.</summary>
    /// <param name="branches">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Parallel(params IEnumerable<ILayer<T>> branches) => this.branches = InnerLayers.Checked(branches);

    /// <inheritdoc/>
    public string Name => "parallel";

    /// <summary>The layers beside one another, in the order of their columns.</summary>
    public IReadOnlyList<ILayer<T>> Branches => branches;

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var outputs = new NetworkValue<T>[branches.Length];
        for (int i = 0; i < branches.Length; i++)
        {
            outputs[i] = builder.Apply(branches[i], input);
        }

        return builder.Concatenate(outputs);
    }
}
