namespace VecNet;

/// <summary>A stream whose first bytes have already been read for inspection: they are returned again, then the rest.</summary>
/// <param name="start">The bytes already read.</param>
/// <param name="rest">The stream; not closed with this one.</param>
internal sealed class ResumedStream(ReadOnlyMemory<byte> start, Stream rest) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        if (start.IsEmpty)
        {
            return rest.Read(buffer);
        }

        int count = int.Min(start.Length, buffer.Length);
        start.Span[..count].CopyTo(buffer);
        start = start[count..];
        return count;
    }
}
