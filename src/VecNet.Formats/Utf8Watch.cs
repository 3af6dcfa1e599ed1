using System.Text.Unicode;

namespace VecNet.Formats;

/// <summary>A stream of text that is read once, and knows in which line the first bytes are that are not UTF-8: a decoder complains when
/// it is far behind them.</summary>
/// <param name="text">The bytes; closed with this stream.</param>
internal sealed class Utf8Watch(Stream text) : Stream
{
    /// <summary>A character that the last piece began and did not end: three bytes at most.</summary>
    private byte[] begun = [];
    private long line = 1;
    private bool isFound;

    /// <summary>When a decoder has complained: the line that it complains of, from 1.</summary>
    /// <remarks>If no piece was invalid so far, it is the character that the last one began.</remarks>
    internal long InvalidLine => line;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = text.Read(buffer);
        if (!isFound)
        {
            Watch(buffer[..count]);
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Watch(ReadOnlySpan<byte> piece)
    {
        bool isEnd = piece.IsEmpty;
        if (begun.Length > 0)
        {
            piece = (byte[])[.. begun, .. piece];
        }

        int rest = isEnd ? 0 : BegunAtEnd(piece);
        ReadOnlySpan<byte> whole = piece[..^rest];
        if (Utf8.IsValid(whole))
        {
            line += LineBreaks(whole);
            begun = piece[^rest..].ToArray();
            return;
        }

        while (Utf8.IsValid(FirstLine(whole)))
        {
            ReadOnlySpan<byte> first = FirstLine(whole);
            line += LineBreaks(first);
            whole = whole[first.Length..];
        }

        isFound = true;
    }

    /// <summary>Of the last character so many bytes, if there are too few of them.</summary>
    private static int BegunAtEnd(ReadOnlySpan<byte> piece)
    {
        for (int back = 1; back <= int.Min(3, piece.Length); back++)
        {
            byte one = piece[^back];
            if (one >= 0xC0)
            {
                int needed = one >= 0xF0 ? 4 : one >= 0xE0 ? 3 : 2;
                return back < needed ? back : 0;
            }

            if (one < 0x80)
            {
                break;
            }
        }

        // A carriage return may be half of a line break.
        return piece.Length > 0 && piece[^1] == (byte)'\r' ? 1 : 0;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? text : text[..(end + (text[end..].StartsWith("\r\n"u8) ? 2 : 1))];
    }

    /// <summary>CR LF, LF and a lone CR each end a line.</summary>
    private static int LineBreaks(ReadOnlySpan<byte> text) => text.Count((byte)'\n') + text.Count((byte)'\r') - text.Count("\r\n"u8);
}
