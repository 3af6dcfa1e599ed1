using System.Text.Unicode;

namespace VecNet.Formats;

/// <summary>
/// A stream of text that finds the line of the first bytes that are not valid UTF-8: a decoder reports them only for a whole buffer.
/// </summary>
/// <param name="text">The bytes.</param>
/// <param name="leaveOpen">Whether they stay open when this stream is closed.</param>
internal sealed class Utf8ValidatingStream(Stream text, bool leaveOpen) : Stream
{
    /// <summary>The bytes of a character that the last buffer did not complete: three at most.</summary>
    private byte[] incomplete = [];
    private long line = 1;
    private bool isFound;

    /// <summary>The line of the first invalid bytes, from 1, after a decoder has reported them.</summary>
    /// <remarks>If no buffer was invalid, the incomplete character at the end of the last one is.</remarks>
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
            Validate(buffer[..count]);
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
        if (disposing && !leaveOpen)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Validate(ReadOnlySpan<byte> bytes)
    {
        bool isEnd = bytes.IsEmpty;
        if (incomplete.Length > 0)
        {
            bytes = (byte[])[.. incomplete, .. bytes];
        }

        int rest = isEnd ? 0 : IncompleteAtEnd(bytes);
        ReadOnlySpan<byte> whole = bytes[..^rest];
        if (Utf8.IsValid(whole))
        {
            line += LineBreaks(whole);
            incomplete = bytes[^rest..].ToArray();
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

    /// <summary>The number of bytes of an incomplete character at the end.</summary>
    private static int IncompleteAtEnd(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= int.Min(3, bytes.Length); back++)
        {
            byte one = bytes[^back];
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
        return bytes.Length > 0 && bytes[^1] == (byte)'\r' ? 1 : 0;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? text : text[..(end + (text[end..].StartsWith("\r\n"u8) ? 2 : 1))];
    }

    /// <summary>CR LF, LF and a lone CR each end a line.</summary>
    private static int LineBreaks(ReadOnlySpan<byte> text) => text.Count((byte)'\n') + text.Count((byte)'\r') - text.Count("\r\n"u8);
}
