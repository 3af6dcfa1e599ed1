using System.Numerics;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>OpenBLAS with the kernels of one kind of core, which it reads from <c>OPENBLAS_CORETYPE</c> when it is loaded.</summary>
internal sealed unsafe class OpenBlasPeer : IProductPeer
{
    private readonly NativeLibraryFile library = new("openblas-pthread", "libopenblas.so.0", "libopenblas0-pthread");

    /// <param name="kernels">The kernels that must be in force, or null for those of this processor.</param>
    internal OpenBlasPeer(string? kernels)
    {
        string core = library.Text("openblas_get_corename");
        if (kernels is not null && !core.Equals(kernels, StringComparison.OrdinalIgnoreCase))
        {
            throw new PlatformNotSupportedException($"does not take {kernels} on this processor");
        }

        // "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY …"
        Description = string.Join(' ', library.Text("openblas_get_config").Split(' ').Skip(1).Take(1).Append(core));
    }

    public string Description { get; }

    public IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ((delegate* unmanaged<int, void>)library["openblas_set_num_threads"])(row.Threads);
        return new CblasProduct<T>(library[row.Precision == Precision.Float32 ? "cblas_sgemm" : "cblas_dgemm"], row, operands);
    }
}
