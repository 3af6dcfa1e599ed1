using System.Numerics;

namespace VecNet;

/// <summary>The options of a layer or a loss of the catalog, by name: those of a sample, of a model file, or of golden values.</summary>
internal abstract class OptionSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the option is given.</summary>
    internal abstract bool Has(string name);

    /// <summary>Gets a number.</summary>
    internal abstract double Number(string name);

    /// <summary>Gets an integer.</summary>
    internal abstract int WholeNumber(string name);

    /// <summary>Gets a boolean.</summary>
    internal abstract bool Flag(string name);

    /// <summary>Gets a text, such as the name of a choice.</summary>
    internal virtual string Text(string name) => throw new NotSupportedException($"There is no text '{name}' here.");

    /// <summary>Gets numbers, such as a weight for each output; none where they are not given.</summary>
    internal virtual T[] Numbers(string name) => [];

    /// <summary>Gets the inner layers of a composite layer.</summary>
    internal virtual ILayer<T>[] Layers(string name) => throw new NotSupportedException($"There are no layers '{name}' here.");
}
