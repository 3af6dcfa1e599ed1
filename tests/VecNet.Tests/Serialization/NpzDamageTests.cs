using System.Buffers.Binary;
using System.IO.Compression;

namespace VecNet.Tests;

/// <summary>What is wrong with a zip archive is named; what others write is read.</summary>
public sealed class NpzDamageTests
{
    private const int LocalHeader = 30;

    private static readonly byte[] Array = Npy(StoredArray.FromMatrix<float>(new float[,] { { 1, 2 }, { 3, 4 } }));

    [Fact]
    public void A_flipped_bit_of_a_number_is_refused()
    {
        byte[] file = Archive(false, ("a.npy", Array));
        file[LocalHeader + 5 + Array.Length - 1] ^= 0x40;
        Refuses("array 'a.npy': the content is damaged: its checksum does not match.", file);
    }

    [Fact]
    public void An_entry_under_another_name_is_refused()
    {
        byte[] file = Archive(true, ("a.npy", Array), ("b.npy", Array));
        int second = file.AsSpan().LastIndexOf("b.npy"u8);
        file[second] = (byte)'c';
        Refuses("array 'c.npy': its header and the directory differ in its name.", file);
        file[second] = (byte)'a';
        file[file.AsSpan().IndexOf("b.npy"u8)] = (byte)'a';
        Refuses("the archive holds 'a.npy' twice.", file);
    }

    [Theory]
    [InlineData(8, 1, "it is encrypted.")]
    [InlineData(10, 12, "it is compressed by the method 12; supported are 0 (stored) and 8 (deflated).")]
    [InlineData(16, 1, "its header and the directory differ in checksum or lengths.")]
    [InlineData(24, 7, "7 bytes cannot result from")]
    [InlineData(8, 8, "its header and the directory differ in flags or method.")]
    public void What_the_directory_says_of_an_entry_is_looked_at(int field, byte value, string complaint)
    {
        byte[] file = Archive(false, ("a.npy", Array));
        int record = file.AsSpan().LastIndexOf("PK\x1\x2"u8);
        if (field == 24)
        {
            file.AsSpan(record + field, 4).Clear();
        }

        file[record + field] = value;
        Assert.StartsWith(
            $"array 'a.npy': {(field == 24 ? $"7 bytes cannot result from {Array.Length}" : complaint)}",
            Message(file),
            StringComparison.Ordinal);
    }

    /// <summary>A length that no deflated data can have costs nothing.</summary>
    [Fact]
    public void A_bomb_is_refused_before_it_goes_off()
    {
        byte[] file = Archive(true, ("a.npy", Array));
        int record = file.AsSpan().LastIndexOf("PK\x1\x2"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(record + 24), 2_000_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("array 'a.npy': 2000000000 bytes cannot result from", Message(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
    }

    [Fact]
    public void Entries_do_not_share_their_bytes()
    {
        byte[] file = Archive(false, ("a.npy", Array), ("b.npy", Array));
        int second = file.AsSpan().LastIndexOf("PK\x1\x2"u8);
        file.AsSpan(second + 42, 4).Clear();
        Assert.Contains("its header and the directory differ in its name", Message(file), StringComparison.Ordinal);
        int first = file.AsSpan().IndexOf("PK\x1\x2"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(first + 20), (uint)Array.Length + 40);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(first + 24), (uint)Array.Length + 40);
        Assert.StartsWith("array 'a.npy': its header and the directory differ", Message(file), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_is_cut_off_says_so()
    {
        byte[] file = Archive(false, ("a.npy", Array));
        Refuses("not a .npz file: the zip archive has no directory at its end: it is cut off, or something follows it.", file[..^1]);
        Refuses("not a .npz file: it is not a zip archive.", [.. "PK"u8]);
        Refuses("not a .npz file: it is not a zip archive.", []);
    }

    /// <summary>Written where nothing can be written again: lengths and checksum stand after the content.</summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Descriptors_behind_the_content_are_read(CompressionLevel level)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(new ForwardOnly(file), ZipArchiveMode.Create))
        {
            using Stream entry = archive.CreateEntry("a.npy", level).Open();
            entry.Write(Array);
        }

        byte[] bytes = file.ToArray();
        Assert.Equal(8, bytes[6] & 8);
        Assert.Equal([1f, 2, 3, 4], NpzFile.Read(new MemoryStream(bytes))["a"].ToMatrix<float>().Span.ToArray());
    }

    [Fact]
    public void A_comment_an_offset_in_the_stream_and_no_entry_at_all_are_read()
    {
        byte[] file = Archive(false, ("a.npy", Array));
        file[^2] = 5;
        using var stream = new MemoryStream([1, 2, 3, .. file, .. "hello"u8]) { Position = 3 };
        Assert.Equal(["a"], NpzFile.Read(stream).Keys);
        Assert.Empty(NpzFile.Read(new MemoryStream(Archive(false))));
    }

    /// <summary>Archives beyond 4 GB say all of it in 64 bits, and small ones may.</summary>
    [Fact]
    public void An_archive_of_64_bits_is_read()
    {
        byte[] file = Archive(false, ("a.npy", Array));
        int directory = file.AsSpan().IndexOf("PK\x1\x2"u8), end = file.AsSpan().IndexOf("PK\x5\x6"u8);
        byte[] record = file[directory..end];
        record.AsSpan(20, 8).Fill(255);
        record.AsSpan(42, 4).Fill(255);
        record[30] = 28;
        record = [.. record, 1, 0, 24, 0, .. Bytes(Array.Length), .. Bytes(Array.Length), .. Bytes(0)];
        byte[] end64 =
        [
            .. "PK\x6\x6"u8, .. Bytes(44), 45, 0, 45, 0, .. Bytes(0), .. Bytes(1),
            .. Bytes(1), .. Bytes(record.Length), .. Bytes(directory),
        ];
        byte[] locator = [.. "PK\x6\x7"u8, 0, 0, 0, 0, .. Bytes(directory + record.Length), 1, 0, 0, 0];
        byte[] last = file[end..];
        last.AsSpan(8, 12).Fill(255);
        byte[] whole = [.. file[..directory], .. record, .. end64, .. locator, .. last];
        Assert.Equal([1f, 2, 3, 4], NpzFile.Read(new MemoryStream(whole))["a"].ToMatrix<float>().Span.ToArray());
        whole[directory + record.Length + end64.Length + 8]++;
        Refuses("not a .npz file: the zip archive is damaged: its end in 64 bits is missing.", whole);

        static byte[] Bytes(long number) => BitConverter.GetBytes(number);
    }

    private static string Message(byte[] file) => Assert.Throws<InvalidDataException>(() => NpzFile.Read(new MemoryStream(file))).Message;

    private static void Refuses(string complaint, byte[] file) => Assert.Equal(complaint, Message(file));

    private static byte[] Archive(bool compress, params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }

    private static byte[] Npy(StoredArray array)
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, array);
        return stream.ToArray();
    }

    private sealed class ForwardOnly(Stream stream) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => stream.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);
    }
}
