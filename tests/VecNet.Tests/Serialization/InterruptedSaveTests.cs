using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VecNet.Tests;

/// <summary>Saving against death and want of room: the file is the old one or the new one, and what went wrong is one clear line.</summary>
public sealed partial class InterruptedSaveTests : IDisposable
{
    internal const string Target = "VECNET_SAVE_TARGET";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Five kills, 500 with VECNET_LONG=1. The child is killed while it saves one of two models after the other.</summary>
    [Fact]
    public void A_kill_at_any_moment_leaves_the_old_file_or_the_new_one()
    {
        string[] whole = [Hash(1), Hash(2)];
        var random = new Seeded((ulong)LongRun.Of(1, 2));
        var seen = new HashSet<string>();
        int leftOver = 0;
        for (int kill = 0; kill < LongRun.Of(5, 500); kill++)
        {
            long begin = Stopwatch.GetTimestamp();
            ModelOf(1).Save(scratch["model"]);
            TimeSpan save = Stopwatch.GetElapsedTime(begin);
            using (new BackgroundChild(typeof(EndlessSaves), nameof(EndlessSaves.Saves_again_and_again), (Target, scratch["model"])))
            {
                // Within the first four saves of the child, whatever one takes on this machine now.
                Thread.Sleep(save * (random.Integer(0, 400) / 100.0));
                Thread.SpinWait(random.Integer(0, 20_000));
            }

            string found = Model.Load<float>(scratch["model"]).GetParametersHash();
            Assert.Contains(found, whole);
            seen.Add(found);
            foreach (string file in Directory.GetFiles(scratch.Path).Where(file => file.EndsWith(".tmp", StringComparison.Ordinal)))
            {
                leftOver++;
                File.Delete(file);
            }
        }

        // Not asked of five kills: that they came in the middle of a save.
        Assert.True(!LongRun.IsOn || (seen.Count == 2 && leftOver > 10), $"{seen.Count} different files, {leftOver} kills within a save.");
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_file_and_says_so_in_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit on a file's size is set with setrlimit of Linux.");
        ModelOf(1).Save(scratch["model"]);
        ChildRun child = await ChildRun.Of(typeof(InterruptedSaveTests), nameof(Saves_where_there_is_no_room), (Target, scratch["model"]));
        Assert.True(child.ExitCode == 0, child.Output);
        Assert.Equal(Hash(1), Model.Load<float>(scratch["model"]).GetParametersHash());
        Assert.Equal(["model"], scratch.Files);
    }

    /// <summary>No file may grow beyond 64 KB: the write fails when a part of the model has been written.</summary>
    [Fact(Explicit = true)]
    public void Saves_where_there_is_no_room()
    {
        const int FileSize = 1;
        const int TooLargeSignal = 25;
        string path = Environment.GetEnvironmentVariable(Target)!;
        Model<float> model = ModelOf(2);
        Signal(TooLargeSignal, 1);
        Assert.Equal(0, SetLimit(FileSize, new Limit(1 << 16, 1 << 16)));
        IOException exception = Assert.Throws<IOException>(() => model.Save(path));
        Assert.Equal($"{path}: cannot be written: it would be larger than the file system allows.", exception.Message);
    }

    /// <summary>The device that is always full.</summary>
    [Fact]
    public void A_full_device_says_so_in_one_line()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        IOException exception = Assert.Throws<IOException>(() => ModelOf(1).Save("/dev/full"));
        Assert.Equal("/dev/full: cannot be written: No space left on device.", exception.Message);
    }

    /// <summary>About a megabyte, so that there is a middle to be killed in.</summary>
    internal static Model<float> ModelOf(ulong seed) => new(new NeuralNetwork<float>(500, 10, [500], new Tanh<float>(), seed: seed));

    private static string Hash(ulong seed) => ModelOf(seed).GetParametersHash();

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    private readonly record struct Limit(ulong Soft, ulong Hard);
}

/// <summary>
/// Only <see cref="InterruptedSaveTests"/> starts this, in processes that it kills: a class of its own, which leaves nothing to tidy up.
/// </summary>
public sealed class EndlessSaves
{
    [Fact(Explicit = true)]
    public void Saves_again_and_again()
    {
        string path = Environment.GetEnvironmentVariable(InterruptedSaveTests.Target)!;
        Model<float>[] models = [InterruptedSaveTests.ModelOf(2), InterruptedSaveTests.ModelOf(1)];
        BackgroundChild.IsAtWork();
        for (int i = 0; ; i++)
        {
            models[i % 2].Save(path);
        }
    }
}
