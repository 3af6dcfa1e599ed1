using System.Numerics;
using System.Runtime.InteropServices;

namespace VecNet.Measuring;

/// <summary>The machine and the runtime.</summary>
internal sealed record MachineDescription(string Cpu, int Processors, string Platform, string Runtime, string Vectors)
{
    private const string CpuFile = "/proc/cpuinfo";

    /// <summary>The vectors that the library uses in this process.</summary>
    internal static string VectorsInForce => Machine.Has512 ? "vectors of 512 bits"
        : Machine.HasVectors ? $"vectors of {Vector<byte>.Count * 8} bits"
        : "no vectors";

    /// <summary>The vector registers, the caches as one core can use them, and the sizes of blocks that follow from both.</summary>
    internal static string Blocks =>
        $"{(Machine.Has32Registers ? 32 : 16)} vector registers; caches of a core, as size/ways: {Caches.Here}; blocks of products, as "
        + $"terms × rows × columns: {Block<float>()} in float32, {Block<double>()} in float64";

    /// <summary>The machine and the runtime of this process.</summary>
    internal static MachineDescription Read() => new(
        CpuField("model name") is { } model
            ? $"{model} (family {CpuField("cpu family")}, model {CpuField("model")})"
            : $"{RuntimeInformation.ProcessArchitecture} processor",
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        VectorsInForce);

    private static string Block<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BlockSizes sizes = Blocking.Of<T>();
        return $"{sizes.Kc} × {sizes.Mc} × {sizes.Nc}";
    }

    /// <summary>A field of the first processor in Linux's /proc/cpuinfo; null on other systems.</summary>
    internal static string? CpuField(string name) => !File.Exists(CpuFile) ? null : File.ReadLines(CpuFile)
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(parts => parts.Length == 2 && parts[0] == name)?[1];
}
