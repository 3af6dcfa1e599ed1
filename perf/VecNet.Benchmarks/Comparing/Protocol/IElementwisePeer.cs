using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library that computes element by element and row by row.</summary>
internal interface IElementwisePeer : IPeer
{
    /// <summary>Brings everything about that is not timed: operands in the library's form, what a backward pass has from the forward pass.</summary>
    IPreparedElementwise Prepare<T>(ElementwiseRow row, ElementwiseOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <inheritdoc/>
    IServedRow IPeer.Prepare(string words)
    {
        ElementwiseRow row = ElementwiseRow.FromWords(words);
        return row.Precision == Precision.Float32 ? Served<float>(row) : Served<double>(row);
    }

    private ServedElementwise<T> Served<T>(ElementwiseRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new ElementwiseOperands<T>(row);
        return new ServedElementwise<T>(row, operands, Prepare(row, operands));
    }
}

/// <summary>An operation that is ready to be timed.</summary>
internal interface IPreparedElementwise : IDisposable
{
    /// <summary>Computes, again and again: the loop lies here, so that a short span is measured and not the call to it.</summary>
    void Run(int calls);

    /// <summary>Brings the result of the last call, and the loss where there is one, into the operands.</summary>
    void CopyResult();
}
