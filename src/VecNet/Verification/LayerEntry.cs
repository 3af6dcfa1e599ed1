using System.Numerics;

namespace VecNet;

/// <summary>A layer in the catalog.</summary>
/// <param name="Name">The name of its class.</param>
/// <param name="Make">Makes it again from the options that a file has of it.</param>
/// <param name="Sample">
/// Makes one for checks, of a given width of the input and, where it has a width of its own, of the output; with nothing that is a default.
/// </param>
internal sealed record LayerEntry<T>(string Name, Func<OptionSource<T>, ILayer<T>> Make, Func<int, int, ILayer<T>> Sample)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name under which files keep the layer.</summary>
    internal string StoredName { get; } = Sample(2, 2).Name;

    /// <summary>The class.</summary>
    internal Type Type { get; } = Sample(2, 2).GetType();

    /// <summary>Of a composite layer: the layers inside, and their name in files.</summary>
    internal Func<ILayer<T>, (string Name, IReadOnlyList<ILayer<T>> Layers)>? Inner { get; init; }

    /// <summary>Whether the input is whole numbers below <see cref="OperationCatalog{T}.Entries"/>.</summary>
    internal bool IsOfIndices { get; init; }
}
