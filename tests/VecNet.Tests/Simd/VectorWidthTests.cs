using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Tests;

/// <summary>A run that is meant for certain vectors (tests/matrix.sh makes one for each) proves first that it has them.</summary>
public sealed class VectorWidthTests
{
    private const string Variable = "VECNET_EXPECT";

    /// <summary>
    /// There are instructions of 512 bits, but the process has been told to prefer 256: then nothing may use the wider ones.
    /// </summary>
    private const string Preferred256 = "avx512, vector256 preferred";

    /// <summary>
    /// What may stand in the variable: what <see cref="Vector{T}"/> is, and whether 512-bit vectors are in hardware beside it. Kernels take
    /// the latter where they can. .NET 10: without AVX2 there is no AVX-512 and no FMA, and what Vector&lt;T&gt; may be at most says
    /// nothing about Vector512.
    /// </summary>
    private static readonly Dictionary<string, (bool Has512, int VectorBits)> Widths = new()
    {
        [Preferred256] = (false, 256),
        ["scalar"] = (false, 0),
        ["vector128"] = (false, 128),
        ["vector256"] = (false, 256),
        ["avx512+vector128"] = (true, 128),
        ["avx512+vector256"] = (true, 256),
        ["avx512+vector512"] = (true, 512),
    };

    [Fact]
    public void The_width_that_the_run_names_is_in_force()
    {
        string? name = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(name), $"{Variable} names no width: this run is at the machine's own.");
        Assert.True(
            Widths.TryGetValue(name, out (bool Has512, int VectorBits) width),
            $"{Variable} is '{name}', not one of: {string.Join(", ", Widths.Keys)}.");
        bool has256 = width.Has512 || width.VectorBits >= 256;
        bool hasAny = has256 || width.VectorBits > 0;

        Assert.Equal(width.Has512, Vector512.IsHardwareAccelerated);
        Assert.Equal(width.Has512 || name == Preferred256, Avx512F.IsSupported);
        Assert.Equal(has256, Vector256.IsHardwareAccelerated);
        Assert.Equal(has256, Avx2.IsSupported);
        Assert.Equal(hasAny, Vector128.IsHardwareAccelerated);
        Assert.Equal(width.VectorBits > 0, Vector.IsHardwareAccelerated);
        Assert.Equal(Math.Max(128, width.VectorBits), 8 * Vector<byte>.Count); // without hardware there are 128 bits in software

        // And what the library makes of it.
        Assert.Equal((width.Has512, width.VectorBits > 0), (Machine.Has512, Machine.HasVectors));
        Assert.Equal(Vector<float>.Count, Portable<float>.Count);
    }

    [Fact]
    public async Task A_run_that_is_not_at_the_width_it_names_fails()
    {
        string wrong = Vector.IsHardwareAccelerated ? "scalar" : "vector256";
        ChildRun child = await ChildRun.Of(typeof(VectorWidthTests), nameof(The_width_that_the_run_names_is_in_force), (Variable, wrong));
        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains("Failed: 1,", child.Output, StringComparison.Ordinal);
    }
}
