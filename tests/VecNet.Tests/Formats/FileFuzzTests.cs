using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>A way to read a file, and what it may answer to a damaged one.</summary>
/// <param name="Name">Of the reader.</param>
/// <param name="Seeds">Files to damage: valid ones, and those that are hostile already.</param>
/// <param name="Read">Reads; from memory, or through a file that it writes itself.</param>
/// <param name="Refusal">The documented exception.</param>
internal sealed record FileReader(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read, Type Refusal);

/// <summary>
/// Damaged files are read or refused: only the documented exception, within 100 ms of a processor's time, and with no more memory than twice the file and a
/// megabyte. 20,000 mutations for each reader, a million with VECNET_LONG=1. A reader joins by its line.
/// </summary>
public sealed partial class FileFuzzTests : IDisposable
{
    private const int Milliseconds = 100;

    private static readonly string[] Interesting =
        ["-1", "0", "1e999", "NaN", "Infinity", "2147483648", "4294967296", "9223372036854775807", "18446744073709551615", "\"", ",", "\r\n", "{", "]", "\0", "\ud7ff"];

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Names => ["safetensors", "model", "checkpoint", "csv", "csv with a target", "csv without a header", "csv cells", "csv to learn from", "csv columns", "csv without a column", "split", "texts", "texts in a csv", "npy", "npz", "idx"];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_file_is_read_or_refused(string name)
    {
        FileReader reader = Readers().Single(reader => reader.Name == name);
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

        Assert.True(refused > mutations / 10 && refused < mutations, $"{refused} of {mutations} were refused: the mutations are too harmless or too coarse.");
    }

    private IEnumerable<FileReader> Readers()
    {
        byte[][] safetensors = [.. Interop.Names("", ".safetensors").Select(Interop.Bytes)];
        byte[][] tables = [.. new[] { "a,b,label\n1,2,x\n3,4.5,y\n", "\ufeff\"a\",\"b \"\"c\"\"\",label\r\n-1e-5,2,\"x, y\"\r\n\r\n7,8,z\r\n", "a,label\n1,0\n2,1\n" }.Select(Encoding.UTF8.GetBytes), File.ReadAllBytes(TestData.PathOf("iris.csv"))];
        byte[][] npy = [.. Interop.Names("", ".npy").Select(Interop.Bytes)];
        byte[][] idx = [.. Interop.Names("idx_", "").Concat(Interop.Json("idx.json").GetProperty("files").EnumerateObject().Select(file => file.Name)).Select(Interop.Bytes)];
        byte[][] texts = [.. new[] { "en\ta text\nde\tein Text\n", "one\ttwo words\r\n\r\nother\t\u00e9\u4e2d\n" }.Select(Encoding.UTF8.GetBytes)];
        byte[][] textTables = [.. new[] { "text,label\n\"a, text\",x\nein Text,y\n" }.Select(Encoding.UTF8.GetBytes)];
        return
        [
            new("checkpoint", [SavedCheckpoint(), .. safetensors], bytes => CheckpointFile.Load<float>(OnDisk(bytes)), typeof(InvalidDataException)),
            new("npy", npy, bytes => NpyFile.Read(OnDisk(bytes)), typeof(InvalidDataException)),
            new("npz", [SavedArrays()], bytes => NpzFile.Read(OnDisk(bytes)), typeof(InvalidDataException)),
            new("idx", idx, bytes => IdxFile.Read(OnDisk(bytes)), typeof(InvalidDataException)),
            new("texts", texts, bytes => TextTable<float>.Read(OnDisk(bytes), new TextHashing(64)), typeof(CsvDataException)),
            new("texts in a csv", textTables, bytes => TextTable<float>.ReadCsv(OnDisk(bytes), new TextHashing(64, column: "text"), "label"), typeof(CsvDataException)),
            new("safetensors", safetensors, bytes => SafetensorsFile.Parse(bytes), typeof(InvalidDataException)),
            new("model", [SavedModel(), .. safetensors], bytes => Model<float>.Load(OnDisk(bytes)), typeof(InvalidDataException)),
            new("csv", tables, bytes => CsvTable.Read(OnDisk(bytes)), typeof(CsvDataException)),
            new("csv without a header", tables, bytes => CsvTable.Read(OnDisk(bytes), header: CsvHeader.None), typeof(CsvDataException)),
            new("csv cells", tables, bytes => Fit(CsvCells.Read(OnDisk(bytes), "label", new CsvColumnRules { Categorical = ["a"], FillMissing = true })), typeof(CsvDataException)),
            new("csv columns", tables, bytes => CsvColumnSummary.Read(OnDisk(bytes)), typeof(CsvDataException)),
            new("csv without a column", tables, bytes => CsvTable.ReadWithout(OnDisk(bytes), "label"), typeof(CsvDataException)),
            new("split", [Encoding.UTF8.GetBytes("row,set\n0,train\n1,test\n2,train\n")], bytes => RowSplit.Read(OnDisk(bytes), 3), typeof(CsvDataException)),
            new("csv with a target", tables, bytes => ClassLabels.Of(CsvTable.Read(OnDisk(bytes), "label")), typeof(CsvDataException)),
            new("csv to learn from", tables, bytes => Learn(OnDisk(bytes)), typeof(CsvDataException)),
        ];
    }

    private static void Fit(CsvCells cells) => cells.Encode(cells.Fit([.. Enumerable.Range(0, cells.Rows)]));

    /// <summary>
    /// As training does: whatever the numbers are, those of the rows that the figures come from are finite when they are standardized.
    /// </summary>
    private static void Learn(string path)
    {
        CsvCells cells = CsvCells.Read(path, "label", new CsvColumnRules { FillMissing = true });
        TensorBuffer<double> features = cells.Encode(cells.Fit([.. Enumerable.Range(0, cells.Rows)])).Features;
        Assert.DoesNotContain(Standardization<float>.Fit(features.View).Apply(features.View).Span.ToArray(), x => !float.IsFinite(x));
    }

    /// <summary>Whether it was refused.</summary>
    private static bool Try(FileReader reader, byte[] bytes, string what)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan begin = ProcessorTime();
        Exception? thrown = Record.Exception(() => reader.Read(bytes));
        double milliseconds = (ProcessorTime() - begin).TotalMilliseconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        bool isFine = (thrown is null || thrown.GetType() == reader.Refusal) && milliseconds <= Milliseconds && allocated <= (2L * bytes.Length) + (1 << 20);
        if (!isFine)
        {
            Assert.Fail($"{reader.Name}, {what}: {milliseconds} ms and {allocated} bytes for a file of {bytes.Length}.\n{thrown}\n{Convert.ToBase64String(bytes)}");
        }

        return thrown is not null;
    }

    /// <summary>What this thread has had of a processor: the clock on the wall also counts what others take, and the machine's pauses.</summary>
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

    /// <summary>One to four changes: bits, bytes, numbers and signs that mean something, pieces left out, repeated or taken from another seed.</summary>
    private static byte[] Mutated(IReadOnlyList<byte[]> seeds, ulong number)
    {
        var random = new Seeded(number);
        List<byte> bytes = [.. seeds[random.Integer(0, seeds.Count - 1)]];
        for (int change = random.Integer(1, 4); change > 0; change--)
        {
            // Where meaning is: the beginning, mostly.
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

    private byte[] SavedModel()
    {
        var network = new NeuralNetwork<float>(3, [new FullyConnectedLayer<float>(4), new ReLU<float>(), new Dropout<float>(0.2), new FullyConnectedLayer<float>(2), new Softmax<float>()]);
        new Model<float>(network, new Standardization<float>([1, 2, 3], [4, 5, 6]), ["a", "b", "c"], ["x", "y"], "label").Save(scratch["seed"]);
        return File.ReadAllBytes(scratch["seed"]);
    }

    private byte[] SavedCheckpoint()
    {
        var network = new NeuralNetwork<float>(3, 2, [4], new ReLU<float>());
        var trainer = new Trainer<float>(network, new Adam<float>(), new SoftmaxCrossEntropy<float>(), new() { Epochs = 1 });
        trainer.Train(new(new TensorBuffer<float>(5, 3), [0, 1, 0, 1, 1]));
        CheckpointFile.Save(trainer.Checkpoint(), scratch["seed"]);
        return File.ReadAllBytes(scratch["seed"]);
    }

    private byte[] SavedArrays()
    {
        NpzFile.Write(scratch["seed"], [new("a", StoredArray.OfClasses([1, 2, 3])), new("b", StoredArray.Of<float>(new float[2, 3]))]);
        return File.ReadAllBytes(scratch["seed"]);
    }

    private string OnDisk(byte[] bytes)
    {
        File.WriteAllBytes(scratch["file"], bytes);
        return scratch["file"];
    }
}
