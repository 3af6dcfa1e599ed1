using System.Numerics;

namespace VecNet;

/// <summary>
/// The plan of a network's passes: its nodes in the order of the forward pass, the buffers between them, and the offsets of parameters.
/// </summary>
internal sealed class NetworkPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Slot[][] parametersOfLayer;
    private readonly Slot[][] stateOfLayer;
    private readonly FusedOperation<T>?[] writers;

    private NetworkPlan(NetworkBuilder<T> builder, ILayer<T>[] layers, int output)
    {
        Layers = layers;
        Buffers = [.. builder.Buffers];
        Nodes = [.. builder.Nodes];
        Lengths = [.. builder.Lengths];
        Output = output;
        ParameterLength = builder.ParameterLength;
        StateLength = builder.StateLength;
        RecurrentWidth = builder.RecurrentWidth;
        writers = new FusedOperation<T>?[Buffers.Length];
        Readers = ReadersOf(Nodes, Buffers.Length);
        CheckUsed();
        SequenceReader = Nodes.FirstOrDefault(node => node.ReadsSequences);
        IdRefusal = Readers[0].FirstOrDefault(node => !node.TakesIds);
        Columns = new(this);
        Operations = FusedOperation<T>.FromPlan(this);
        foreach (FusedOperation<T> operation in Operations)
        {
            writers[operation.Output] = operation;
        }

        parametersOfLayer = SlotsOfLayers(node => node.Parameters);
        stateOfLayer = SlotsOfLayers(node => node.State);
    }

    /// <summary>The layers that the network was created from, including composite ones.</summary>
    internal readonly ILayer<T>[] Layers;

    /// <summary>The values of a pass; the first is the input.</summary>
    internal readonly NetworkBuffer[] Buffers;

    internal readonly NetworkNode<T>[] Nodes;

    /// <summary>The different numbers of rows that a sequence has in values; the first is that of the input.</summary>
    internal readonly TokenLengths[] Lengths;

    /// <summary>The buffer of the network's output, which no node reads.</summary>
    internal readonly int Output;

    /// <summary>The nodes that read each buffer, in the order of the forward pass; a node that reads it twice occurs twice.</summary>
    internal readonly NetworkNode<T>[][] Readers;

    /// <summary>The nodes that are computed together, in order.</summary>
    internal readonly FusedOperation<T>[] Operations;

    /// <summary>The number of elements of the flat buffer of parameters, and of that of their gradients.</summary>
    internal readonly int ParameterLength;

    /// <summary>The number of elements of the flat buffer of untrained state.</summary>
    internal readonly int StateLength;

    /// <summary>The width of the states of all recurrent layers.</summary>
    internal readonly int RecurrentWidth;

    /// <summary>The values that are written directly into the columns of a concatenation.</summary>
    internal readonly ConcatenatedColumns<T> Columns;

    /// <summary>The operation that writes a buffer; null for the input, and for the input of a fused activation.</summary>
    internal FusedOperation<T>? WriterOf(int buffer) => writers[buffer];

    /// <summary>The first node whose passes need the offsets of sequences; null if there is none.</summary>
    internal readonly NetworkNode<T>? SequenceReader;

    /// <summary>The last node if it is the projection to a vocabulary; or null.</summary>
    internal NetworkNode<T>? LastProjection =>
        Nodes[^1] is { Layer: VocabularyProjection<T> } last && last.Output == Output && last.Inputs[0] != 0 ? last : null;

    /// <summary>The first node that reads the input and does not take integers; null if there is none.</summary>
    internal NetworkNode<T>? IdRefusal { get; }

    /// <summary>The parameters of one of <see cref="Layers"/>, named by their paths inside it.</summary>
    internal Slot[] GetParameters(int layer) => parametersOfLayer[layer];

    /// <summary>The state of one of <see cref="Layers"/>, named by its paths inside it.</summary>
    internal Slot[] GetState(int layer) => stateOfLayer[layer];

    /// <summary>Creates the plan of layers one after another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// There is no layer, one has no name, an output is never read, or the parameters would not fit into one buffer.
    /// </exception>
    internal static NetworkPlan<T> Create(int inputSize, IEnumerable<ILayer<T>> layers)
    {
        var builder = new NetworkBuilder<T>(inputSize);
        ILayer<T>[] copy = [.. layers];
        if (copy.Length == 0)
        {
            throw new ArgumentException("A network needs at least one layer.", nameof(layers));
        }

        NetworkValue<T> output = builder.Chain(copy, builder.Input);
        if (output.Buffer == 0 || builder.Nodes.Any(node => node.Inputs.Contains(output.Buffer)))
        {
            // The output must be a separate buffer, whose gradient comes only from the loss.
            output = builder.Concatenate(output);
        }

        builder.Close();
        return new(builder, copy, output.Buffer);
    }

    /// <summary>Creates fully connected layers with an activation between them, and none after the last.</summary>
    internal static List<ILayer<T>> Stack(
        int outputSize, ReadOnlySpan<int> hiddenSizes, ILayer<T> activation, WeightInitialization initialization)
    {
        ArgumentNullException.ThrowIfNull(activation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        List<ILayer<T>> layers = [];
        foreach (int size in hiddenSizes)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(hiddenSizes));
            layers.Add(new FullyConnectedLayer<T>(size, initialization));
            layers.Add(activation);
        }

        layers.Add(new FullyConnectedLayer<T>(outputSize, initialization));
        return layers;
    }

    private static NetworkNode<T>[][] ReadersOf(NetworkNode<T>[] nodes, int buffers)
    {
        var readers = new List<NetworkNode<T>>[buffers];
        for (int i = 0; i < buffers; i++)
        {
            readers[i] = [];
        }

        foreach (NetworkNode<T> node in nodes)
        {
            foreach (int input in node.Inputs)
            {
                readers[input].Add(node);
            }
        }

        return [.. readers.Select(list => list.ToArray())];
    }

    private void CheckUsed()
    {
        foreach (NetworkNode<T> node in Nodes)
        {
            if (node.Output != Output && Readers[node.Output].Length == 0)
            {
                throw new ArgumentException($"The output of '{node.Name}' is never read.", "layers");
            }
        }
    }

    private Slot[][] SlotsOfLayers(Func<NetworkNode<T>, Slot[]> slots)
    {
        var ofLayers = new List<Slot>[Layers.Length];
        for (int i = 0; i < ofLayers.Length; i++)
        {
            ofLayers[i] = [];
        }

        foreach (NetworkNode<T> node in Nodes)
        {
            foreach (Slot slot in slots(node))
            {
                int point = node.Path.IndexOf('.', StringComparison.Ordinal);
                ofLayers[node.TopLayer].Add(slot with { Name = point < 0 ? slot.Name : $"{node.Path[(point + 1)..]}.{slot.Name}" });
            }
        }

        return [.. ofLayers.Select(list => list.ToArray())];
    }
}
