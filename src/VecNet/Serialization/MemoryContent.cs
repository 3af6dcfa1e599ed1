namespace VecNet;

/// <summary>Bytes in memory as a stream that can seek; they are not copied.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : ForwardStream
{
    public override bool CanSeek => true;

    public override long Length => bytes.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> rest = bytes.Span[(int)long.Min(Position, bytes.Length)..];
        int count = int.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        Position += count;
        return count;
    }
}
