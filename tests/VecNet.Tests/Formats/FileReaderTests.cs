using System.Reflection;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// Properties of every reader: it reads pipes as well as files, and a reader with a checksum detects every changed bit.
/// </summary>
public sealed class FileReaderTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Names => [.. FileReaders.All.Select(reader => reader.Name)];

    public static TheoryData<string> Checked => [.. FileReaders.All.Where(reader => reader.HasChecksum).Select(reader => reader.Name)];

    public void Dispose() => scratch.Dispose();

    /// <summary>The static methods that take a path, a stream or bytes: whatever has one of these forms has all of them.</summary>
    /// <remarks>A sentence encoder is a folder, or two streams: EncoderFileTests has its files, also for its trainer.</remarks>
    [Fact]
    public void Every_public_reader_is_named_and_has_every_form()
    {
        IGrouping<string, ParameterInfo>[] readers = [.. new[] { typeof(Model<>), typeof(CsvTable), typeof(WordPieceTokenizer) }
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => type != typeof(SentenceEncoder) && type != typeof(EncoderTrainer))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => new[] { "Read", "Load", "Parse" }.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal)))
            .SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.Name is "path" || IsStream(parameter) || IsMemory(parameter))
            .GroupBy(parameter => $"{parameter.Member.DeclaringType!.Name}.{parameter.Member.Name}")
            .OrderBy(reader => reader.Key, StringComparer.Ordinal)];
        Assert.Equal(
            readers.Select(reader => reader.Key),
            FileReaders.All.SelectMany(reader => reader.Methods).Distinct().Order(StringComparer.Ordinal));
        Assert.All(readers, reader =>
        {
            Assert.Contains(reader, parameter => parameter.Name == "path");
            Assert.Contains(reader, IsStream);
            Assert.Equal(
                FileReaders.All.Any(form => form.ReadMemory is not null && form.Methods.Contains(reader.Key)), reader.Any(IsMemory));
        });

        static bool IsStream(ParameterInfo parameter) => parameter.ParameterType == typeof(Stream);
        static bool IsMemory(ParameterInfo parameter) => parameter.ParameterType == typeof(ReadOnlyMemory<byte>);
    }

    /// <summary>
    /// The content is read from a file, a named pipe, bytes in memory, and a stream that is not seekable, returns one byte at a time, and
    /// stays open.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_pipe_gives_what_a_file_gives(string name)
    {
        FileReader reader = FileReaders.Of(name);
        int read = 0;
        foreach (byte[] seed in reader.Seeds)
        {
            File.WriteAllBytes(scratch["file"], seed);
            string expected = Answer(reader, () => reader.Read(scratch["file"]));
            Assert.Equal(expected, Answer(reader, () => reader.ReadStream(new MemoryStream(seed))));
            var trickle = new Trickle(seed);
            Assert.Equal(expected, Answer(reader, () => reader.ReadStream(trickle)));
            Assert.False(trickle.IsClosed, "the stream was closed.");
            Assert.Equal(expected, Answer(reader, () => reader.ReadMemory?.Invoke(seed) ?? expected));
            if (!OperatingSystem.IsWindows())
            {
                using var pipe = new NamedPipe(scratch["pipe"], seed);
                Assert.Equal(expected, Answer(reader, () => reader.Read(pipe.Path)));
            }

            read += expected == "refused" ? 0 : 1;
        }

        Assert.NotEqual(0, read);
    }

    [Theory]
    [MemberData(nameof(Checked))]
    public void A_flipped_bit_is_refused_or_changes_nothing(string name)
    {
        FileReader reader = FileReaders.Of(name);
        int refused = 0, bits = 0;
        foreach (byte[] seed in reader.Seeds.Where(seed => Answer(reader, () => reader.ReadStream(new MemoryStream(seed))) != "refused"))
        {
            string expected = reader.ReadStream(new MemoryStream(seed));
            for (int bit = 0; bit < 8 * seed.Length; bit++, bits++)
            {
                byte[] flipped = [.. seed];
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                string answer = Answer(reader, () => reader.ReadStream(new MemoryStream(flipped)));
                Assert.True(
                    answer is "refused" || answer == expected, $"Bit {bit} of {seed.Length} bytes: {answer} in the place of {expected}.");
                refused += answer is "refused" ? 1 : 0;
            }
        }

        Assert.True(refused > bits / 3, $"{refused} of {bits} bits were noticed.");
    }

    [Theory]
    [MemberData(nameof(Checked))]
    public void Nothing_may_be_missing_at_the_end_and_nothing_may_follow(string name)
    {
        FileReader reader = FileReaders.Of(name);
        foreach (byte[] seed in reader.Seeds.Where(seed => Answer(reader, () => reader.ReadStream(new MemoryStream(seed))) != "refused"))
        {
            for (int length = 0; length < seed.Length; length++)
            {
                Assert.True(
                    Answer(reader, () => reader.ReadStream(new MemoryStream(seed[..length]))) is "refused",
                    $"{length} of {seed.Length} bytes");
            }

            foreach (byte[] more in new byte[][] { [0], new byte[600], [.. "PK"u8], [.. seed[..1]], seed[..^1] })
            {
                Assert.Equal("refused", Answer(reader, () => reader.ReadStream(new MemoryStream([.. seed, .. more]))));
            }
        }
    }

    private static string Answer(FileReader reader, Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error.GetType() == reader.Refusal)
        {
            Assert.DoesNotContain("unsupported", error.Message, StringComparison.Ordinal);
            return "refused";
        }
    }
}

/// <summary>A stream that is not seekable and returns one byte at a time, like a slow pipe.</summary>
internal sealed class Trickle(byte[] bytes) : Stream
{
    private int position;

    public bool IsClosed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (count == 0 || position == bytes.Length)
        {
            return 0;
        }

        buffer[offset] = bytes[position++];
        return 1;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }
}

/// <summary>A named pipe that bytes are written to once, for one reader; a second reader would block.</summary>
internal sealed class NamedPipe : IDisposable
{
    private readonly Task writer;

    public NamedPipe(string path, byte[] content)
    {
        Path = path;
        Assert.Equal(0, ToolProcess.MakePipe(path, 0b110_000_000));
        writer = Task.Run(() =>
        {
            using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            try
            {
                pipe.Write(content);
            }
            catch (IOException)
            {
                // The reader has closed the pipe.
            }
        });
    }

    public string Path { get; }

    public void Dispose()
    {
        writer.Wait();
        File.Delete(Path);
    }
}
