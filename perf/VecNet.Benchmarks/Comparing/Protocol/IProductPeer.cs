using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library that multiplies matrices.</summary>
internal interface IProductPeer : IPeer
{
    /// <summary>Brings everything about that is no part of a product: operands in the library's form, number of threads.</summary>
    IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <inheritdoc/>
    IServedRow IPeer.Prepare(string words) => ServedProduct.Of(this, ProductRow.FromWords(words));
}

/// <summary>A product that is ready to be timed.</summary>
internal interface IPreparedProduct : IDisposable
{
    /// <summary>Overwrites C, again and again: the loop lies here, so that a small product is measured and not the call to it.</summary>
    void Multiply(int calls);

    /// <summary>Brings the result into the operands' C where it is not there already.</summary>
    void CopyResult();
}
