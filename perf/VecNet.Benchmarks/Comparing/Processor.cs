using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Benchmarks.Comparing;

/// <summary>What the processor and the operating system let native code use, whatever this process was told to do without.</summary>
internal static class Processor
{
    /// <summary>
    /// What the .NET runtime's switches begin with that hide instructions from managed code (<c>DOTNET_EnableAVX512=0</c>): a native
    /// library does not know them.
    /// </summary>
    private static readonly string[] Switches = ["DOTNET_Enable", "COMPlus_Enable"];

    private static readonly Lazy<ProcessorFeatures> Found = new(Find);

    internal static ProcessorFeatures Features => Found.Value;

    /// <summary>What this process sees.</summary>
    internal static ProcessorFeatures InForce =>
        (Avx2.IsSupported && Fma.IsSupported ? ProcessorFeatures.Avx2 : 0)
        | (Avx512F.IsSupported && Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported
            ? ProcessorFeatures.Avx512
            : 0);

    /// <summary>Takes away the switches that a process would inherit.</summary>
    /// <returns>Whether there were any.</returns>
    internal static bool RemoveSwitches(IDictionary<string, string?> environment)
    {
        string[] set =
            [.. environment.Keys.Where(name => Switches.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)))];
        Array.ForEach(set, name => environment.Remove(name));
        return set.Length > 0;
    }

    /// <summary>
    /// The runtime asks the processor and the operating system when it starts: where switches hide something, one without them is started
    /// to tell.
    /// </summary>
    private static ProcessorFeatures Find()
    {
        ProcessStartInfo start = PeerLaunch.OfThisProgram(PeerProgram.Features).ToStartInfo();
        if (!RemoveSwitches(start.Environment))
        {
            return InForce;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Enum.TryParse(answer, out ProcessorFeatures features) ? features : InForce;
    }
}
