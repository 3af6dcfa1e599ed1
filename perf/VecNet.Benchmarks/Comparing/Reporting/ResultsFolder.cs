using System.Numerics;
using System.Runtime.InteropServices;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Where the results of a machine are kept: by processor and width of vectors.</summary>
internal static class ResultsFolder
{
    /// <summary>The folder for results of this processor under the limit in force.</summary>
    internal static string Here { get; } = Of(
        MachineDescription.CpuField("vendor_id"),
        Number(MachineDescription.CpuField("cpu family")),
        Number(MachineDescription.CpuField("model")),
        VectorLimit.InForce?.Bits ?? (Machine.Has512 ? 512 : Vector<byte>.Count * 8));

    /// <summary>
    /// The folder of a processor, by the name of its cores if that is known, otherwise by vendor, family and model or by architecture.
    /// </summary>
    internal static string Of(string? vendor, int? family, int? model, int bits)
    {
        string cores = (vendor, family, model) switch
        {
            ("AuthenticAMD", 23, >= 0x30) => "zen2",
            ("AuthenticAMD", 23, _) => "zen",
            ("AuthenticAMD", 25, (>= 0x10 and < 0x20) or (>= 0x60 and < 0x80) or (>= 0xA0 and < 0xB0)) => "zen4",
            ("AuthenticAMD", 25, _) => "zen3",
            ("AuthenticAMD", 26, _) => "zen5",
            (null, _, _) => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            _ => $"{vendor.ToLowerInvariant()}-{family}-{model}",
        };
        return $"perf/results/{cores}/{bits}";
    }

    private static int? Number(string? field) =>
        int.TryParse(field, System.Globalization.NumberStyles.None, null, out int number) ? number : null;
}
