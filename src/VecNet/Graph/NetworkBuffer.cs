namespace VecNet;

/// <summary>A matrix of a pass.</summary>
/// <param name="Name">The name of the node that writes it, or <c>input</c>.</param>
/// <param name="Features">The number of columns.</param>
/// <param name="Rows">What a row represents.</param>
internal readonly record struct NetworkBuffer(string Name, int Features, RowKind Rows);
