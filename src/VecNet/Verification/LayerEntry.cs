using System.Numerics;

namespace VecNet;

/// <summary>A layer in the catalog.</summary>
internal sealed class LayerEntry<T>(string name, Func<OptionSource<T>, ILayer<T>> make, Func<int, int, ILayer<T>> sample)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of its class.</summary>
    internal readonly string Name = name;

    /// <summary>The factory of the layer from the options in a file.</summary>
    internal readonly Func<OptionSource<T>, ILayer<T>> Make = make;

    /// <summary>
    /// The factory of a layer for checks, with a given width of the input and, where the layer has its own width, of the output; no option
    /// has its default value.
    /// </summary>
    internal readonly Func<int, int, ILayer<T>> Sample = sample;

    /// <summary>The name of the layer in files.</summary>
    internal readonly string StoredName = sample(2, 2).Name;

    /// <summary>The class.</summary>
    internal readonly Type Type = sample(2, 2).GetType();

    /// <summary>The inner layers of a composite layer, and their name in files.</summary>
    internal Func<ILayer<T>, (string Name, IReadOnlyList<ILayer<T>> Layers)>? Inner;

    /// <summary>Whether the passes of the layer need the offsets of sequences.</summary>
    internal bool ReadsSequences => NetworkPlan<T>.Create(2, [Sample(2, 2)]).SequenceReader is not null;

    /// <summary>The options of gradient checks of the sample.</summary>
    internal GradientCheckOptions CheckOptions = GradientCheckOptions.Strict;

    /// <summary>Whether the input consists of integers below <see cref="OperationCatalog{T}.Entries"/>.</summary>
    internal bool IsOfIndices;
}
