namespace VecNet;

/// <summary>What a layer asks for when a network is built.</summary>
public sealed class LayerDeclaration
{
    private readonly List<Slot> parameters = [];
    private readonly List<Slot> state = [];
    private readonly List<WorkspaceRequest> saved = [];
    private readonly List<WorkspaceRequest> scratch = [];

    /// <summary>For a layer whose input has the given width. Networks make these.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public LayerDeclaration(int inputFeatures)
        : this(inputFeatures, RowKind.Token)
    {
    }

    internal LayerDeclaration(int inputFeatures, RowKind inputRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputFeatures);
        InputFeatures = inputFeatures;
        OutputFeatures = inputFeatures;
        InputRows = inputRows;
        OutputRows = inputRows;
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

    /// <summary>What a row of the layer's input represents.</summary>
    public RowKind InputRows { get; }

    /// <summary>
    /// What a row of the layer's output represents; the same as of its input unless the layer sets it, as one that pools tokens does.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is unknown.</exception>
    public RowKind OutputRows
    {
        get;
        set
        {
            if (!Enum.IsDefined(value))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "Unknown kind of rows.");
            }

            field = value;
        }
    }

    /// <summary>Whether the layer's passes need to know where sequences begin; a pass without their offsets is refused then.</summary>
    public bool ReadsSequences { get; set; }

    /// <summary>Whether a pass must know where sequences begin.</summary>
    internal bool NeedsSequences =>
        ReadsSequences || OutputRows != InputRows || saved.Concat(scratch).Any(request => request.Extent == Extent.PerSequence);

    /// <summary>The parameters asked for; offsets are not assigned yet.</summary>
    internal IReadOnlyList<Slot> Parameters => parameters;

    /// <summary>The state asked for; offsets are not assigned yet.</summary>
    internal IReadOnlyList<Slot> State => state;

    /// <summary>What forward leaves for backward.</summary>
    internal IReadOnlyList<WorkspaceRequest> Saved => saved;

    /// <summary>What passes work in.</summary>
    internal IReadOnlyList<WorkspaceRequest> Scratch => scratch;

    /// <summary>Asks for a trained matrix.</summary>
    /// <returns>Its index among the parameters in the passes: the number of those before it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public int AddParameter(string name, int rows, int columns) => Add(parameters, name, rows, columns);

    /// <summary>
    /// Asks for a trained matrix of which a batch concerns a few rows, as of an embedding's table: backward writes them by
    /// <see cref="BackwardPass{T}.GradientRow"/>, and a step changes no others.
    /// </summary>
    /// <returns>Its index among the parameters in the passes: the number of those before it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public int AddSparseParameter(string name, int rows, int columns)
    {
        int index = AddParameter(name, rows, columns);
        parameters[index] = parameters[index] with { Touched = new(rows) };
        return index;
    }

    /// <summary>
    /// Asks for a matrix that is saved with the model but never trained, such as running statistics: written by training forwards only.
    /// </summary>
    /// <returns>Its index among the state in the passes: the number of those before it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has asked for it already.</exception>
    public int AddState(string name, int rows, int columns) => Add(state, name, rows, columns);

    /// <summary>Asks for a matrix in the workspace that forward leaves for backward.</summary>
    /// <param name="columns">The width of the matrix.</param>
    /// <param name="extent">What the matrix has a row for.</param>
    /// <returns>Its index among the saved matrices in the passes: the number of those before it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The width is not positive, or the extent is per thread: backward may use other threads.
    /// </exception>
    public int AddSaved(int columns, Extent extent = Extent.PerRow)
    {
        Check(columns, extent);
        if (extent == Extent.PerThread)
        {
            throw new ArgumentOutOfRangeException(
                nameof(extent), extent, "What forward leaves for backward cannot be per thread: backward may use other threads.");
        }

        saved.Add(new(columns, extent));
        return saved.Count - 1;
    }

    /// <summary>
    /// Asks for a matrix in the workspace to work in during one call of a pass, in inference too: what it holds when a call begins is
    /// not defined.
    /// </summary>
    /// <param name="columns">The width of the matrix.</param>
    /// <param name="extent">What the matrix has a row for.</param>
    /// <returns>Its index among the scratch matrices in the passes: the number of those before it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, or the extent is unknown.</exception>
    public int AddScratch(int columns, Extent extent = Extent.PerRow)
    {
        Check(columns, extent);
        scratch.Add(new(columns, extent));
        return scratch.Count - 1;
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
        parameters[^1] = parameters[^1] with { IsMatrixInFiles = true, Touched = isSparse ? new(entries) : null };
    }

    private static void Check(int columns, Extent extent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (!Enum.IsDefined(extent))
        {
            throw new ArgumentOutOfRangeException(nameof(extent), extent, "Unknown extent.");
        }
    }

    private int Add(List<Slot> slots, string name, int rows, int columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (parameters.Concat(state).Any(slot => slot.Name == name))
        {
            throw new ArgumentException($"The layer has asked for '{name}' already.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        slots.Add(new Slot(name, 0, rows, columns));
        return slots.Count - 1;
    }
}
