using System.Numerics;

namespace VecNet;

/// <summary>Which values of a plan lie in the columns of a concatenation from the beginning, so that nothing is copied.</summary>
/// <remarks>
/// A value is written into its columns of the concatenation at once where nobody else reads it; its gradient then is that of these
/// columns. The network's input lies outside, and cannot.
/// </remarks>
internal sealed class ConcatenatedColumns<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For each buffer the one that it lies in and its first column there; itself, and 0, for one that lies alone.</summary>
    private readonly (int Buffer, int Column)[] places;

    internal ConcatenatedColumns(NetworkPlan<T> plan)
    {
        places = [.. plan.Buffers.Select((_, buffer) => (buffer, 0))];

        // A concatenation may lie in another, which comes later: the outer ones first.
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

    /// <summary>Where a buffer lies: in the columns of which other, and from which on.</summary>
    internal (int Buffer, int Column) this[int buffer] => places[buffer];

    /// <summary>Whether an input of a concatenation lies in its output already.</summary>
    internal bool IsInPlace(int input) => places[input].Buffer != input;

    /// <summary>Whether all inputs of a concatenation do, so that there is nothing to compute.</summary>
    internal bool AreInPlace(NetworkNode<T> node) => node.Inputs.All(IsInPlace);
}
