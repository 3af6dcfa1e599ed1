namespace VecNet;

/// <summary>A matrix of a pass.</summary>
internal readonly struct NetworkBuffer(string name, int features, RowKind rows)
{
    /// <summary>The name of the node that writes it, or <c>input</c>.</summary>
    internal readonly string Name = name;

    /// <summary>The number of columns.</summary>
    internal readonly int Features = features;

    /// <summary>What a row represents.</summary>
    internal readonly RowKind Rows = rows;
}
