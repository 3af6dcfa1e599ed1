namespace VecNet;

/// <summary>The rows of a value: what they represent, and how many there are in a pass.</summary>
internal readonly struct RowSet(RowKind kind, int lengths = 0)
{
    /// <summary>What a row represents.</summary>
    internal readonly RowKind Kind = kind;

    /// <summary>
    /// For tokens, the index of the lengths of their sequences among those of the plan: 0 for the rows of the network's input.
    /// </summary>
    internal readonly int Lengths = lengths;
}
