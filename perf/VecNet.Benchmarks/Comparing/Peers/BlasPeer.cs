using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>OpenBLAS and BLIS: <c>cblas_sgemm</c> and <c>cblas_dgemm</c>, called by address and without marshalling.</summary>
internal static unsafe class BlasPeer
{
    /// <summary>What BLIS 0.9 calls its portable kernels, a sixth as fast: it takes them on processors newer than itself.</summary>
    internal const string Generic = "generic";

    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    /// <summary>Below, telling the garbage collector of each call would show; above, it would wait for a product too long.</summary>
    private const double OperationsOfSmallProduct = 2.0 * 32 * 32 * 32;

    /// <summary>OpenBLAS with the kernels that must be in force, those of <c>OPENBLAS_CORETYPE</c>, or its own choice.</summary>
    internal static Peer OpenBlas(string? kernels)
    {
        var library = new NativeLibraryFile("openblas-pthread", "libopenblas.so.0", "libopenblas0-pthread");
        string core = library.Text("openblas_get_corename");
        if (kernels is not null && !core.Equals(kernels, StringComparison.OrdinalIgnoreCase))
        {
            throw new PlatformNotSupportedException($"does not take {kernels} on this processor");
        }

        // "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY …"
        string version = library.Text("openblas_get_config").Split(' ')[1];
        var setThreads = (delegate* unmanaged<int, void>)library["openblas_set_num_threads"];
        return Of($"{version} {core}", library, threads => setThreads(threads));
    }

    /// <summary>BLIS with the kernels that must be in force, those of <c>BLIS_ARCH_TYPE</c>, or its own choice.</summary>
    internal static Peer Blis(string? kernels)
    {
        var library = new NativeLibraryFile("blis-pthread", "libblis.so.4", "libblis4-pthread");
        ((delegate* unmanaged<void>)library["bli_init"])();
        int architecture = ((delegate* unmanaged<int>)library["bli_arch_query_id"])();
        string name = Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)library["bli_arch_string"])(architecture))!;
        if (kernels is not null && kernels != name)
        {
            throw new PlatformNotSupportedException($"has {name} where {kernels} was asked for");
        }

        var setThreads = (delegate* unmanaged<nint, void>)library["bli_thread_set_num_threads"];
        return Of($"{library.Text("bli_info_get_version_str")} {name}", library, threads => setThreads(threads));
    }

    private static Peer Of(string description, NativeLibraryFile library, Action<int> setThreads)
    {
        (nint singles, nint doubles) = (library["cblas_sgemm"], library["cblas_dgemm"]);
        return Peer.Of(description, (ProductRow row) =>
        {
            setThreads(row.Threads);
            return row.Precision == Precision.Float32 ? Prepare<float>(singles, row) : Prepare<double>(doubles, row);
        });
    }

    private static PreparedRow Prepare<T>(nint gemm, ProductRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new ProductOperands<T>(row);
        return operands.Prepared(calls => Multiply(gemm, row, operands, calls));
    }

    private static void Multiply<T>(nint gemm, ProductRow row, ProductOperands<T> operands, int calls)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int transposeA = row.Orientation == Orientation.TransposeA ? Transpose : NoTranspose;
        int transposeB = row.Orientation == Orientation.TransposeB ? Transpose : NoTranspose;
        (int m, int n, int k) = (row.M, row.N, row.K);
        T* a = Address(operands.Memory.A), b = Address(operands.Memory.B), c = Address(operands.Memory.C);
        (int lda, int ldb, int ldc) = (operands.Memory.A.Columns, operands.Memory.B.Columns, operands.Memory.C.Columns);
        if (row.Threads == 1 && row.FloatingPointOperations <= OperationsOfSmallProduct)
        {
            var multiply =
                (delegate* unmanaged[SuppressGCTransition]<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)gemm;
            for (int call = 0; call < calls; call++)
            {
                multiply(RowMajor, transposeA, transposeB, m, n, k, T.One, a, lda, b, ldb, T.Zero, c, ldc);
            }
        }
        else
        {
            var multiply = (delegate* unmanaged<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)gemm;
            for (int call = 0; call < calls; call++)
            {
                multiply(RowMajor, transposeA, transposeB, m, n, k, T.One, a, lda, b, ldb, T.Zero, c, ldc);
            }
        }
    }

    /// <summary>The buffers are pinned.</summary>
    private static T* Address<T>(TensorBuffer<T> buffer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (T*)Unsafe.AsPointer(ref buffer.Span[0]);
}

/// <summary>A native library out of a Debian package, and its functions.</summary>
internal sealed unsafe class NativeLibraryFile
{
    private readonly nint handle;

    /// <summary>Loads a file, from the system's folder that keeps apart the builds of one library or from anywhere.</summary>
    internal NativeLibraryFile(string folder, string file, string package)
    {
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        string path = $"/usr/lib/{architecture}-linux-gnu/{folder}/{file}";
        if (!NativeLibrary.TryLoad(path, out handle) && !NativeLibrary.TryLoad(file, out handle))
        {
            throw new DllNotFoundException($"not installed (Debian: apt install {package})");
        }
    }

    internal nint this[string function] => NativeLibrary.GetExport(handle, function);

    /// <summary>Calls a function without parameters that returns a text.</summary>
    internal string Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)this[function])())!.Trim();
}
