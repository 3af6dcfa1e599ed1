using System.IO.Compression;

namespace VecNet.Tests;

/// <summary>Whatever writes a file also writes the same to a stream, which it neither seeks in nor closes.</summary>
public sealed class StreamWriterTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Names =>
        [.. FileWriters.All.Where(writer => writer.WriteStream is not null).Select(writer => writer.Name)];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_public_writer_has_both_forms() => Assert.Equal(
        FileWriters.Public.Except(["AtomicFile.Write"]).Order(StringComparer.Ordinal),
        Names.Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_gets_the_bytes_of_the_file(string name)
    {
        FileWriter writer = FileWriters.All.Single(writer => writer.Name == name);
        writer.Write(scratch["file"]);
        using var stream = new MemoryStream();
        writer.WriteStream!(stream);
        Assert.Equal(File.ReadAllBytes(scratch["file"]), stream.ToArray());

        // A second copy shows that the stream is open, and that it does not depend on what precedes it.
        writer.WriteStream(stream);
        Assert.Equal(stream.Length, stream.Position);
        Assert.Equal(File.ReadAllBytes(scratch["file"]), stream.ToArray()[(int)(stream.Length / 2)..]);
    }

    /// <remarks>In an npz archive, lengths follow the data where the stream cannot go back to the header.</remarks>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_that_cannot_seek_is_written_to(string name)
    {
        FileWriter writer = FileWriters.All.Single(writer => writer.Name == name);
        writer.Write(scratch["file"]);
        using var written = new MemoryStream();
        using var pipe = new Outlet(written);
        writer.WriteStream!(pipe);
        pipe.WriteByte(0);
        byte[] bytes = written.ToArray()[..^1];
        if (name != "NpzFile.Write")
        {
            Assert.Equal(File.ReadAllBytes(scratch["file"]), bytes);
            return;
        }

        using var archive = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(["a.npy"], archive.Entries.Select(entry => entry.FullName));
        Assert.Equal(
            NpzFile.Read(scratch["file"], "a").Data.ToArray(), NpzFile.Read(bytes, "a").Data.ToArray());
    }

    /// <summary>A stream that can be written to once, front to back.</summary>
    private sealed class Outlet(Stream target) : Stream
    {
        private bool isClosed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => !isClosed;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            target.Write(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            isClosed = true;
            base.Dispose(disposing);
        }
    }
}
