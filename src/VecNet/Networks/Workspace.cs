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
    private readonly TensorBuffer<T>[] values;
    private readonly TensorBuffer<T>?[] gradients;
    private readonly TensorBuffer<T> saved;
    private readonly Slot[][] savedSlots;

    internal Workspace(
        NeuralNetwork<T> network, int capacity, bool training, bool inputGradient, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Network = network;
        Capacity = capacity;
        Random = training ? new SplitMix64(seed) : null;
        values = new TensorBuffer<T>[network.Buffers.Length];
        gradients = new TensorBuffer<T>?[network.Buffers.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int features = network.Buffers[i].Features;
            values[i] = new TensorBuffer<T>(i == 0 ? 0 : capacity, features);
            bool needed = inputGradient || i > network.FirstTrainedStep || i == values.Length - 1;
            gradients[i] = training && needed ? new TensorBuffer<T>(capacity, features) : null;
        }

        savedSlots = new Slot[network.Steps.Length][];
        var layout = new SlotLayout<T>();
        for (int i = 0; i < savedSlots.Length; i++)
        {
            savedSlots[i] = training
                ? [.. network.Steps[i].Saved.Select(columns => layout.Place(new Slot("saved", 0, capacity, columns)))]
                : [];
        }

        saved = new TensorBuffer<T>(1, layout.Length);
    }

    /// <summary>The largest batch that fits.</summary>
    public int Capacity { get; }

    /// <summary>Whether a backward pass can follow a forward pass.</summary>
    public bool IsTraining => Random is not null;

    /// <summary>The source of dropout masks; null in inference. Its state can be read and set.</summary>
    public SplitMix64? Random { get; }

    /// <summary>The memory that the workspace holds, in bytes.</summary>
    public long Bytes
    {
        get
        {
            long bytes = saved.Bytes;
            for (int i = 0; i < values.Length; i++)
            {
                bytes += values[i].Bytes + (gradients[i]?.Bytes ?? 0);
            }

            return bytes;
        }
    }

    /// <summary>The rows of the latest pass.</summary>
    public int Batch { get; internal set; }

    /// <summary>∂L/∂output, batch × outputs: a place for the loss to write its gradient to.</summary>
    /// <exception cref="InvalidOperationException">The workspace is for inference.</exception>
    public TensorView<T> GradOutput => Gradient(gradients.Length - 1);

    /// <summary>∂L/∂input, batch × inputs, after a backward pass.</summary>
    /// <exception cref="InvalidOperationException">The workspace was made without an input gradient.</exception>
    public TensorView<T> GradInput => HasGradInput
        ? Gradient(0)
        : throw new InvalidOperationException("The workspace has no input gradient: create it with inputGradient: true.");

    internal NeuralNetwork<T> Network { get; }

    internal bool HasGradInput => gradients[0] is not null;

    /// <summary>Whether the latest pass was a forward pass that backward can follow.</summary>
    internal bool CanGoBack { get; set; }

    /// <summary>Fills all memory, so that a check can show that nothing unwritten is read.</summary>
    internal void Poison(T value)
    {
        saved.Span.Fill(value);
        foreach (TensorBuffer<T>? buffer in values.Concat(gradients))
        {
            buffer?.Span.Fill(value);
        }
    }

    internal TensorView<T> Value(int buffer) => values[buffer].View.SliceRows(0, Batch);

    /// <summary>The gradient of a buffer; empty where nobody needs it.</summary>
    internal TensorView<T> Gradient(int buffer)
    {
        if (!IsTraining)
        {
            throw new InvalidOperationException("An inference workspace has no gradients: use CreateTrainingWorkspace.");
        }

        return gradients[buffer] is { } gradient ? gradient.View.SliceRows(0, Batch) : default;
    }

    /// <summary>What a step saves, with room for <see cref="Capacity"/> rows.</summary>
    internal SlotViews<T> Saved(int step) => new(saved.Span, savedSlots[step]);
}
