using System.Numerics;

namespace VecNet;

/// <summary>What a network does in one pass: its steps in order, the buffers between them, and where everything lies.</summary>
internal sealed class NetworkPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private NetworkPlan(NetworkBuffer[] buffers, Step<T>[] steps, int parameterLength, int stateLength)
    {
        Buffers = buffers;
        Steps = steps;
        Groups = [.. GroupsOf(steps)];
        ParameterLength = parameterLength;
        StateLength = stateLength;
        int first = Array.FindIndex(Groups, group => steps[group.First].Parameters.Length > 0);
        FirstTrainedGroup = first >= 0 ? first : Groups.Length;
    }

    /// <summary>The input first, the output last.</summary>
    internal NetworkBuffer[] Buffers { get; }

    internal Step<T>[] Steps { get; }

    /// <summary>The steps that are computed together, in order: a fully connected layer takes along the activation behind it.</summary>
    internal StepGroup<T>[] Groups { get; }

    /// <summary>Elements of the flat buffer of parameters, and of that of their gradients.</summary>
    internal int ParameterLength { get; }

    /// <summary>Elements of the flat buffer of untrained state.</summary>
    internal int StateLength { get; }

    /// <summary>The first group that has something to train: gradients of what lies before it are needed only for the input's own.</summary>
    internal int FirstTrainedGroup { get; }

    /// <summary>The plan of layers one after another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    /// <exception cref="ArgumentException">There is no layer, one has no name, or the parameters would not fit into one buffer.</exception>
    internal static NetworkPlan<T> Of(int inputSize, IEnumerable<ILayer<T>> layers)
    {
        var parameterLayout = new SlotLayout<T>();
        var stateLayout = new SlotLayout<T>();
        List<NetworkBuffer> buffers = [new("input", inputSize)];
        List<Step<T>> steps = [];
        foreach (ILayer<T> layer in layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
            if (string.IsNullOrEmpty(layer.Name))
            {
                throw new ArgumentException($"Layer {steps.Count} ({layer.GetType().Name}) has no name.", nameof(layers));
            }

            var declaration = new LayerDeclaration(buffers[^1].Features);
            layer.Configure(declaration);
            steps.Add(new(layer, buffers.Count - 1, buffers.Count)
            {
                Parameters = [.. declaration.Parameters.Select(slot => parameterLayout.Place(slot.IsSparse ? slot with { Touched = new(slot.Rows) } : slot))],
                State = [.. declaration.State.Select(stateLayout.Place)],
                Saved = [.. declaration.Saved],
                Scratch = [.. declaration.Scratch],
                Inner = InnerLayer<T>.Of(declaration),
            });
            buffers.Add(new($"{steps.Count - 1}.{layer.Name}", declaration.OutputFeatures));
        }

        if (steps.Count == 0)
        {
            throw new ArgumentException("A network needs at least one layer.", nameof(layers));
        }

        return new([.. buffers], [.. steps], parameterLayout.Length, stateLayout.Length);
    }

    private static IEnumerable<StepGroup<T>> GroupsOf(Step<T>[] steps)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            bool joins = steps[i].Layer is FullyConnectedLayer<T> && i + 1 < steps.Length && steps[i + 1].Layer is IActivationLayer<T>;
            yield return new(i, joins ? i + 1 : i, joins ? ((IActivationLayer<T>)steps[i + 1].Layer).Activation : null);
            i += joins ? 1 : 0;
        }
    }

    /// <summary>Fully connected layers with an activation between them, and none after the last.</summary>
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
}
