using System.Numerics;

namespace VecNet;

/// <summary>Layers in parallel on the same input, whose outputs are concatenated: the heads of a network with several outputs.</summary>
/// <remarks>
/// <para>
/// y = [f₀(x), f₁(x), …]. To give each head its own loss, slice the network's output and its gradient by columns. A head of several layers
/// is a <see cref="Sequential{T}"/>. The names of parameters begin with the index of the branch, such as <c>1.weight</c>.
/// </para>
/// <para>
/// Backward: x reaches the loss through every branch, and the chain rule adds what each propagates from its columns of ∂L/∂y:
/// ∂L/∂x = Σ (∂fᵢ/∂x)ᵀ·∂L/∂fᵢ. No parameter belongs to two branches.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parallel<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] branches;

    /// <summary>Creates a layer of the given branches, in the order of their columns in the output.</summary>
    /// <param name="branches">The branches, at least one.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Parallel(params IEnumerable<ILayer<T>> branches) => this.branches = InnerLayers.Checked(branches);

    /// <inheritdoc/>
    public string Name => "parallel";

    /// <summary>The branches, in the order of their columns.</summary>
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
