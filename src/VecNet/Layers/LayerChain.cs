using System.Numerics;

namespace VecNet;

/// <summary>Layers one after another inside a layer; what lies between them is scratch.</summary>
/// <remarks>Of n layers, the outputs of all but the last are scratch 0 to n − 2, and the gradients of those outputs scratch n − 1 to 2n − 3.</remarks>
internal static class LayerChain
{
    /// <summary>A copy of the layers, of which there is at least one.</summary>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    internal static ILayer<T>[] Checked<T>(IEnumerable<ILayer<T>> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layers);
        ILayer<T>[] copy = [.. layers];
        if (copy.Length == 0)
        {
            throw new ArgumentException("There must be at least one layer inside.", nameof(layers));
        }

        foreach (ILayer<T> layer in copy)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
        }

        return copy;
    }

    /// <summary>Takes the layers in; returns the width of the last one's output.</summary>
    /// <param name="declaration">Of the layer around them.</param>
    /// <param name="layers">At least one.</param>
    /// <param name="ownScratch">The width of a scratch of the outer layer itself, which gets index 2n − 2; or 0 for none.</param>
    internal static int Configure<T>(LayerDeclaration declaration, ILayer<T>[] layers, int ownScratch = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] widths = new int[layers.Length];

        // The chain's own scratch comes first, so that its indices do not depend on what the layers ask for: their widths are asked in advance.
        int width = declaration.InputFeatures;
        for (int i = 0; i < layers.Length; i++)
        {
            widths[i] = width = WidthBehind(layers[i], width);
        }

        for (int i = 0; i < layers.Length - 1; i++)
        {
            declaration.AddScratch(widths[i]);
        }

        for (int i = 0; i < layers.Length - 1; i++)
        {
            declaration.AddScratch(widths[i]);
        }

        if (ownScratch > 0)
        {
            declaration.AddScratch(ownScratch);
        }

        for (int i = 0; i < layers.Length; i++)
        {
            declaration.AddLayer(layers[i], i == 0 ? declaration.InputFeatures : widths[i - 1]);
        }

        return width;
    }

    internal static void Forward<T>(in ForwardPass<T> pass, int layers, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < layers; i++)
        {
            pass.RunLayer(i, i == 0 ? pass.Input : pass.Scratch(i - 1), i == layers - 1 ? output : pass.Scratch(i));
        }
    }

    internal static void Backward<T>(in BackwardPass<T> pass, int layers, ReadOnlyTensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = layers - 1; i >= 0; i--)
        {
            bool isLast = i == layers - 1;
            pass.RunLayer(
                i,
                i == 0 ? pass.Input : pass.Scratch(i - 1),
                isLast ? output : pass.Scratch(i),
                isLast ? pass.GradOutput : pass.Scratch(layers - 1 + i),
                i == 0 ? pass.GradInput : pass.Scratch(layers - 2 + i));
        }
    }

    /// <summary>The width that a layer gives to an input of the given width.</summary>
    internal static int WidthBehind<T>(ILayer<T> layer, int inputFeatures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var declaration = new LayerDeclaration(inputFeatures);
        layer.Configure(declaration);
        return declaration.OutputFeatures;
    }
}
