using System.Numerics;

namespace VecNet;

/// <summary>
/// The options that a layer or a loss of the catalog is made with, by name: those of a sample, of a model file, or of golden values.
/// </summary>
internal abstract class OptionSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the option is given.</summary>
    internal abstract bool Has(string name);

    /// <summary>A number.</summary>
    internal abstract double Number(string name);

    /// <summary>A whole number.</summary>
    internal abstract int WholeNumber(string name);

    /// <summary>True or false.</summary>
    internal abstract bool Flag(string name);

    /// <summary>Numbers, such as a weight for each output; none where they are not given.</summary>
    internal virtual T[] Numbers(string name) => [];

    /// <summary>The layers inside a composite layer.</summary>
    internal virtual ILayer<T>[] Layers(string name) => throw new NotSupportedException($"There are no layers '{name}' here.");
}
