namespace VecNet;

/// <summary>A matrix inside a flat buffer: where it begins, and its shape. Views are made of it on demand.</summary>
/// <param name="Name">As its layer declared it, e.g. <c>weight</c>.</param>
/// <param name="Offset">Of its first element, in elements.</param>
/// <param name="Rows">Rows of the matrix.</param>
/// <param name="Columns">Columns of the matrix; the row stride is the same.</param>
public readonly record struct Slot(string Name, int Offset, int Rows, int Columns)
{
    /// <summary>The number of elements.</summary>
    public int Length => Rows * Columns;
}

/// <summary>What a layer asks for when a network is built.</summary>
public sealed class LayerDeclaration
{
    private readonly List<Slot> parameters = [];
    private readonly List<Slot> state = [];
    private readonly List<int> saved = [];

    /// <summary>For a layer whose input has the given width. Networks make these.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public LayerDeclaration(int inputFeatures)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputFeatures);
        InputFeatures = inputFeatures;
        OutputFeatures = inputFeatures;
    }

    /// <summary>The width of the layer's input.</summary>
    public int InputFeatures { get; }

    /// <summary>The width of the layer's output; that of the input unless the layer sets it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public int OutputFeatures
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    /// <summary>The parameters asked for; offsets are not assigned yet.</summary>
    internal IReadOnlyList<Slot> Parameters => parameters;

    /// <summary>The state asked for; offsets are not assigned yet.</summary>
    internal IReadOnlyList<Slot> State => state;

    /// <summary>The widths of what backward needs.</summary>
    internal IReadOnlyList<int> Saved => saved;

    /// <summary>Asks for a trained matrix. Its index in the passes is the number of those before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public void AddParameter(string name, int rows, int columns) => Add(parameters, name, rows, columns);

    /// <summary>Asks for a matrix that is saved with the model but never trained, such as running statistics: written by training forwards only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public void AddState(string name, int rows, int columns) => Add(state, name, rows, columns);

    /// <summary>Asks for room, in the workspace, for a batch × <paramref name="columns"/> matrix that forward leaves for backward.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public void AddSaved(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        saved.Add(columns);
    }

    private void Add(List<Slot> slots, string name, int rows, int columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (parameters.Concat(state).Any(slot => slot.Name == name))
        {
            throw new ArgumentException($"The layer has asked for '{name}' already.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        slots.Add(new Slot(name, 0, rows, columns));
    }
}
