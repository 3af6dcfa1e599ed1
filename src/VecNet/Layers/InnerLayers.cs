using System.Numerics;

namespace VecNet;

/// <summary>The layers of a composite layer.</summary>
internal static class InnerLayers
{
    /// <summary>Copies the layers, of which there must be at least one.</summary>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    internal static ILayer<T>[] Checked<T>(IEnumerable<ILayer<T>> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layers);
        ILayer<T>[] copy = [.. layers];
        if (copy.Length == 0)
        {
            throw new ArgumentException("A composite layer needs at least one layer.", nameof(layers));
        }

        foreach (ILayer<T> layer in copy)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
        }

        return copy;
    }
}
