using System.IO.Compression;

namespace VecNet;

/// <summary>The content of deflate data (RFC 1951) that lie in a stream, and where they end.</summary>
/// <remarks>
/// <see cref="DeflateStream"/> says neither whether the data were complete nor how many bytes it has used: it takes a buffer full, and
/// what follows the data is lost. Therefore the last bytes are given to it one at a time: it asks for the next only when it needs it.
/// </remarks>
/// <param name="source">Can seek.</param>
/// <param name="start">Of the data.</param>
/// <param name="length">Of the data and of all that may follow them.</param>
internal sealed class InflatedStream(Stream source, long start, long length) : ForwardStream
{
    /// <summary>More than what follows the data of a single member in a gzip file, and so few that the time for them does not
    /// count.</summary>
    private const int SingleBytes = 64;

    private readonly SectionStream compressed = new(source, start, length, SingleBytes);
    private DeflateStream? inflater;

    public override int Read(Span<byte> buffer)
    {
        inflater ??= new DeflateStream(compressed, CompressionMode.Decompress);
        return Inflate(inflater, compressed, buffer);
    }

    /// <summary>The position in the source behind the last byte of the data, when all has been read.</summary>
    internal long End()
    {
        if (compressed.IsExact)
        {
            return start + compressed.Given;
        }

        // Much follows the data: they are inflated a second time, from single bytes throughout.
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
            // The exception itself speaks of an unsupported method.
            throw new InvalidDataException("the compressed data are damaged.", error);
        }

        return count > 0 || buffer.IsEmpty || !compressed.IsExhausted
            ? count
            : throw new InvalidDataException("the compressed data end before they are complete.");
    }
}
