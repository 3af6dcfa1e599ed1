using System.Diagnostics;
using System.Globalization;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// Texts of random lengths, one after another, in a process of its own, where nothing else allocates: a warm call allocates nothing, and
/// the memory stays what it was.
/// </summary>
public sealed class EncoderSoakTests
{
    private const int LongestText = 400;
    private const int Samples = 50;

    /// <summary>What a collection, whoever caused it, books as allocated by a thread: what is left of its quantum.</summary>
    private const long Quantum = 8_192;

    private static readonly string[] Words =
        ["the ", "red ", "fox ", "foxes ", "runs ", "a ", "b ", "c", "?", ". ", "unaffable ", "ÀÉ", "文 ", "\U0001F600", "\ud83d", "2026 "];

    /// <summary>20,000 texts; a million with VECNET_LONG=1.</summary>
    [Fact]
    public async Task Memory_is_flat_over_texts_of_any_lengths() => await Succeeds(nameof(Encodes_with_a_small_encoder));

    /// <summary>10,000 texts, which take minutes.</summary>
    [Fact]
    public async Task Memory_is_flat_with_a_real_encoder()
    {
        Assert.SkipUnless(LongRun.IsOn, $"Runs for minutes: only with {LongRun.Variable}=1.");
        await Succeeds(nameof(Encodes_with_MiniLM));
    }

    [Fact(Explicit = true)]
    public void Encodes_with_a_small_encoder()
    {
        using var files = new TinyEncoder(positions: 100);
        Watch("tiny", files.Load(), LongRun.Of(20_000, 1_000_000));
    }

    [Fact(Explicit = true)]
    public void Encodes_with_MiniLM()
    {
        using var scratch = new ScratchDirectory();
        MiniLm.WriteFolder(scratch.Path);
        Watch("minilm", SentenceEncoder.Load(scratch["model.onnx"]), 10_000);
    }

    private static async Task Succeeds(string test)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Resident memory is read from /proc of Linux.");
        ChildRun child = await ChildRun.Of(typeof(EncoderSoakTests), test, ("DOTNET_TieredCompilation", "0"));
        Assert.True(
            child.ExitCode == 0 && child.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal),
            child.Output);
    }

    /// <summary>Encodes texts, and fails if calls allocate or if the resident memory grows.</summary>
    private static void Watch(string name, SentenceEncoder encoder, int texts)
    {
        var random = new SplitMix64(1);
        char[] text = new char[LongestText];
        float[] vector = new float[encoder.Dimension];

        // The longest text has the largest pass, whose memory serves the others.
        text.AsSpan().Fill('?');
        encoder.Encode(text, vector);
        for (int i = 0; i < texts / 20; i++)
        {
            encoder.Encode(text.AsSpan(0, Fill(text, random)), vector);
        }

        long begin = Stopwatch.GetTimestamp(), characters = 0, first = AnonymousBytes(), highest = 0, allocated = 0;
        int samplesThatAllocate = 0;
        for (int sample = 0; sample < Samples; sample++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < texts / Samples; i++)
            {
                int length = Fill(text, random);
                encoder.Encode(text.AsSpan(0, length), vector);
                characters += length;
            }

            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated += bytes;
            samplesThatAllocate += bytes > 0 ? 1 : 0;
            highest = long.Max(highest, AnonymousBytes());
        }

        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {texts:N0} texts of {(double)characters / texts:F0} characters on average in "
            + $"{Stopwatch.GetElapsedTime(begin).TotalSeconds:F1} s, {allocated:N0} bytes allocated, resident memory (without files) "
            + $"{first / 1e6:F1} MB, {(highest - first) / 1e6:F2} MB more at its highest");
        Figures.Write($"encoder-memory-{name}", figures);
        Assert.True(samplesThatAllocate <= Samples / 10 && allocated <= samplesThatAllocate * Quantum, figures);
        Assert.True(highest - first <= 2 << 20, figures);
    }

    /// <summary>Writes a text of a random length, short ones more often than long ones, and returns its length.</summary>
    private static int Fill(Span<char> text, SplitMix64 random)
    {
        int length = (int)Math.Pow(LongestText, random.NextDouble()), at = 0;
        while (at < length)
        {
            ReadOnlySpan<char> word = Words[(int)(random.Next() % (ulong)Words.Length)];
            word = word[..int.Min(word.Length, length - at)];
            word.CopyTo(text[at..]);
            at += word.Length;
        }

        return length;
    }

    /// <summary>The resident memory without that of files, of which more becomes resident the more tokens have occurred.</summary>
    private static long AnonymousBytes()
    {
        string[] pages = File.ReadAllText("/proc/self/statm").Split(' ');
        return (long.Parse(pages[1], CultureInfo.InvariantCulture) - long.Parse(pages[2], CultureInfo.InvariantCulture))
            * Environment.SystemPageSize;
    }
}
