using System.Runtime.Intrinsics.X86;
using VecNet.Benchmarks.Comparing;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Tests;

/// <summary>
/// The comparison asks native libraries only for kernels that the processor can run: others die of an illegal instruction, once in every
/// row.
/// </summary>
public sealed class KernelChoiceTests
{
    private static readonly string[] Avx2Flags = ["avx2", "fma"];
    private static readonly string[] Avx512Flags = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];
    private static readonly string[] Both = [.. Avx2Flags, .. Avx512Flags];

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
        KernelChoice openBlas = KernelChoice.Of(KernelChoice.OfOpenBlas, Avx2Flags);
        Assert.Equal(["Haswell"], openBlas.Kernels);
        Assert.Equal(["SkylakeX: this processor has no avx512f, avx512bw, avx512cd, avx512dq, avx512vl"], openBlas.LeftOut);
        KernelChoice blis = KernelChoice.Of(KernelChoice.OfBlis, Avx2Flags);
        Assert.Equal(["zen3"], blis.Kernels);
        Assert.Equal(["skx: this processor has no avx512f, avx512bw, avx512cd, avx512dq, avx512vl"], blis.LeftOut);
    }

    /// <summary>An old processor, and one of another kind: the library knows best.</summary>
    [Fact]
    public void Where_no_known_kernel_can_run_the_library_chooses()
    {
        KernelChoice choice = KernelChoice.Of(KernelChoice.OfOpenBlas, ["sse2", "avx512f"]);
        Assert.Equal([null], choice.Kernels);
        Assert.Equal(
            [
                "Haswell: this processor has no avx2, fma",
                "SkylakeX: this processor has no avx512bw, avx512cd, avx512dq, avx512vl",
            ],
            choice.LeftOut);
    }

    /// <summary>The kernel that is asked for needs no other flag, for every set of flags, and none is lost without a line.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_kernel_is_asked_for_that_cannot_run(string library)
    {
        for (int set = 0; set < 1 << Both.Length; set++)
        {
            string[] flags = [.. Both.Where((_, flag) => ((set >> flag) & 1) == 1)];
            KernelChoice choice = KernelChoice.Of(Kinds[library], flags);
            Assert.NotEmpty(choice.Kernels);
            Assert.DoesNotContain(choice.Kernels, name => name is "Nehalem" or "penryn");
            foreach (KernelKind kind in Kinds[library].Where(kind => kind.Bits > 128))
            {
                bool canRun = kind.Needs.All(flags.Contains);
                Assert.Equal(canRun, choice.Kernels.Contains(kind.Name));
                Assert.Equal(!canRun, choice.LeftOut.Any(line => line.StartsWith($"{kind.Name}: ", StringComparison.Ordinal)));
            }
        }
    }

    [Theory]
    [InlineData(256, "Haswell", "zen3")]
    [InlineData(128, "Nehalem", "penryn")]
    public void Under_a_limit_only_the_kernels_of_that_width_are_asked_for(int bits, string openBlas, string blis)
    {
        var limit = VectorLimit.Of($"{bits}");
        Assert.NotNull(limit);
        Assert.Equal(bits, limit.Bits);
        string[] flags = [.. Both, "sse4_2"];
        Assert.Equal([openBlas], KernelChoice.Of(KernelChoice.OfOpenBlas, flags, limit).Kernels);
        Assert.Equal([blis], KernelChoice.Of(KernelChoice.OfBlis, flags, limit).Kernels);
    }

    [Theory]
    [InlineData("AuthenticAMD", 25, 0x01, 256, "perf/results/zen3/256")]
    [InlineData("AuthenticAMD", 25, 0x11, 512, "perf/results/zen4/512")]
    [InlineData("AuthenticAMD", 25, 0x61, 256, "perf/results/zen4/256")]
    [InlineData("AuthenticAMD", 26, 0x02, 512, "perf/results/zen5/512")]
    [InlineData("GenuineIntel", 6, 143, 512, "perf/results/genuineintel-6-143/512")]
    public void Results_have_a_folder_for_each_processor_and_width(string vendor, int family, int model, int bits, string folder) =>
        Assert.Equal(folder, ResultsFolder.Of(vendor, family, model, bits));

    /// <summary>Linux tells what the processor has, where the runtime's switches may hide it from this process.</summary>
    [Fact]
    public void What_this_process_has_the_processor_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        string[] here = [.. Avx2.IsSupported ? ["avx2"] : (string[])[], .. Avx512F.IsSupported ? ["avx512f"] : (string[])[]];
        Assert.Subset(KernelChoice.Here.ToHashSet(), here.ToHashSet());
    }
}
