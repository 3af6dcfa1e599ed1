namespace VecNet.Benchmarks.Comparing;

/// <summary>The kernels of a library that are made for one kind of core.</summary>
/// <param name="Name">As the library calls them.</param>
/// <param name="Bits">The width of their vectors.</param>
/// <param name="Needs">
/// The flags that a processor must have: without, the library dies of an illegal instruction in its first product.
/// </param>
internal sealed record KernelKind(string Name, int Bits, params IReadOnlyList<string> Needs);

/// <summary>Which kernels a library is asked for: those that the processor can run, each in a process of its own.</summary>
/// <param name="Kernels">Those to ask for; where none of the known ones can run, one null: the library's own choice.</param>
/// <param name="LeftOut">A line for each that is not asked for: which, and why.</param>
internal sealed record KernelChoice(IReadOnlyList<string?> Kernels, IReadOnlyList<string> LeftOut)
{
    /// <summary>Vectors of 256 bits with whole numbers, and fused multiply-add.</summary>
    private static readonly string[] Avx2 = ["avx2", "fma"];

    /// <summary>Vectors of 512 bits, with the extensions that every such kernel of these libraries uses.</summary>
    private static readonly string[] Avx512 = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

    /// <summary>Vectors of 128 bits.</summary>
    private static readonly string[] Sse42 = ["sse4_2"];

    /// <summary>OpenBLAS's for cores with AVX2 and with AVX-512, of which the faster depends on the shape, and for SSE4.2.</summary>
    internal static IReadOnlyList<KernelKind> OfOpenBlas { get; } =
        [new("Haswell", 256, Avx2), new("SkylakeX", 512, Avx512), new("Nehalem", 128, Sse42)];

    /// <summary>BLIS's for the same.</summary>
    internal static IReadOnlyList<KernelKind> OfBlis { get; } =
        [new("skx", 512, Avx512), new("zen3", 256, Avx2), new("penryn", 128, Sse42)];

    /// <summary>
    /// What the processor and the operating system let native code use: Linux tells it, whatever instructions the runtime's switches hide
    /// from this process.
    /// </summary>
    internal static IReadOnlyList<string> Here { get; } = MachineDescription.CpuField("flags")?.Split(' ') ?? [];

    /// <summary>
    /// Chooses among the kernels that the library has, by the flags of the processor and the limit of the vectors. Kernels for vectors of
    /// 128 bits are asked for only under that limit.
    /// </summary>
    internal static KernelChoice Of(IReadOnlyList<KernelKind> kinds, IReadOnlyList<string> flags, VectorLimit? limit = null)
    {
        var missing = kinds
            .Where(kind => limit is null ? kind.Bits > 128 : kind.Bits == limit.Bits)
            .ToLookup(kind => string.Join(", ", kind.Needs.Except(flags)), kind => kind.Name);
        return new(
            [.. missing[""].DefaultIfEmpty(null)],
            [.. from names in missing where names.Key.Length > 0 from name in names select $"{name}: this processor has no {names.Key}"]);
    }
}
