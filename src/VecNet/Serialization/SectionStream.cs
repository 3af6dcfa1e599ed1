namespace VecNet;

/// <summary>A range of bytes of a stream that can seek.</summary>
/// <param name="source">The whole; whoever reads it meanwhile does no harm.</param>
/// <param name="start">Of the range.</param>
/// <param name="length">Of the range.</param>
/// <param name="singleBytes">So many of the last bytes are given one at a time.</param>
internal sealed class SectionStream(Stream source, long start, long length, long singleBytes = 0) : ForwardStream
{
    /// <summary>Bytes that have been given.</summary>
    internal long Given { get; private set; }

    /// <summary>Whether the last read gave a single byte: then the reader cannot hold any that it has not looked at.</summary>
    internal bool IsExact { get; private set; }

    /// <summary>Whether somebody has asked for more than there is.</summary>
    internal bool IsExhausted { get; private set; }

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
