using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The memory of one pass at a time: activations, data for the backward pass, and gradients of activations.</summary>
/// <remarks>
/// <see cref="NeuralNetwork{T}.CreateInferenceWorkspace"/> and <see cref="NeuralNetwork{T}.CreateTrainingWorkspace"/> create it. It is used
/// by one thread at a time; in inference several threads, each with its own workspace, may share the network.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly WorkspaceLayout<T> layout;
    private readonly TensorBuffer<T> memory;
    private readonly int[][] offsets;
    private TensorBuffer<T> memoryOfThreads;
    private readonly WorkspaceMatrix output;
    private readonly WorkspaceMatrix gradOutput;
    private readonly int[] ids;
    private int sequences;
    private bool hasSequences;

    internal Workspace(
        NeuralNetwork<T> network,
        int capacity,
        int sequenceCapacity,
        bool training,
        bool inputGradient,
        ulong seed,
        bool hasOutputBlocks = false,
        KeptRows<T>? kept = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(sequenceCapacity);
        Network = network;
        Kept = kept;
        Capacity = capacity;
        SequenceCapacity = sequenceCapacity;
        Random = training ? new SplitMix64(seed) : null;
        GradientFlow<T>? gradients = training ? new(network.Plan, inputGradient) : null;
        HasOutputBlocks = hasOutputBlocks && network.Plan.LastProjection is not null;
        OutputCapacity = HasOutputBlocks ? ProjectionOperation<T>.RowsOfBlock(network.OutputSize) : int.MaxValue;
        layout = new WorkspaceLayout<T>(network.Plan, capacity, sequenceCapacity, OutputCapacity, gradients);
        memory = new TensorBuffer<T>(1, layout.Length);
        memoryOfThreads = new TensorBuffer<T>(1, layout.LengthPerThread);
        offsets = network.Plan.SequenceReader is null ? [] : [.. network.Plan.Lengths.Select(_ => new int[sequenceCapacity + 1])];
        ids = network.Plan.IdRefusal is null ? new int[checked(capacity * network.InputSize)] : [];
        FusedOperation<T>[] planned = network.Plan.Operations;
        Operations = new Operation<T>[planned.Length];
        for (int i = 0; i < planned.Length; i++)
        {
            Operations[i] = planned[i].Node.Kind switch
            {
                NodeKind.Sum => new SumOperation<T>(this, i),
                NodeKind.Concatenation => new ConcatenateOperation<T>(this, i),
                _ => planned[i].Node.Layer switch
                {
                    FullyConnectedLayer<T> => new FullyConnectedOperation<T>(this, i),
                    ActivationLayer<T> => new ActivationOperation<T>(this, i),
                    VocabularyProjection<T> when HasOutputBlocks && i == planned.Length - 1 => new ProjectionOperation<T>(this, i),
                    _ => new LayerOperation<T>(this, i),
                },
            };
        }

        output = layout.Value(network.Plan.Output);
        gradOutput = training ? layout.Gradient(network.Plan.Output) : default;
        CarriesStates = kept is not null && network.Plan.RecurrentWidth > 0;
    }

    /// <summary>The largest batch that fits.</summary>
    public int Capacity { get; }

    /// <summary>The largest number of sequences that fits.</summary>
    public int SequenceCapacity { get; }

    /// <summary>Whether a backward pass can follow a forward pass.</summary>
    public bool IsTraining => Random is not null;

    /// <summary>
    /// The maximum number of threads of a pass, including the caller's; 1 by default. <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is not positive, or the memory that a layer needs per thread cannot be allocated.
    /// </exception>
    public int Threads
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            if (layout.LengthPerThread > 0 && value != field)
            {
                int most = (Array.MaxLength - TensorBuffer<T>.AlignedLength) / layout.LengthPerThread;
                ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
                memoryOfThreads = new TensorBuffer<T>(value, layout.LengthPerThread);
            }

            field = value;
        }
    } = 1;

    /// <summary>The profiler of this workspace's passes; null, which is the default, for none.</summary>
    public PassProfiler? Profiler { get; set; }

    /// <summary>The source of dropout masks; null in inference. Its state can be read and set.</summary>
    public SplitMix64? Random { get; }

    /// <summary>The memory that the workspace holds, in bytes.</summary>
    /// <remarks>
    /// Values that are never needed at the same time share their memory. In training the data for the backward pass are kept until it has
    /// read them; the input of an activation that is fused with its layer is never stored.
    /// </remarks>
    public long Bytes => memory.Bytes + memoryOfThreads.Bytes + (2 * (states?.Bytes ?? 0)) + (Kept?.Bytes ?? 0);

    /// <summary>The rows of the latest pass.</summary>
    public int Batch { get; internal set; }

    /// <summary>∂L/∂output, of the output's shape, into which a loss writes its gradient. No pass changes it.</summary>
    /// <exception cref="InvalidOperationException">The workspace is for inference.</exception>
    public TensorView<T> GradOutput => IsTraining
        ? View(gradOutput)
        : throw new InvalidOperationException("An inference workspace has no gradients: use CreateTrainingWorkspace.");

    /// <summary>∂L/∂input, batch × inputs, after a backward pass.</summary>
    /// <exception cref="InvalidOperationException">The workspace was created without an input gradient.</exception>
    public TensorView<T> GradInput => HasGradInput
        ? View(layout.Gradient(0))
        : throw new InvalidOperationException("The workspace has no input gradient: create it with inputGradient: true.");

    internal readonly NeuralNetwork<T> Network;

    /// <summary>What is kept of earlier rows, if the passes continue a sequence; otherwise null.</summary>
    internal readonly KeptRows<T>? Kept;

    /// <summary>The passes of the plan's operations, in order.</summary>
    internal readonly Operation<T>[] Operations;

    internal bool HasGradInput => layout.Gradients is { } gradients && gradients.IsWanted(0);

    internal WorkspaceLayout<T> Layout => layout;

    /// <summary>The offsets of the sequences in rows of the latest pass; without a value if it had none.</summary>
    internal SequenceOffsets SequencesOf(RowSet rows) =>
        hasSequences ? SequenceOffsets.Checked(offsets[rows.Lengths].AsSpan(0, sequences + 1)) : default;

    /// <summary>The input of the latest pass as integers; empty if it was given otherwise.</summary>
    internal ReadOnlySpan<int> Ids => HasIds ? ids.AsSpan(0, Batch * Network.InputSize) : default;

    /// <summary>Whether the input of the latest pass was integers.</summary>
    internal bool HasIds;

    /// <summary>Whether the latest pass was a forward pass that a backward pass can follow.</summary>
    internal bool CanGoBack;

    /// <summary>Checks that the network's input is not in this workspace.</summary>
    /// <exception cref="ArgumentException">It is in this workspace.</exception>
    internal void CheckDisjoint(in ReadOnlyTensorView<T> input)
    {
        if (Overlap.MayShare(input.Span, memory.Span))
        {
            throw new ArgumentException(
                "The input is in this workspace, which the pass overwrites: copy it, or use another workspace.", nameof(input));
        }
    }

    /// <summary>Checks that the gradient of the output is <see cref="GradOutput"/> or not in this workspace.</summary>
    /// <exception cref="ArgumentException">It is elsewhere in this workspace.</exception>
    internal void CheckGradOutput(in ReadOnlyTensorView<T> gradOutput)
    {
        if (Overlap.MayShare(gradOutput.Span, memory.Span) && !Overlap.AreSame(gradOutput, GradOutput))
        {
            throw new ArgumentException(
                "The gradient of the output is in this workspace, but is not its GradOutput.", nameof(gradOutput));
        }
    }

    /// <summary>Fills all memory, so that a check can show that no unwritten memory is read.</summary>
    internal void Poison(T value)
    {
        memory.Span.Fill(value);
        memoryOfThreads.Span.Fill(value);
    }

    /// <summary>Copies the input of the next pass, which is integers.</summary>
    internal void CopyIds(ReadOnlySpan<int> given) => given.CopyTo(ids);

    /// <summary>Sets the shape of the next pass.</summary>
    internal void Begin(int rows, SequenceOffsets given, bool hasIds)
    {
        Batch = rows;
        HasIds = hasIds;
        hasSequences = given.HasValue && offsets.Length > 0;
        sequences = hasSequences ? given.Count : 0;
        if (hasSequences)
        {
            given.AsSpan().CopyTo(offsets[0]);
            for (int i = 1; i < offsets.Length; i++)
            {
                Network.Plan.Lengths[i].WriteOffsets(given.AsSpan(), offsets[i]);
            }
        }

        BeginStates();
    }

    /// <summary>The network's output.</summary>
    internal TensorView<T> Output => HasOutputBlocks ? default : View(output);

    /// <summary>The number of the given rows in the current batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int RowsOf(RowSet rows) =>
        rows.Kind == RowKind.Sequence ? sequences : rows.Lengths == 0 ? Batch : offsets[rows.Lengths][sequences];

    /// <summary>A matrix of the layout, with the rows of the current batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TensorView<T> View(scoped in WorkspaceMatrix matrix) => View(matrix, RowsOf(matrix.Rows));

    /// <summary>The first rows of a matrix of the layout.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TensorView<T> View(scoped in WorkspaceMatrix matrix, int rows) => new(
        rows,
        matrix.Columns,
        matrix.RowStride,
        rows == 0 ? default : memory.Span.Slice(matrix.Offset, ((rows - 1) * matrix.RowStride) + matrix.Columns));

    /// <summary>The value of a buffer of the plan that has one in memory.</summary>
    internal TensorView<T> Value(int buffer) => View(layout.Value(buffer));

    /// <summary>The same matrix, for products whose operands do not move.</summary>
    internal BufferMatrix<T> MatrixOf(scoped in WorkspaceMatrix matrix) => new(memory, matrix.Offset, matrix.Columns, matrix.RowStride);

    internal WorkspaceViews<T> ViewsOf(WorkspaceSlot[] slots) => new(memory.Span, memoryOfThreads.Span, slots);
}
