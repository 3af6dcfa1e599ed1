using System.Numerics;

namespace VecNet;

/// <summary>The memory of one pass at a time: activations, what backward needs, and gradients of activations.</summary>
/// <remarks>
/// Made by <see cref="NeuralNetwork{T}.CreateInferenceWorkspace"/> or <see cref="NeuralNetwork{T}.CreateTrainingWorkspace"/>. It is
/// used by one thread at a time; the network itself is shared by as many inferring threads as there are workspaces.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly WorkspaceLayout<T> layout;
    private readonly TensorBuffer<T> memory;

    internal Workspace(NeuralNetwork<T> network, int capacity, bool training, bool inputGradient, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Network = network;
        Capacity = capacity;
        Random = training ? new SplitMix64(seed) : null;
        layout = new WorkspaceLayout<T>(network, capacity, training, inputGradient);
        memory = new TensorBuffer<T>(1, layout.Length);
        Operations = new Operation<T>[network.Groups.Length];
        for (int i = 0; i < Operations.Length; i++)
        {
            Operations[i] = network.IsFullyConnected(i) ? new FullyConnectedOperation<T>(this, i) : new LayerOperation<T>(this, i);
        }
    }

    /// <summary>The largest batch that fits.</summary>
    public int Capacity { get; }

    /// <summary>Whether a backward pass can follow a forward pass.</summary>
    public bool IsTraining => Random is not null;

    /// <summary>How many threads a pass may use, the caller's among them; 1 at first. Never more than <see cref="Parallelism.MaxThreads"/>. They change no bit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int Threads
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 1;

    /// <summary>What measures the passes of this workspace; null, as at first, for nothing.</summary>
    public PassProfiler? Profiler { get; set; }

    /// <summary>The source of dropout masks; null in inference. Its state can be read and set.</summary>
    public SplitMix64? Random { get; }

    /// <summary>The memory that the workspace holds, in bytes.</summary>
    /// <remarks>
    /// In inference two layers' outputs lie there at a time. In training every output that backward reads has a place of its own (what goes into an
    /// activation that is joined to its layer has none), beside what layers save, the gradient of the output, and two layers' gradients.
    /// </remarks>
    public long Bytes => memory.Bytes;

    /// <summary>The rows of the latest pass.</summary>
    public int Batch { get; internal set; }

    /// <summary>∂L/∂output, batch × outputs: a place for the loss to write its gradient to.</summary>
    /// <exception cref="InvalidOperationException">The workspace is for inference.</exception>
    public TensorView<T> GradOutput => Gradient(Operations.Length);

    /// <summary>∂L/∂input, batch × inputs, after a backward pass.</summary>
    /// <exception cref="InvalidOperationException">The workspace was made without an input gradient.</exception>
    public TensorView<T> GradInput => HasGradInput
        ? Gradient(0)
        : throw new InvalidOperationException("The workspace has no input gradient: create it with inputGradient: true.");

    internal NeuralNetwork<T> Network { get; }

    /// <summary>One for each group of steps, in order.</summary>
    internal Operation<T>[] Operations { get; }

    internal bool HasGradInput => layout.HasGradient(0);

    /// <summary>Whether the latest pass was a forward pass that backward can follow.</summary>
    internal bool CanGoBack { get; set; }

    /// <summary>The network's input must lie outside.</summary>
    /// <exception cref="ArgumentException">It lies in this workspace.</exception>
    internal void CheckApart(in ReadOnlyTensorView<T> input)
    {
        if (Overlap.MayShare(input.Span, memory.Span))
        {
            throw new ArgumentException("The input lies in this workspace, which the pass overwrites: copy it, or use another workspace.", nameof(input));
        }
    }

    /// <summary>The gradient of the output must be <see cref="GradOutput"/> or lie outside.</summary>
    /// <exception cref="ArgumentException">It lies elsewhere in this workspace.</exception>
    internal void CheckGradOutput(in ReadOnlyTensorView<T> gradOutput)
    {
        if (Overlap.MayShare(gradOutput.Span, memory.Span) && !Overlap.AreSame(gradOutput, GradOutput))
        {
            throw new ArgumentException("The gradient of the output lies in this workspace, but is not its GradOutput.", nameof(gradOutput));
        }
    }

    /// <summary>Fills all memory, so that a check can show that nothing unwritten is read.</summary>
    internal void Poison(T value) => memory.Span.Fill(value);

    /// <summary>What goes into operation <paramref name="boundary"/> and comes out of the one before; the last comes out of the network.</summary>
    internal TensorView<T> Value(int boundary) => View(layout.Value(boundary));

    /// <inheritdoc cref="Value"/>
    internal Place<T> ValuePlace(int boundary) => PlaceOf(layout.Value(boundary));

    /// <summary>
    /// The gradient by <see cref="Value"/>, or, where a fully connected layer lies behind an activation that is joined to its layer, by what goes into that
    /// activation; empty where nobody needs it.
    /// </summary>
    internal TensorView<T> Gradient(int boundary)
    {
        if (!IsTraining)
        {
            throw new InvalidOperationException("An inference workspace has no gradients: use CreateTrainingWorkspace.");
        }

        return HasGradient(boundary) ? View(layout.Gradient(boundary)) : default;
    }

    /// <inheritdoc cref="Gradient"/>
    internal Place<T> GradientPlace(int boundary) => PlaceOf(layout.Gradient(boundary));

    /// <summary>Whether there is a gradient at the boundary.</summary>
    internal bool HasGradient(int boundary) => layout.HasGradient(boundary);

    /// <summary>The gradient by what goes into the network's last activation, where that is joined to its layer.</summary>
    internal TensorView<T> GradientBeforeLastActivation => View(layout.BeforeLastActivation);

    /// <inheritdoc cref="GradientBeforeLastActivation"/>
    internal Place<T> PlaceBeforeLastActivation => PlaceOf(layout.BeforeLastActivation);

    /// <summary>What a step saves, with room for <see cref="Capacity"/> rows.</summary>
    internal SlotViews<T> Saved(int step) => new(memory.Span, layout.Saved(step));

    /// <summary>What a step works in, with room for <see cref="Capacity"/> rows.</summary>
    internal SlotViews<T> Scratch(int step) => new(memory.Span, layout.Scratch(step));

    private TensorView<T> View(Slot slot) => new(Batch, slot.Columns, slot.Columns, memory.Span.Slice(slot.Offset, Batch * slot.Columns));

    private Place<T> PlaceOf(Slot slot) => new(memory, slot.Offset, slot.Columns);
}
