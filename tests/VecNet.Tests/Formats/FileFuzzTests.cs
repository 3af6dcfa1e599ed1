using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace VecNet.Tests;

/// <summary>
/// Damaged files are read or refused with the documented exception, within 100 ms of processor time, and with no more memory than
/// twice the file and a megabyte. There are 20,000 mutations, or a million with VECNET_LONG=1, for each reader in <see cref="FileReaders"/>
/// class.
/// </summary>
public sealed partial class FileFuzzTests : IDisposable
{
    private const int Milliseconds = 100;

    private static readonly string[] Interesting =
        [
            "-1", "0", "1e999", "NaN", "Infinity", "2147483648", "4294967296", "9223372036854775807", "18446744073709551615", "\"", ",",
            "\r\n", "{", "]", "\0", "\ud7ff",
        ];

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Names => [.. FileReaders.All.Select(reader => reader.Name)];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_file_is_read_or_refused(string name)
    {
        FileReader reader = FileReaders.Of(name);
        int mutations = LongRun.Of(20_000, 1_000_000);
        int refused = 0;
        for (int i = 0; i < reader.Seeds.Count; i++)
        {
            Try(reader, reader.Seeds[i], $"seed {i}");
        }

        for (int i = 0; i < mutations; i++)
        {
            refused += Try(reader, Mutated(reader.Seeds, (ulong)i), $"mutation {i}") ? 1 : 0;
        }

        Assert.True(
            refused > mutations / 10 && refused < mutations,
            $"{refused} of {mutations} were refused: the mutations are too harmless or too coarse.");
    }

    /// <summary>Whether the file was refused.</summary>
    private bool Try(FileReader reader, byte[] bytes, string what)
    {
        // Most inputs are read from a stream or from memory and a few from a file, which leads to the same reader but takes much longer.
        string path = scratch["file"];
        Action read = () => reader.ReadStream(new MemoryStream(bytes));
        if (bytes.Length % 8 == 0)
        {
            File.Delete(path);
            File.WriteAllBytes(path, bytes);
            read = () => reader.Read(path);
        }
        else if (bytes.Length % 8 < 4 && reader.ReadMemory is { } readMemory)
        {
            read = () => readMemory(bytes);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan begin = ProcessorTime();
        Exception? thrown = Record.Exception(read);
        double milliseconds = (ProcessorTime() - begin).TotalMilliseconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        bool isFine = (thrown is null || thrown.GetType() == reader.Refusal) && milliseconds <= Milliseconds
            && allocated <= (2L * bytes.Length) + (1 << 20);
        if (!isFine)
        {
            Assert.Fail(
                $"{reader.Name}, {what}: {milliseconds} ms and {allocated} bytes for a file of {bytes.Length}.\n{thrown}\n"
                    + $"{Convert.ToBase64String(bytes)}");
        }

        return thrown is not null;
    }

    /// <summary>
    /// The processor time of this thread; elapsed time would include other processes and pauses of the machine.
    /// </summary>
    private static TimeSpan ProcessorTime()
    {
        const int ThreadProcessorTime = 3;
        return OperatingSystem.IsLinux() && ReadClock(ThreadProcessorTime, out Time time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100)
            : Stopwatch.GetElapsedTime(0);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out Time time);

    private readonly record struct Time(long Seconds, long Nanoseconds);

    /// <summary>
    /// Makes one to four changes: bits, bytes, special numbers and characters, and parts that are removed, repeated or copied from another
    /// seed.
    /// </summary>
    private static byte[] Mutated(IReadOnlyList<byte[]> seeds, ulong number)
    {
        var random = new Seeded(number);
        List<byte> bytes = [.. seeds[random.Integer(0, seeds.Count - 1)]];
        for (int change = random.Integer(1, 4); change > 0; change--)
        {
            // Most changes are at the beginning, where the structure of a file is.
            int at = random.Integer(0, random.Integer(0, 2) == 0 ? bytes.Count : Math.Min(bytes.Count, 200));
            int length = Math.Min(random.Integer(1, 12), bytes.Count - at);
            byte[] other = seeds[random.Integer(0, seeds.Count - 1)];
            switch (random.Integer(0, 6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Integer(0, 7));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Integer(0, 255);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Interesting[random.Integer(0, Interesting.Length - 1)]));
                    break;
                case 5 when other.Length > 0:
                    bytes.InsertRange(at, other.AsSpan(random.Integer(0, other.Length - 1)..).ToArray().Take(30));
                    break;
                case 6 when random.Integer(0, 3) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
