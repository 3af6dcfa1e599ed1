using System.Numerics;
using System.Runtime.InteropServices;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The row that a peer's process works at: its operands, its product and its clock.</summary>
internal abstract class ServedProduct : IServedRow
{
    private readonly CallClock clock;

    private protected ServedProduct(IPreparedProduct product)
    {
        Product = product;
        clock = new CallClock(product.Multiply);
    }

    private protected IPreparedProduct Product { get; }

    internal static ServedProduct Of(IProductPeer peer, ProductRow row)
    {
        if (row.Precision == Precision.Float32)
        {
            var operands = new Operands<float>(row);
            return new ServedProduct<float>(row, operands, peer.Prepare(row, operands));
        }
        else
        {
            var operands = new Operands<double>(row);
            return new ServedProduct<double>(row, operands, peer.Prepare(row, operands));
        }
    }

    /// <summary>Multiplies once over a C full of NaN and writes the result into a file.</summary>
    public abstract void Keep(string path);

    /// <summary>Multiplies once over a C full of NaN and throws unless the result is that of the file, up to rounding.</summary>
    public abstract void Check(string path);

    public double Best(TimeSpan slice) => clock.Best(slice);

    public void Dispose() => Product.Dispose();
}

/// <inheritdoc/>
internal sealed class ServedProduct<T>(ProductRow row, Operands<T> operands, IPreparedProduct product) : ServedProduct(product)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// k roundings by half a unit in the last place, in the proportion of the largest element; a few more, because in short sums a term
    /// may exceed what they come to.
    /// </summary>
    private double Tolerance => (row.K + 8) * (typeof(T) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 53));

    public override void Keep(string path) => File.WriteAllBytes(path, MemoryMarshal.AsBytes(Result().AsSpan()));

    public override void Check(string path)
    {
        var expected = new T[row.M * row.N];
        using (FileStream file = File.OpenRead(path))
        {
            file.ReadExactly(MemoryMarshal.AsBytes(expected.AsSpan()));
        }

        Agreement.Check<T>(row.Name, Result(), expected, Tolerance);
    }

    private T[] Result()
    {
        operands.MemoryOfC.View.Fill(T.NaN);
        Product.Multiply(1);
        Product.CopyResult();
        return operands.ResultWithoutGaps();
    }
}
