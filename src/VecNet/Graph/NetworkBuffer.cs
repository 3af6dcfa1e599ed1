namespace VecNet;

/// <summary>A matrix of a pass.</summary>
internal readonly struct NetworkBuffer(string name, int features, RowSet rows)
{
    /// <summary>The name of the node that writes it, or <c>input</c>.</summary>
    internal readonly string Name = name;

    /// <summary>The number of columns.</summary>
    internal readonly int Features = features;

    /// <summary>The rows.</summary>
    internal readonly RowSet Rows = rows;
}
