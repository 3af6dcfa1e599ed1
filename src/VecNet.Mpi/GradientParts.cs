using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Mpi;

/// <summary>
/// The numbers of a network that a step adds over the shards: the dense gradients without those of sparse parameters, and the changes of
/// the state, as one vector.
/// </summary>
internal sealed class GradientParts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;

    /// <summary>The ranges of the flat gradients between the sparse parameters.</summary>
    private readonly (int Start, int End)[] ranges;

    /// <summary>The state before the step.</summary>
    private readonly T[] state;

    /// <param name="network">The network.</param>
    /// <param name="sparse">The slots of the parameters whose gradients are sparse, in the order of their offsets.</param>
    internal GradientParts(NeuralNetwork<T> network, ReadOnlySpan<Slot> sparse)
    {
        this.network = network;
        var between = new List<(int, int)>();
        int start = 0;
        foreach (Slot slot in sparse)
        {
            Add(slot.Offset);
            start = slot.Offset + slot.Length;
        }

        Add(network.Gradients.Length);
        ranges = [.. between];
        state = new T[network.State.Length];
        Length = between.Sum(range => range.Item2 - range.Item1) + state.Length;

        void Add(int end)
        {
            if (start < end)
            {
                between.Add((start, end));
            }
        }
    }

    /// <summary>The length of the vector.</summary>
    internal int Length { get; }

    /// <summary>Keeps the state before the step.</summary>
    internal void KeepState() => network.State.CopyTo(state);

    /// <summary>Sets the state to that before the step, with which each shard begins.</summary>
    internal void RestoreState() => state.CopyTo(network.State);

    /// <summary>Copies the vector of the network.</summary>
    internal void CopyTo(Span<T> vector)
    {
        foreach ((int start, int end) in ranges)
        {
            network.Gradients[start..end].CopyTo(vector);
            vector = vector[(end - start)..];
        }

        TensorPrimitives.Subtract(network.State, state, vector);
    }

    /// <summary>Adds the vector of the network to another.</summary>
    internal void AddTo(Span<T> vector)
    {
        foreach ((int start, int end) in ranges)
        {
            Span<T> part = vector[..(end - start)];
            TensorPrimitives.Add(part, network.Gradients[start..end], part);
            vector = vector[part.Length..];
        }

        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] += network.State[i] - state[i];
        }
    }

    /// <summary>
    /// Sets the network's gradients to those of a vector, and its state to that before the step plus the change of the vector, divided by
    /// the number of shards that have changed it.
    /// </summary>
    internal void Set(ReadOnlySpan<T> vector, int changes)
    {
        foreach ((int start, int end) in ranges)
        {
            vector[..(end - start)].CopyTo(network.Gradients[start..end]);
            vector = vector[(end - start)..];
        }

        T divisor = T.CreateTruncating(int.Max(1, changes));
        for (int i = 0; i < vector.Length; i++)
        {
            network.State[i] = state[i] + (vector[i] / divisor);
        }
    }
}
