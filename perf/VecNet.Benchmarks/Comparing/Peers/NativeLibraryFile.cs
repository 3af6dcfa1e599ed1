using System.Runtime.InteropServices;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>A native library out of a Debian package, and its functions.</summary>
internal sealed unsafe class NativeLibraryFile
{
    private readonly nint handle;

    /// <param name="folder">The folder below the system's that keeps apart the builds of one library.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="package">What to install if it is missing.</param>
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

    internal bool Has(string function) => NativeLibrary.TryGetExport(handle, function, out _);

    /// <summary>Calls a function without parameters that returns a text.</summary>
    internal string Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)this[function])())!.Trim();
}
