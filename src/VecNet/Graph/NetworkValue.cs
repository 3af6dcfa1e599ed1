using System.Numerics;

namespace VecNet;

/// <summary>
/// A matrix of a pass while a network is being built: its rows are those of the batch, and it may be read by any number of layers.
/// </summary>
/// <remarks>The methods of <see cref="NetworkBuilder{T}"/> create and accept values.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly struct NetworkValue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal NetworkValue(NetworkBuilder<T> builder, int buffer, int features, RowSet rows)
    {
        Builder = builder;
        Buffer = buffer;
        Features = features;
        RowSet = rows;
    }

    /// <summary>The number of columns.</summary>
    public int Features { get; }

    /// <summary>What a row represents.</summary>
    public RowKind Rows => RowSet.Kind;

    internal readonly NetworkBuilder<T>? Builder;

    /// <summary>The rows.</summary>
    internal readonly RowSet RowSet;

    /// <summary>The number of the buffer in the plan.</summary>
    internal readonly int Buffer;
}
