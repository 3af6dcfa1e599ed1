using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>How the caches of a machine are found.</summary>
public sealed class CachesTests
{
    [Fact]
    public void The_caches_of_this_machine_are_plausible()
    {
        Assert.InRange(Caches.Here.Level1.Bytes, 16 << 10, 256 << 10);
        Assert.InRange(Caches.Here.Level2.Bytes, Caches.Here.Level1.Bytes, 16 << 20);
        Assert.InRange(Caches.Here.Level3.Bytes, Caches.Here.Level2.Bytes, 1 << 30);
        Assert.Equal(Caches.Here.Level2.Bytes, Caches.SizeOfLevel2);
    }

    [Theory]
    [InlineData("32K/8, 512K/8, 4M/16")]
    [InlineData("48K/12, 1M/16, 4M/16")]
    [InlineData("32K/8, 1280K/10, 3M/12")]
    public void A_text_is_read_and_written(string text) => Assert.Equal(text, Caches.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("32K/8, 512K/8")]
    [InlineData("32K, 512K, 4M")]
    [InlineData("32/8, 512/8, 4M/16")]
    [InlineData("32K/0, 512K/8, 4M/16")]
    [InlineData("32K/8, 16K/8, 4M/16")]
    [InlineData("-32K/8, 512K/8, 4M/16")]
    [InlineData("32K/8, 512K/8, 4096M/16")]
    public void A_text_of_another_form_is_refused(string text)
    {
        var exception = Assert.Throws<FormatException>(() => Caches.Parse(text));
        Assert.Contains($"'{text}' (VECNET_CACHES or VecNet.Caches)", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The variable takes effect in a process, and a text that cannot be read is an error of one line.</summary>
    [Theory]
    [InlineData("32K/8, 512K/8, 4M/16", 0)]
    [InlineData("32K/8, 512K/8", 1)]
    public async Task The_variable_is_read_by_a_process(string caches, int exitCode)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Cli.Tool).Assembly.Location, "benchmark", "--seconds", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["VECNET_CACHES"] = caches;
        using Process process = Process.Start(start)!;
        CancellationToken token = TestContext.Current.CancellationToken;
        string[] written = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        (string output, string error) = (written[0], written[1]);
        Assert.Equal(exitCode, process.ExitCode);
        if (exitCode == 0)
        {
            Assert.Contains($"caches of a core, as size/ways: {caches};", output, StringComparison.Ordinal);
        }
        else
        {
            Assert.StartsWith($"error: '{caches}' (VECNET_CACHES or VecNet.Caches) does not give ", error, StringComparison.Ordinal);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    /// <summary>The registers of CPUID on a Zen 3 with simultaneous multithreading: 8 cores share 32 MB.</summary>
    [Fact]
    public void Shared_caches_are_divided_by_the_cores() => Assert.Equal(
        "32K/8, 512K/8, 4M/16",
        CachesOfProcessor.Decode([
            Subleaf(1, 1, threads: 2, ways: 8, sets: 64), Subleaf(2, 1, threads: 2, ways: 8, sets: 64),
            Subleaf(3, 2, threads: 2, ways: 8, sets: 1024), Subleaf(3, 3, threads: 16, ways: 16, sets: 32768), default,
            Subleaf(1, 1, threads: 1, ways: 1, sets: 1),
        ])?.ToString());

    /// <summary>Four efficient cores of an Alder Lake share 2 MB of level 2.</summary>
    [Fact]
    public void A_shared_level_2_is_divided_by_the_cores() => Assert.Equal(
        "32K/8, 512K/16, 3M/12",
        CachesOfProcessor.Decode([
            Subleaf(1, 1, threads: 1, ways: 8, sets: 64), Subleaf(3, 2, threads: 4, ways: 16, sets: 2048),
            Subleaf(3, 3, threads: 10, ways: 12, sets: 40960),
        ])?.ToString());

    [Fact]
    public void A_processor_without_level_3_has_that_of_level_2_for_it() => Assert.Equal(
        "32K/8, 1M/16, 1M/16",
        CachesOfProcessor.Decode([Subleaf(1, 1, 1, 8, 64), Subleaf(3, 2, 1, 16, 1024)])?.ToString());

    [Fact]
    public void A_processor_that_reports_nothing_has_no_caches()
    {
        Assert.Null(CachesOfProcessor.Decode([]));
        Assert.Null(CachesOfProcessor.Decode([default]));
        Assert.Null(CachesOfProcessor.Decode([Subleaf(1, 1, 1, 8, 64)]));
    }

    [Fact]
    public void Sizes_that_no_core_can_rely_on_are_bounded()
    {
        Assert.Equal("48K/12, 1M/16, 4M/16", Caches.Bounded(Caches.Parse("48K/12, 1M/16, 32M/16")).ToString());
        Assert.Equal("128K/8, 12M/12, 12M/12", Caches.Bounded(Caches.Parse("128K/8, 12M/12, 12M/12")).ToString());
        Assert.Equal("16K/4, 128K/8, 128K/8", Caches.Bounded(Caches.Parse("4K/4, 64K/8, 64K/8")).ToString());
    }

    private static (int Eax, int Ebx, int Ecx) Subleaf(int type, int level, int threads, int ways, int sets) =>
        (type | (level << 5) | ((threads - 1) << 14), ((ways - 1) << 22) | 63, sets - 1);
}
