namespace VecNet.Benchmarks.Comparing;

/// <summary>The vector width that a comparison holds VecNet and every peer to: <c>--vectors</c>.</summary>
/// <remarks>
/// A process can limit its vectors only when it starts. The command therefore starts itself again under the switches of .NET, and passes
/// the limit on in an environment variable; the peers inherit the switches, and get those of their libraries.
/// </remarks>
/// <param name="Bits">The width in bits.</param>
/// <param name="DotnetSwitch">The switch of .NET that rules out wider vectors.</param>
/// <param name="NativeSwitches">The variables of libtorch, oneDNN, MKL and NumPy that rule them out.</param>
internal sealed record VectorLimit(int Bits, string DotnetSwitch, IReadOnlyList<(string Name, string? Value)> NativeSwitches)
{
    /// <summary>The environment variable by which the command tells itself the limit.</summary>
    internal const string Variable = "VECNET_COMPARE_VECTORS";

    private const string NumPyWithAvx512 = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL";

    /// <summary>The limits that the option offers.</summary>
    internal static IReadOnlyList<VectorLimit> All { get; } =
    [
        new(256, "DOTNET_EnableAVX512",
        [
            ("ATEN_CPU_CAPABILITY", "avx2"), ("ONEDNN_MAX_CPU_ISA", "AVX2"), ("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
            ("NPY_DISABLE_CPU_FEATURES", NumPyWithAvx512),
        ]),
        new(128, "DOTNET_EnableAVX2",
        [
            ("ATEN_CPU_CAPABILITY", "default"), ("ONEDNN_MAX_CPU_ISA", "SSE41"), ("MKL_ENABLE_INSTRUCTIONS", "SSE4_2"),
            ("NPY_DISABLE_CPU_FEATURES", $"AVX F16C FMA3 AVX2 {NumPyWithAvx512}"),
        ]),
    ];

    /// <summary>The limit that this process was started under, or null.</summary>
    internal static VectorLimit? InForce { get; } = Of(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The limit of so many bits, or null if there is none.</summary>
    internal static VectorLimit? Of(string? bits) => All.FirstOrDefault(limit => $"{limit.Bits}" == bits);
}
