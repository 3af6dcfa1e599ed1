using System.Numerics;
using System.Runtime.InteropServices;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>BLIS with the kernels of one kind of core: those that it finds for itself, or those of <c>BLIS_ARCH_TYPE</c>.</summary>
internal sealed unsafe class BlisPeer : IProductPeer
{
    /// <summary>What BLIS 0.9 calls its portable kernels, a sixth as fast: it takes them on processors that are newer than itself.</summary>
    internal const string Generic = "generic";

    private readonly NativeLibraryFile library = new("blis-pthread", "libblis.so.4", "libblis4-pthread");

    /// <param name="kernels">The kernels that must be in force, or null for BLIS's own choice.</param>
    internal BlisPeer(string? kernels)
    {
        ((delegate* unmanaged<void>)library["bli_init"])();
        int architecture = ((delegate* unmanaged<int>)library["bli_arch_query_id"])();
        string name = Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)library["bli_arch_string"])(architecture))!;
        if (kernels is not null && kernels != name)
        {
            throw new PlatformNotSupportedException($"has {name} where {kernels} was asked for");
        }

        Description = $"{library.Text("bli_info_get_version_str")} {name}";
    }

    public string Description { get; }

    public IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ((delegate* unmanaged<nint, void>)library["bli_thread_set_num_threads"])(row.Threads);
        return new CblasProduct<T>(library[row.Precision == Precision.Float32 ? "cblas_sgemm" : "cblas_dgemm"], row, operands);
    }
}
