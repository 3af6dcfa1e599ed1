using System.Globalization;
using System.Numerics;

namespace VecNet;

/// <summary>Parameters with a weight decay and a learning rate of their own.</summary>
internal sealed class ParameterGroup
{
    private readonly string[] names;
    private readonly Slot[] slots;

    private ParameterGroup(string[] names, Slot[] slots, double weightDecay, double learningRateFactor)
    {
        this.names = names;
        this.slots = slots;
        WeightDecay = weightDecay;
        LearningRateFactor = learningRateFactor;
    }

    internal readonly double WeightDecay;

    internal readonly double LearningRateFactor;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"weightDecay = {WeightDecay}, learningRateFactor = {LearningRateFactor} ({string.Join(", ", names)})");

    /// <exception cref="ArgumentException">No parameter is selected, or one is in another group.</exception>
    internal static ParameterGroup Create<T>(
        NeuralNetwork<T> network, List<ParameterGroup> others, Func<Slot, bool> select, double weightDecay, double learningRateFactor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<string> names = [];
        List<Slot> selected = [];
        foreach (NetworkNode<T> node in network.Nodes)
        {
            foreach (Slot slot in node.OwnParameters)
            {
                string name = $"{node.Path}.{slot.Name}";
                if (!select(slot with { Name = name }))
                {
                    continue;
                }

                if (others.Any(other => other.names.Contains(name)))
                {
                    throw new ArgumentException($"The parameter '{name}' is in another group already.", nameof(select));
                }

                names.Add(name);
                selected.Add(slot);
            }
        }

        return names.Count > 0
            ? new([.. names], [.. selected], weightDecay, learningRateFactor)
            : throw new ArgumentException("No parameter of the network is selected.", nameof(select));
    }

    /// <summary>
    /// Divides the flat buffer: where each part begins, from 0 on, and the number of its group, from 1 on, or 0 for none.
    /// </summary>
    internal static (int[] Starts, int[] Groups) Divide(List<ParameterGroup> groups)
    {
        List<int> starts = [0], numbers = [0];
        foreach ((Slot slot, int group) in groups
            .SelectMany((group, i) => group.slots.Select(slot => (Slot: slot, Group: i + 1)))
            .OrderBy(part => part.Slot.Offset))
        {
            if (starts[^1] == slot.Offset)
            {
                numbers[^1] = group;
            }
            else
            {
                starts.Add(slot.Offset);
                numbers.Add(group);
            }

            starts.Add(slot.Offset + slot.Length);
            numbers.Add(0);
        }

        return ([.. starts], [.. numbers]);
    }
}
