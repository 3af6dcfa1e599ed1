namespace VecNet;

/// <summary>The declaration of a layer when a network is built: its width, its parameters and the memory that it needs.</summary>
public sealed class LayerDeclaration
{
    private readonly List<Slot> parameters = [];
    private readonly List<Slot> state = [];
    private readonly List<WorkspaceRequest> saved = [];
    private readonly List<WorkspaceRequest> scratch = [];
    private readonly List<WorkspaceRequest> kept = [];

    /// <summary>Creates the declaration of a layer whose input has the given width; networks call this.</summary>
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

    /// <summary>Whether the layer's passes need the offsets of sequences; a pass without offsets is then rejected.</summary>
    public bool ReadsSequences { get; set; }

    /// <summary>The windows for each of which the output has a row; null if it has a row for each row of the input.</summary>
    internal Conv1dOptions? Windows;

    /// <summary>
    /// The width of the state of a recurrent layer: for each sequence, a workspace may carry that many elements from a pass to the next.
    /// </summary>
    internal int RecurrentWidth;

    /// <summary>
    /// Whether the forward pass of a layer that reads sequences can continue a sequence: see <see cref="ForwardPass{T}.Position"/>. It is
    /// not asked of a layer that does not read sequences, each of whose rows depends on that row of its input alone.
    /// </summary>
    public bool ContinuesSequences { get; set; }

    /// <summary>
    /// Whether the layer also takes the network's input as integers, such as the ids of tokens: <see cref="ForwardPass{T}.Ids"/> and
    /// <see cref="BackwardPass{T}.Ids"/>.
    /// </summary>
    public bool TakesIds { get; set; }

    /// <summary>Whether a pass needs the offsets of sequences.</summary>
    internal bool NeedsSequences =>
        ReadsSequences || OutputRows != InputRows || saved.Concat(scratch).Any(request => request.Extent == Extent.PerSequence);

    /// <summary>The declared parameters, whose offsets are not assigned yet.</summary>
    internal IReadOnlyList<Slot> Parameters => parameters;

    /// <summary>The declared state, whose offsets are not assigned yet.</summary>
    internal IReadOnlyList<Slot> State => state;

    /// <summary>The matrices that the forward pass saves for the backward pass.</summary>
    internal IReadOnlyList<WorkspaceRequest> Saved => saved;

    /// <summary>The scratch matrices of the passes.</summary>
    internal IReadOnlyList<WorkspaceRequest> Scratch => scratch;

    /// <summary>The matrices that are kept while a sequence is continued.</summary>
    internal IReadOnlyList<WorkspaceRequest> Kept => kept;

    /// <summary>Declares a trained matrix.</summary>
    /// <returns>The index of the matrix among the parameters in the passes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has already used it.</exception>
    public int AddParameter(string name, int rows, int columns) => Add(parameters, name, rows, columns);

    /// <summary>
    /// Declares a trained matrix of which a batch uses few rows, such as an embedding's table: the backward pass writes them by
    /// <see cref="BackwardPass{T}.GradientRow"/>, and a step updates only these.
    /// </summary>
    /// <returns>The index of the matrix among the parameters in the passes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has already used it.</exception>
    public int AddSparseParameter(string name, int rows, int columns)
    {
        int index = AddParameter(name, rows, columns);
        parameters[index] = parameters[index] with { Touched = new(rows) };
        return index;
    }

    /// <summary>
    /// Declares a matrix that is saved with the model but not trained, such as running statistics; only training forward passes write it.
    /// </summary>
    /// <returns>The index of the matrix among the state in the passes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">The name is empty, or the layer has already used it.</exception>
    public int AddState(string name, int rows, int columns) => Add(state, name, rows, columns);

    /// <summary>Declares a matrix in the workspace that the forward pass saves for the backward pass.</summary>
    /// <param name="columns">The width of the matrix.</param>
    /// <param name="extent">The unit for which the matrix has a row.</param>
    /// <returns>The index of the matrix among the saved matrices in the passes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The width is not positive, or the extent is per thread: backward may use other threads.
    /// </exception>
    public int AddSaved(int columns, Extent extent = Extent.PerRow)
    {
        Check(columns, extent);
        if (extent == Extent.PerThread)
        {
            throw new ArgumentOutOfRangeException(
                nameof(extent), extent, "A saved matrix cannot be per thread: the backward pass may use other threads.");
        }

        saved.Add(new(columns, extent));
        return saved.Count - 1;
    }

    /// <summary>
    /// Declares a scratch matrix in the workspace for one call of a pass, also in inference; its initial content is undefined.
    /// </summary>
    /// <param name="columns">The width of the matrix.</param>
    /// <param name="extent">The unit for which the matrix has a row.</param>
    /// <returns>The index of the matrix among the scratch matrices in the passes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, or the extent is unknown.</exception>
    public int AddScratch(int columns, Extent extent = Extent.PerRow)
    {
        Check(columns, extent);
        scratch.Add(new(columns, extent));
        return scratch.Count - 1;
    }

    /// <summary>
    /// Declares a matrix that is kept from one pass to the next while a sequence is continued, and that only the layer writes: what later
    /// rows of the sequence need of earlier ones.
    /// </summary>
    /// <param name="columns">The width of the matrix.</param>
    /// <param name="extent">Per row, for a row for each position of the longest sequence; or fixed, for a single row.</param>
    /// <returns>The index of the matrix among the kept matrices in the passes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, or the extent is another one.</exception>
    public int AddKept(int columns, Extent extent = Extent.PerRow)
    {
        Check(columns, extent);
        if (extent is not (Extent.PerRow or Extent.Fixed))
        {
            throw new ArgumentOutOfRangeException(nameof(extent), extent, "A kept matrix is per row or fixed.");
        }

        kept.Add(new(columns, extent));
        return kept.Count - 1;
    }

    /// <summary>Declares the weights of a fully connected layer, inputs × outputs.</summary>
    internal void AddWeights(int outputs) => AddTransposed("weight", InputFeatures, outputs);

    /// <summary>
    /// Declares weights, inputs × outputs; in files they are transposed, as in PyTorch, and those of a convolution have a dimension of
    /// taps.
    /// </summary>
    internal void AddTransposed(string name, int rows, int columns, int taps = 0)
    {
        AddParameter(name, rows, columns);
        parameters[^1] = parameters[^1] with { IsTransposedInFiles = true, Taps = taps };
    }

    /// <summary>Declares a table, which is a matrix in files even if it has one row.</summary>
    internal void AddTable(int entries, int dimension, bool isSparse = false, bool isVocabulary = false)
    {
        AddParameter("weight", entries, dimension);
        parameters[^1] = parameters[^1] with
        {
            IsMatrixInFiles = true, Touched = isSparse ? new(entries) : null, IsVocabulary = isVocabulary,
        };
    }

    /// <summary>Declares the use of the table of an embedding of the network; the builder finds it.</summary>
    internal void AddSharedTable(int entries, int dimension)
    {
        AddParameter("weight", entries, dimension);
        parameters[^1] = parameters[^1] with { SharedFrom = "" };
    }

    /// <exception cref="ArgumentException">The rows of the input are not tokens, since they have been pooled before.</exception>
    internal void CheckTokens()
    {
        if (InputRows != RowKind.Token)
        {
            throw new ArgumentException("The rows of the input must be tokens; they have been pooled before.", "declaration");
        }
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
            throw new ArgumentException($"The layer has already declared '{name}'.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        slots.Add(new Slot(name, 0, rows, columns));
        return slots.Count - 1;
    }
}
