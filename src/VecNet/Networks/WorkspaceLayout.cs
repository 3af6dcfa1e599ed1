using System.Numerics;

namespace VecNet;

/// <summary>Where everything lies in a workspace: which buffers live at the same time, and which may share their memory.</summary>
/// <remarks>
/// Boundary b lies between operation b − 1 and operation b; 0 is the input, which lies outside. In inference an operation reads one boundary and
/// writes the next, so that boundaries take turns in two areas; gradients do so in backward. What backward reads has a place of its own.
/// </remarks>
internal sealed class WorkspaceLayout<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Slot[] values;
    private readonly Slot?[] gradients;
    private readonly Slot[][] saved;
    private readonly Slot[][] scratch;

    /// <exception cref="ArgumentException">The memory would not fit into one buffer.</exception>
    internal WorkspaceLayout(NeuralNetwork<T> network, int capacity, bool training, bool inputGradient)
    {
        var places = new SlotLayout<T>();
        StepGroup<T>[] groups = network.Groups;
        int last = groups.Length;
        int[] features = [network.InputSize, .. groups.Select(group => network.Buffers[network.Steps[group.Last].Output].Features)];
        values = new Slot[last + 1];
        gradients = new Slot?[last + 1];
        saved = new Slot[network.Steps.Length][];
        Array.Fill(saved, []);
        scratch = [.. network.Steps.Select(step => step.Scratch.Select(columns => places.Place(new Slot("scratch", 0, capacity, columns))).ToArray())];
        values[0] = new Slot("input", 0, 0, features[0]);
        if (!training)
        {
            TakeTurns("value", values.AsSpan(), 1);
            Length = places.Length;
            return;
        }

        for (int b = 1; b <= last; b++)
        {
            values[b] = places.Place(new Slot("value", 0, capacity, features[b]));
        }

        for (int i = 0; i < saved.Length; i++)
        {
            saved[i] = [.. network.Steps[i].Saved.Select(columns => places.Place(new Slot("saved", 0, capacity, columns)))];
        }

        // Gradients are needed from the first trained operation on; the input's own only if it is asked for.
        int first = inputGradient ? 0 : network.FirstTrainedGroup + 1;
        var taking = new Slot[last + 1];
        TakeTurns("gradient", taking.AsSpan(0, last), int.Min(first, last));
        for (int b = first; b < last; b++)
        {
            gradients[b] = taking[b];
        }

        gradients[last] = places.Place(new Slot("gradOutput", 0, capacity, features[last]));
        BeforeLastActivation = groups[^1].Activation is null
            ? gradients[last]!.Value
            : places.Place(new Slot("gradBeforeActivation", 0, capacity, features[last]));
        Length = places.Length;

        void TakeTurns(string name, Span<Slot> slots, int start)
        {
            for (int turn = 0; turn < 2; turn++)
            {
                int widest = 0;
                for (int b = start + turn; b < slots.Length; b += 2)
                {
                    widest = int.Max(widest, features[b]);
                }

                int offset = places.Place(new Slot(name, 0, capacity, widest)).Offset;
                for (int b = start + turn; b < slots.Length; b += 2)
                {
                    slots[b] = new Slot(name, offset, capacity, features[b]);
                }
            }
        }
    }

    /// <summary>Elements of the whole.</summary>
    internal int Length { get; }

    /// <summary>By what goes into the last activation, where that is joined to its layer; else the gradient of the output.</summary>
    internal Slot BeforeLastActivation { get; }

    internal Slot Value(int boundary) => values[boundary];

    internal bool HasGradient(int boundary) => gradients[boundary] is not null;

    internal Slot Gradient(int boundary) => gradients[boundary]!.Value;

    internal Slot[] Saved(int step) => saved[step];

    internal Slot[] Scratch(int step) => scratch[step];
}
