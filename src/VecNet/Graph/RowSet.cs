namespace VecNet;

/// <summary>The rows of a value: what they represent, and how many there are in a pass.</summary>
/// <param name="Kind">What a row represents.</param>
/// <param name="Lengths">
/// For tokens, the index of the lengths of their sequences among those of the plan: 0 for the rows of the network's input.
/// </param>
internal readonly record struct RowSet(RowKind Kind, int Lengths = 0);
