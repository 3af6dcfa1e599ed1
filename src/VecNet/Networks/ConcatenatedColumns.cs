using System.Numerics;

namespace VecNet;

/// <summary>The values of a plan that are written directly into the columns of a concatenation, so that nothing is copied.</summary>
/// <remarks>
/// A value is written directly into its columns of the concatenation if nothing else reads it; its gradient is then that of these columns.
/// This is impossible for the network's input, whose memory belongs to the caller.
/// </remarks>
internal sealed class ConcatenatedColumns<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For each buffer, the buffer that contains it and its first column there; itself and 0 if no other contains it.</summary>
    private readonly (int Buffer, int Column)[] places;

    internal ConcatenatedColumns(NetworkPlan<T> plan)
    {
        places = [.. plan.Buffers.Select((_, buffer) => (buffer, 0))];

        // A concatenation may be part of a later one, so that the outer ones come first.
        foreach (NetworkNode<T> node in plan.Nodes.Reverse().Where(node => node.Kind == NodeKind.Concatenation))
        {
            (int whole, int column) = places[node.Output];
            foreach (int input in node.Inputs)
            {
                if (input != 0 && plan.Readers[input].Length == 1)
                {
                    places[input] = (whole, column);
                }

                column += plan.Buffers[input].Features;
            }
        }
    }

    /// <summary>Gets the buffer that contains a buffer, and the first column there.</summary>
    internal (int Buffer, int Column) this[int buffer] => places[buffer];

    /// <summary>Whether an input of a concatenation is written directly into its output.</summary>
    internal bool IsInPlace(int input) => places[input].Buffer != input;

    /// <summary>Whether all inputs of a concatenation are, so that there is nothing to compute.</summary>
    internal bool AreInPlace(NetworkNode<T> node) => node.Inputs.All(IsInPlace);
}
