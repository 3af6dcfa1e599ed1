using System.Numerics;

namespace VecNet;

/// <summary>Layers beside one another on the same input, their outputs side by side: the heads of a network that answers more than one question.</summary>
/// <remarks>
/// y = [f₀(x), f₁(x), …]. Slice the network's output, and the gradient that goes back, by columns: each head has a loss of its own. A head of several layers
/// is a <see cref="Sequential{T}"/>. Parameters are named by the branch, e.g. <c>1.weight</c>.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parallel<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] branches;

    /// <summary>The given branches, from the first columns of the output on.</summary>
    /// <param name="branches">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Parallel(params IEnumerable<ILayer<T>> branches) => this.branches = LayerChain.Checked(branches);

    /// <inheritdoc/>
    public string Name => "parallel";

    /// <summary>The layers beside one another, in the order of their columns.</summary>
    public IReadOnlyList<ILayer<T>> Branches => branches;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.AddScratch(declaration.InputFeatures);
        int width = 0;
        foreach (ILayer<T> branch in branches)
        {
            width = checked(width + declaration.AddLayer(branch, declaration.InputFeatures));
        }

        declaration.OutputFeatures = width;
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        int start = 0;
        for (int i = 0; i < branches.Length; i++)
        {
            int width = pass.WidthsOf(i).Outputs;
            pass.RunLayer(i, pass.Input, pass.Output.SliceColumns(start, width));
            start += width;
        }
    }

    /// <summary>∂L/∂x = Σ (∂fᵢ/∂x)ᵀ·∂L/∂fᵢ over the branches.</summary>
    /// <remarks>
    /// x reaches the loss through every branch, and the chain rule adds the ways: what branch i carries back of its own columns of ∂L/∂y. No parameter belongs to two
    /// branches, so that each branch's gradients are its own.
    /// </remarks>
    public void Backward(in BackwardPass<T> pass)
    {
        int start = 0;
        for (int i = 0; i < branches.Length; i++)
        {
            int width = pass.WidthsOf(i).Outputs;
            TensorView<T> gradInput = !pass.WantsGradInput ? default : i == 0 ? pass.GradInput : pass.Scratch(0);
            pass.RunLayer(i, pass.Input, pass.Output.SliceColumns(start, width), pass.GradOutput.SliceColumns(start, width), gradInput);
            if (i > 0 && pass.WantsGradInput)
            {
                Elementwise.Add(pass.GradInput, gradInput, pass.GradInput);
            }

            start += width;
        }
    }
}
