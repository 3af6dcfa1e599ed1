namespace VecNet;

/// <summary>A range of bytes of a stream that can seek.</summary>
/// <param name="source">The stream, which may be read by others at the same time.</param>
/// <param name="start">The position of the range.</param>
/// <param name="length">The length of the range.</param>
/// <param name="singleBytes">The number of bytes at the end that are returned one at a time.</param>
internal sealed class SectionStream(Stream source, long start, long length, long singleBytes = 0) : ForwardStream
{
    /// <summary>The number of bytes returned so far.</summary>
    internal long Given;

    /// <summary>Whether the last read returned a single byte; the reader then holds no unused byte.</summary>
    internal bool IsExact;

    /// <summary>Whether a read has requested more than there is.</summary>
    internal bool IsExhausted;

    public override int Read(Span<byte> buffer)
    {
        long rest = length - Given;
        int count = (int)long.Min(buffer.Length, rest > singleBytes ? rest - singleBytes : long.Min(rest, singleBytes > 0 ? 1 : rest));
        if (count > 0)
        {
            source.Position = start + Given;
            count = source.Read(buffer[..count]);
        }

        IsExhausted |= count == 0 && buffer.Length > 0;
        IsExact = count == 1;
        Given += count;
        return count;
    }
}
