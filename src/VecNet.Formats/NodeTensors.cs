using System.Numerics;

namespace VecNet.Formats;

/// <summary>The parameters and the state of one node of a network, by name.</summary>
internal readonly ref struct NodeTensors<T>(NeuralNetwork<T> network, NetworkNode<T> node)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters = network.GetParameters(node);
    private readonly SlotViews<T> state = network.GetState(node);

    /// <summary>The width of the node's output.</summary>
    internal int OutputFeatures { get; } = network.Plan.Buffers[node.Output].Features;

    /// <summary>The name of a parameter or state in a file, as in PyTorch; a shared one has the name of the layer that owns it.</summary>
    internal string GetName(string slot) =>
        node.Parameters.FirstOrDefault(parameter => parameter.Name == slot).SharedFrom ?? $"{node.Path}.{slot}";

    internal ReadOnlyTensorView<T> Parameter(string slot) => Find(parameters, slot);

    internal ReadOnlyTensorView<T> State(string slot) => Find(state, slot);

    private static ReadOnlyTensorView<T> Find(SlotViews<T> views, string name)
    {
        for (int i = 0; i < views.Count; i++)
        {
            if (views.GetName(i) == name)
            {
                return views[i];
            }
        }

        throw new KeyNotFoundException($"No layer has declared '{name}'.");
    }
}
