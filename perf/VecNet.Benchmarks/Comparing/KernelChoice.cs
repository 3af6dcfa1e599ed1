namespace VecNet.Benchmarks.Comparing;

/// <summary>What the native libraries' kernels ask of a processor.</summary>
[Flags]
internal enum ProcessorFeatures
{
    None = 0,

    /// <summary>Vectors of 256 bits with whole numbers, and fused multiply-add.</summary>
    Avx2 = 1,

    /// <summary>Vectors of 512 bits, with the extensions F, BW, CD, DQ and VL, which every such kernel of these libraries uses.</summary>
    Avx512 = 2,
}

/// <summary>The kernels of a library that are made for one kind of core.</summary>
/// <param name="Name">As the library calls them.</param>
/// <param name="Needs">What a processor must have: without, the library dies of an illegal instruction in its first product.</param>
internal sealed record KernelKind(string Name, ProcessorFeatures Needs);

/// <summary>Which kernels a library is asked for: those that the processor can run, each in a process of its own.</summary>
/// <param name="Kernels">Those to ask for; where none of the known ones can run, one null: the library's own choice.</param>
/// <param name="LeftOut">A line for each that is not asked for: which, and why.</param>
internal sealed record KernelChoice(IReadOnlyList<string?> Kernels, IReadOnlyList<string> LeftOut)
{
    /// <summary>OpenBLAS's for cores with AVX2 and with AVX-512: which is faster depends on the shape.</summary>
    internal static IReadOnlyList<KernelKind> OfOpenBlas { get; } =
        [new("Haswell", ProcessorFeatures.Avx2), new("SkylakeX", ProcessorFeatures.Avx512)];

    /// <summary>BLIS's for the same.</summary>
    internal static IReadOnlyList<KernelKind> OfBlis { get; } = [new("skx", ProcessorFeatures.Avx512), new("zen3", ProcessorFeatures.Avx2)];

    /// <summary>
    /// What the processor and the operating system let native code use: Linux tells it, whatever instructions the runtime's switches hide
    /// from this process.
    /// </summary>
    internal static ProcessorFeatures Here { get; } =
        (Has("avx2", "fma") ? ProcessorFeatures.Avx2 : 0)
        | (Has("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl") ? ProcessorFeatures.Avx512 : 0);

    /// <summary>Chooses among the kernels that the library has, by the instruction sets that the processor has.</summary>
    internal static KernelChoice Of(IReadOnlyList<KernelKind> kinds, ProcessorFeatures features)
    {
        string?[] kernels = [.. kinds.Where(CanRun).Select(kind => kind.Name)];
        IEnumerable<string> leftOut = kinds.Where(kind => !CanRun(kind))
            .Select(kind => $"{kind.Name}: this processor has no {Text(kind.Needs & ~features)}");
        return new(kernels.Length > 0 ? kernels : [null], [.. leftOut]);

        bool CanRun(KernelKind kind) => (kind.Needs & ~features) == ProcessorFeatures.None;
    }

    private static bool Has(params IEnumerable<string> flags) =>
        !flags.Except(MachineDescription.CpuField("flags")?.Split(' ') ?? []).Any();

    private static string Text(ProcessorFeatures missing) => missing switch
    {
        ProcessorFeatures.Avx2 => "AVX2 with FMA",
        ProcessorFeatures.Avx512 => "AVX-512",
        _ => "AVX2 with FMA and no AVX-512",
    };
}
