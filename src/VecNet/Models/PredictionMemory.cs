using System.Collections.Concurrent;
using System.Numerics;

namespace VecNet;

/// <summary>The memory of one prediction at a time: prepared inputs, the network's workspace, and probabilities.</summary>
internal sealed class PredictionMemory<T>(NeuralNetwork<T> network, int capacity)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] ids = [];

    /// <summary>The largest batch, in rows, or in texts.</summary>
    internal int Capacity => capacity;

    /// <summary>Dense inputs, which sparse rows do not need.</summary>
    internal TensorBuffer<T> Inputs => field ??= new(capacity, network.InputSize);

    /// <summary>Sparse inputs.</summary>
    internal readonly SparseRows<T> SparseInputs = new(network.InputSize);

    internal readonly TensorBuffer<T> Probabilities = new(capacity, network.OutputSize);

    internal Workspace<T> Workspace { get; private set; } = network.CreateInferenceWorkspace(capacity);

    /// <summary>The numbers of the tokens of a text.</summary>
    internal readonly List<int> Tokens = [];

    /// <summary>The offsets of texts; the first is 0.</summary>
    internal readonly int[] Offsets = new int[capacity + 1];

    /// <summary>Copies the tokens of a text to memory that a pass can read.</summary>
    internal ReadOnlySpan<int> CopyTokens()
    {
        if (ids.Length < Tokens.Count)
        {
            ids = new int[Tokens.Capacity];
        }

        Tokens.CopyTo(ids);
        return ids.AsSpan(0, Tokens.Count);
    }

    /// <summary>Provides a workspace for the tokens of texts.</summary>
    internal Workspace<T> Reserve(int rows)
    {
        if (Workspace.Capacity < rows)
        {
            Workspace = network.CreateInferenceWorkspace(int.Max(rows, 2 * Workspace.Capacity), sequences: capacity);
        }

        return Workspace;
    }
}

/// <summary>A pool of the memory of a network's predictions: one item for each prediction that runs at the same time.</summary>
internal sealed class PredictionMemoryPool<T>(NeuralNetwork<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LargestBatch = 256;

    /// <summary>The largest number of outputs of all layers for all rows of a batch.</summary>
    private const long MostUnits = 1 << 26;

    private readonly ConcurrentQueue<PredictionMemory<T>> idle = new();

    /// <summary>The number of rows in a batch, which is smaller for very wide networks.</summary>
    private readonly int batchSize = (int)long.Clamp(
        MostUnits / (1 + network.Plan.Buffers.Sum(buffer => (long)buffer.Features)), 1, LargestBatch);

    /// <summary>Memory for as many of the rows as a batch has; it is smaller than <paramref name="rows"/> if they need several.</summary>
    internal PredictionMemory<T> Borrow(int rows)
    {
        int capacity = int.Clamp(rows, 1, batchSize);
        return idle.TryDequeue(out PredictionMemory<T>? memory) && memory.Capacity >= capacity ? memory : new(network, capacity);
    }

    /// <summary>Returns memory to the pool.</summary>
    internal void Return(PredictionMemory<T> memory) => idle.Enqueue(memory);
}
