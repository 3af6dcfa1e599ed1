using System.Runtime.Intrinsics.X86;
using VecNet.Benchmarks.Comparing;

namespace VecNet.Tests;

/// <summary>
/// The comparison asks native libraries only for kernels that the processor can run: others die of an illegal instruction, once in every
/// row.
/// </summary>
public sealed class KernelChoiceTests
{
    private const ProcessorFeatures Both = ProcessorFeatures.Avx2 | ProcessorFeatures.Avx512;

    public static TheoryData<string> Libraries => [.. Kinds.Keys];

    private static Dictionary<string, IReadOnlyList<KernelKind>> Kinds { get; } =
        new() { ["OpenBLAS"] = KernelChoice.OfOpenBlas, ["BLIS"] = KernelChoice.OfBlis };

    [Fact]
    public void A_processor_with_AVX_512_is_asked_for_both()
    {
        Assert.Equal(["Haswell", "SkylakeX"], KernelChoice.Of(KernelChoice.OfOpenBlas, Both).Kernels);
        Assert.Equal(["skx", "zen3"], KernelChoice.Of(KernelChoice.OfBlis, Both).Kernels);
        Assert.Empty(KernelChoice.Of(KernelChoice.OfOpenBlas, Both).LeftOut);
    }

    [Fact]
    public void A_processor_without_it_is_not_asked_for_its_kernels_and_one_line_says_why()
    {
        KernelChoice openBlas = KernelChoice.Of(KernelChoice.OfOpenBlas, ProcessorFeatures.Avx2);
        Assert.Equal(["Haswell"], openBlas.Kernels);
        Assert.Equal(["SkylakeX: this processor has no AVX-512"], openBlas.LeftOut);
        KernelChoice blis = KernelChoice.Of(KernelChoice.OfBlis, ProcessorFeatures.Avx2);
        Assert.Equal(["zen3"], blis.Kernels);
        Assert.Equal(["skx: this processor has no AVX-512"], blis.LeftOut);
    }

    /// <summary>An old processor, and one of another kind: the library knows best.</summary>
    [Fact]
    public void Where_no_known_kernel_can_run_the_library_chooses()
    {
        KernelChoice choice = KernelChoice.Of(KernelChoice.OfOpenBlas, ProcessorFeatures.None);
        Assert.Equal([null], choice.Kernels);
        Assert.Equal(["Haswell: this processor has no AVX2 with FMA", "SkylakeX: this processor has no AVX-512"], choice.LeftOut);
        string line = Assert.Single(KernelChoice.Of([new("wide", Both)], ProcessorFeatures.None).LeftOut);
        Assert.Equal("wide: this processor has no AVX2 with FMA and no AVX-512", line);
    }

    /// <summary>The kernel that is asked for needs no other feature, for every set of features, and none is lost without a line.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_kernel_is_asked_for_that_cannot_run(string library)
    {
        for (int set = 0; set <= (int)Both; set++)
        {
            KernelChoice choice = KernelChoice.Of(Kinds[library], (ProcessorFeatures)set);
            Assert.NotEmpty(choice.Kernels);
            foreach (KernelKind kind in Kinds[library])
            {
                bool canRun = ((int)kind.Needs & ~set) == 0;
                Assert.Equal(canRun, choice.Kernels.Contains(kind.Name));
                Assert.Equal(!canRun, choice.LeftOut.Any(line => line.StartsWith($"{kind.Name}: ", StringComparison.Ordinal)));
            }
        }
    }

    /// <summary>Linux tells what the processor has, where the runtime's switches may hide it from this process.</summary>
    [Fact]
    public void What_this_process_has_the_processor_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        ProcessorFeatures here = (Avx2.IsSupported ? ProcessorFeatures.Avx2 : 0) | (Avx512F.IsSupported ? ProcessorFeatures.Avx512 : 0);
        Assert.Equal(here, here & KernelChoice.Here);
    }
}
