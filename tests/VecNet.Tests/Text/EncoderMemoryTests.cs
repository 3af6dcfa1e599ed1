using System.Runtime.CompilerServices;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>What an encoder takes of the memory of the process, which other tests would change.</summary>
[Collection(Alone.Name)]
public sealed class EncoderMemoryTests
{
    /// <summary>20,000 texts; a million with VECNET_LONG=1.</summary>
    [Fact]
    public void Texts_of_any_lengths_allocate_nothing_after_the_longest()
    {
        using var files = new TinyEncoder(positions: 100);
        SentenceEncoder encoder = files.Load();
        (int[] tokens, int[] _) = files.Texts(100);
        float[] vector = new float[encoder.Dimension];
        encoder.EncodeTokens(tokens, new([0, 100]), vector);
        var lengths = new SplitMix64(1);
        string text = string.Concat(Enumerable.Repeat("the red foxes run. ", 40));
        encoder.Encode(text, vector);
        int texts = LongRun.Of(10_000, 500_000);
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            for (int i = 0; i < texts; i++)
            {
                int length = (int)(lengths.Next() % 101);
                encoder.EncodeTokens(tokens.AsSpan(0, length), new([0, length]), vector);
                encoder.Encode(text.AsSpan(0, 7 * length), vector);
            }
        }));
    }

    /// <summary>The memory of the file goes with the last reference to the encoder, which nobody disposes of.</summary>
    [Fact]
    public void The_file_is_mapped_as_long_as_the_encoder_is_used()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lists the mapped files of a process.");
        using var files = new TinyEncoder();
        Use(files);
        for (int i = 0; i < 10 && IsMapped(files); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(IsMapped(files));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Use(TinyEncoder files)
        {
            SentenceEncoder encoder = files.Load();
            float[] vector = encoder.Encode("the red fox");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.True(IsMapped(files));
            Assert.Equal(vector, encoder.Encode("the red fox"));
        }

        static bool IsMapped(TinyEncoder files) => File.ReadAllText("/proc/self/maps").Contains(files.Folder, StringComparison.Ordinal);
    }

    /// <summary>The vectors of the vocabulary stay in the file's memory, and matrices are there once.</summary>
    [Fact]
    public void Weights_are_in_memory_once()
    {
        using var files = new TinyEncoder(width: 64, hidden: 256, vocabulary: 40_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        SentenceEncoder encoder = files.Load();
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        long matrices = 4L * TinyEncoder.Layers * ((4 * 64 * 64) + (2 * 64 * 256));
        Assert.InRange(grown, matrices, matrices + 200_000);
        GC.KeepAlive(encoder);
    }
}
