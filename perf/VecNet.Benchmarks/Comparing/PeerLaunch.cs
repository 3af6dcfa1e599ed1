using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace VecNet.Benchmarks.Comparing;

/// <summary>How a peer's process is started.</summary>
/// <param name="Kernels">The kernels that it is told to use; null where there is no choice.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">Variables that its library reads once, when it is loaded; null for one that must not be set.</param>
internal sealed record PeerLaunch(
    string? Kernels, IReadOnlyList<string> Command, params IReadOnlyList<(string Name, string? Value)> Environment)
{
    /// <summary>What a user may have set for other programs and would limit a peer here.</summary>
    private static readonly string[] Cleared =
    [
        "OMP_NUM_THREADS", "MKL_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_WAIT_POLICY", "OPENBLAS_CORETYPE",
        "BLIS_ARCH_TYPE", "BLIS_NUM_THREADS", "BLIS_JC_NT", "BLIS_IC_NT", "BLIS_JR_NT", "BLIS_IR_NT",
        "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA",
        "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES",
    ];

    /// <summary>The program that runs .NET assemblies: that which this process runs in.</summary>
    internal static string DotnetHost { get; } = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>This program again, as a peer.</summary>
    internal static PeerLaunch OfThisProgram(
        OwnPeer peer, string? kernels = null, params IReadOnlyList<(string Name, string? Value)> environment)
    {
        string[] command = [DotnetHost, Assembly.GetExecutingAssembly().Location, PeerProgram.Word, $"{peer}"];
        return new(kernels, kernels is null ? command : [.. command, kernels], environment);
    }

    internal ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(Command[0], Command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Hot methods are compiled fully at once, and not 100 ms after the last new method.
        (string, string?) compiledAtOnce = ("DOTNET_TC_CallCountingDelayMs", "0");
        foreach ((string name, string? value) in
            Cleared.Select(name => (name, (string?)null))
                .Concat(VectorLimit.InForce?.NativeSwitches ?? []).Concat(Environment).Append(compiledAtOnce))
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
