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

    /// <summary>Whether this is a fully connected layer's weights, which are outputs × inputs in PyTorch's files.</summary>
    internal bool IsTransposedInFiles { get; init; }

    /// <summary>Whether a backward pass has something to say of a few rows only.</summary>
    internal bool IsSparse { get; init; }

    /// <summary>Of a sparse parameter in a network: the rows that the gradient has.</summary>
    internal TouchedRows? Touched { get; init; }

    /// <summary>Whether a single row is a matrix in PyTorch's files too, as an embedding's table is, and not a vector.</summary>
    internal bool IsMatrixInFiles { get; init; }
}

/// <summary>A layer inside another: whose it is, its widths, and what it asked for.</summary>
/// <param name="layer">An <see cref="ILayer{T}"/> of the network's element type.</param>
/// <param name="declaration">Its own declaration.</param>
/// <param name="first">Where its parameters, state, saved and scratch views begin among those of the layer around it.</param>
internal sealed class InnerDeclaration(object layer, LayerDeclaration declaration, SlotCounts first)
{
    internal object Layer => layer;

    internal LayerDeclaration Declaration => declaration;

    internal SlotCounts First => first;
}

/// <summary>Numbers of parameters, state, saved and scratch views.</summary>
internal readonly struct SlotCounts(int parameters, int state, int saved, int scratch)
{
    internal int Parameters => parameters;

    internal int State => state;

    internal int Saved => saved;

    internal int Scratch => scratch;
}

/// <summary>What a layer asks for when a network is built.</summary>
public sealed class LayerDeclaration
{
    private readonly List<Slot> parameters = [];
    private readonly List<Slot> state = [];
    private readonly List<int> saved = [];
    private readonly List<int> scratch = [];
    private readonly List<InnerDeclaration> inner = [];

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

    /// <summary>The widths of the room that passes work in.</summary>
    internal IReadOnlyList<int> Scratch => scratch;

    /// <summary>The layers inside.</summary>
    internal IReadOnlyList<InnerDeclaration> Inner => inner;

    /// <summary>Asks for a trained matrix. Its index in the passes is the number of those before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public void AddParameter(string name, int rows, int columns) => Add(parameters, name, rows, columns);

    /// <summary>
    /// Asks for a trained matrix of which a batch concerns a few rows, as of an embedding's table: backward writes them by <see cref="BackwardPass{T}.GradientRow"/>, and a
    /// step changes no others.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public void AddSparseParameter(string name, int rows, int columns)
    {
        AddParameter(name, rows, columns);
        parameters[^1] = parameters[^1] with { IsSparse = true };
    }

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

    /// <summary>
    /// Asks for room, in the workspace, for a batch × <paramref name="columns"/> matrix to work in, in inference too. What a training forward leaves
    /// there backward finds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public void AddScratch(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        scratch.Add(columns);
    }

    /// <summary>
    /// Takes in a layer that this one runs inside its own passes, by <see cref="ForwardPass{T}.RunLayer"/> and <see cref="BackwardPass{T}.RunLayer"/>. Its index there is
    /// the number of those before it. Its parameters and state become this layer's, named with that index in front, e.g. <c>0.weight</c>, and are
    /// initialised by the layer itself.
    /// </summary>
    /// <param name="layer">The layer inside.</param>
    /// <param name="inputFeatures">The width of its input.</param>
    /// <returns>The width of its output.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public int AddLayer<T>(ILayer<T> layer, int inputFeatures)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layer);
        var declaration = new LayerDeclaration(inputFeatures);
        layer.Configure(declaration);
        var first = new SlotCounts(parameters.Count, state.Count, saved.Count, scratch.Count);
        string prefix = $"{inner.Count}.";
        inner.Add(new(layer, declaration, first));
        parameters.AddRange(declaration.parameters.Select(slot => slot with { Name = prefix + slot.Name }));
        state.AddRange(declaration.state.Select(slot => slot with { Name = prefix + slot.Name }));
        saved.AddRange(declaration.saved);
        scratch.AddRange(declaration.scratch);
        return declaration.OutputFeatures;
    }

    /// <summary>Asks for the weights of a fully connected layer, inputs × outputs: files have them transposed, as PyTorch does.</summary>
    internal void AddWeights(int outputs)
    {
        AddParameter("weight", InputFeatures, outputs);
        parameters[^1] = parameters[^1] with { IsTransposedInFiles = true };
    }

    /// <summary>Asks for an embedding's table: a matrix in files even if it has one row.</summary>
    internal void AddTable(int entries, int dimension, bool isSparse)
    {
        AddParameter("weight", entries, dimension);
        parameters[^1] = parameters[^1] with { IsMatrixInFiles = true, IsSparse = isSparse };
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
