using System.IO.Compression;

namespace VecNet;

/// <summary>The content of deflate data (RFC 1951) in a stream, and the position of their end.</summary>
/// <remarks>
/// <see cref="DeflateStream"/> reports neither whether the data were complete nor how many bytes it has used: it reads a full buffer, and
/// the bytes after the data are lost. Therefore the last bytes are passed to it one at a time: it reads the next only when it needs it.
/// </remarks>
/// <param name="source">A stream that can seek.</param>
/// <param name="start">The position of the data.</param>
/// <param name="length">The length of the data and of all that may follow them.</param>
internal sealed class InflatedStream(Stream source, long start, long length) : ForwardStream
{
    /// <summary>
    /// The number of bytes passed one at a time: more than follow the data of a single member in a gzip file, and few enough to cost no
    /// time.
    /// </summary>
    private const int SingleBytes = 64;

    private readonly SectionStream compressed = new(source, start, length, SingleBytes);
    private DeflateStream? inflater;

    public override int Read(Span<byte> buffer)
    {
        inflater ??= new DeflateStream(compressed, CompressionMode.Decompress);
        return Inflate(inflater, compressed, buffer);
    }

    /// <summary>The position in the source after the last byte of the data, when all has been read.</summary>
    internal long End()
    {
        if (compressed.IsExact)
        {
            return start + compressed.Given;
        }

        // Many bytes follow the data, which are therefore inflated a second time, from single bytes throughout.
        var again = new SectionStream(source, start, length, length);
        using var second = new DeflateStream(again, CompressionMode.Decompress);
        byte[] discarded = new byte[1 << 12];
        while (Inflate(second, again, discarded) > 0)
        {
        }

        return start + again.Given;
    }

    protected override void Dispose(bool disposing)
    {
        inflater?.Dispose();
        base.Dispose(disposing);
    }

    private static int Inflate(DeflateStream inflater, SectionStream compressed, Span<byte> buffer)
    {
        int count;
        try
        {
            count = inflater.Read(buffer);
        }
        catch (InvalidDataException error)
        {
            // The exception's own message mentions an unsupported method.
            throw new InvalidDataException("the compressed data are damaged.", error);
        }

        return count > 0 || buffer.IsEmpty || !compressed.IsExhausted
            ? count
            : throw new InvalidDataException("the compressed data end before they are complete.");
    }
}
