using System.Numerics;

namespace VecNet;

/// <content>The rows of values, whose number layers may change.</content>
public sealed partial class NetworkBuilder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<TokenLengths> lengths = [new(0, 1)];

    /// <summary>The different numbers of rows that a sequence has in values; the first is that of the input.</summary>
    internal IReadOnlyList<TokenLengths> Lengths => lengths;

    /// <summary>The rows of a layer's output; layers that change their number alike share an index.</summary>
    private RowSet RowsAfter(LayerDeclaration declaration, NetworkValue<T> input)
    {
        if (declaration.OutputRows == RowKind.Sequence || declaration.Windows is not { } windows)
        {
            return new(declaration.OutputRows, declaration.OutputRows == input.Rows ? input.RowSet.Lengths : 0);
        }

        TokenLengths after = lengths[input.RowSet.Lengths].Then(windows);
        int index = lengths.IndexOf(after);
        if (index < 0)
        {
            index = lengths.Count;
            lengths.Add(after);
        }

        return new(RowKind.Token, index);
    }

    private void CheckSameRows(NetworkValue<T> left, NetworkValue<T> right, string name)
    {
        if (left.Rows != right.Rows)
        {
            throw new ArgumentException(
                $"{Where}the rows of one value stand for a {left.Rows}, and those of the other for a {right.Rows}.", name);
        }

        if (left.RowSet.Lengths != right.RowSet.Lengths)
        {
            throw new ArgumentException(
                $"{Where}layers with strides or without padding have changed the number of rows of the two values differently.", name);
        }
    }
}
