using System.Diagnostics;

namespace VecNet.Formats;

/// <summary>Divides a text into records and fields as RFC 4180 has them, and drops nothing: what ends a line ends a record, be the record empty or not.</summary>
/// <remarks>
/// <para>
/// CR LF, LF and a lone CR each end a line. A field whose first character is a quotation mark ends with another one; two of them inside stand for one.
/// A quotation mark elsewhere is a character like any other, and so are NUL and the number sign: there are no comments.
/// </para>
/// <para>
/// One buffer holds the current record and what was read ahead, and the contents of quoted fields are moved together in it. All positions but those of
/// the buffer's reading and ending are relative to the record's beginning, so that they stay valid when the record moves to the buffer's beginning.
/// </para>
/// </remarks>
internal sealed class CsvScanner : IDisposable
{
    private const int FirstBuffer = 1 << 16;

    private readonly TextReader reader;
    private readonly int longestRecord;
    private readonly List<FieldPlace> fields = [];
    private char[] buffer;
    private int recordStart;
    private int position;
    private int end;
    private long nextLine = 1;

    /// <summary>Takes over a reader.</summary>
    /// <param name="reader">Disposed of together with this.</param>
    /// <param name="longestRecord">In characters; a longer one is refused.</param>
    /// <param name="firstBuffer">In characters; grows with the records.</param>
    internal CsvScanner(TextReader reader, int longestRecord, int firstBuffer = FirstBuffer)
    {
        this.reader = reader;
        this.longestRecord = longestRecord;
        buffer = new char[int.Min(firstBuffer, longestRecord)];
    }

    /// <summary>The fields of the current record.</summary>
    internal int FieldCount => fields.Count;

    /// <summary>The line where the current record begins, from 1.</summary>
    internal long Line { get; private set; }

    /// <summary>Whether the current record is an empty line.</summary>
    internal bool IsEmptyLine => fields.Count == 1 && fields[0].Length == 0 && !fields[0].IsQuoted;

    /// <summary>The characters of a field, without the quotation marks around it; valid until the next record.</summary>
    internal ReadOnlySpan<char> Field(int index) => buffer.AsSpan(recordStart + fields[index].Start, fields[index].Length);

    /// <summary>Whether a field stands in quotation marks.</summary>
    internal bool IsQuoted(int index) => fields[index].IsQuoted;

    /// <summary>The line where a field begins, from 1.</summary>
    internal long LineOf(int index) => fields[index].Line;

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CsvSyntaxException">It breaks the rules of quoting, or is too long.</exception>
    internal bool Read()
    {
        recordStart = position;
        fields.Clear();
        Line = nextLine;
        if (Peek() < 0)
        {
            return false;
        }

        while (true)
        {
            fields.Add(Peek() == '"' ? ReadQuoted() : ReadPlain());
            switch (Peek())
            {
                case ',':
                    position++;
                    break;
                case '\r' or '\n':
                    EndLine();
                    return true;
                case < 0:
                    return true;
                default:
                    throw new CsvSyntaxException("text follows the closing quote of a quoted field.", fields[^1].Line, fields.Count - 1);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private FieldPlace ReadPlain()
    {
        int start = position - recordStart;
        do
        {
            int length = buffer.AsSpan(position, end - position).IndexOfAny(',', '\r', '\n');
            if (length >= 0)
            {
                position += length;
                break;
            }

            position = end;
        }
        while (Peek() >= 0);

        return new(start, position - recordStart - start, IsQuoted: false, nextLine);
    }

    private FieldPlace ReadQuoted()
    {
        long line = nextLine;
        position++;
        int start = position - recordStart;
        int written = start;
        while (true)
        {
            int next = Peek();
            if (next < 0)
            {
                throw new CsvSyntaxException("a quoted field is not closed.", line, fields.Count);
            }

            int length = buffer.AsSpan(position, end - position).IndexOfAny('"', '\r', '\n');
            length = length < 0 ? end - position : length;
            Take(length, ref written);
            next = length > 0 ? Peek() : next;
            if (next == '"')
            {
                position++;
                if (Peek() != '"')
                {
                    return new(start, written - start, IsQuoted: true, line);
                }

                Take(1, ref written);
            }
            else if (next is '\r' or '\n')
            {
                Take(1, ref written);
                nextLine++;
                if (next == '\r' && Peek() == '\n')
                {
                    Take(1, ref written);
                }
            }
        }
    }

    /// <summary>Moves the next characters to those of the field that were taken before.</summary>
    private void Take(int length, ref int written)
    {
        Debug.Assert(recordStart + written <= position, "A field does not grow by being read.");
        if (recordStart + written < position)
        {
            buffer.AsSpan(position, length).CopyTo(buffer.AsSpan(recordStart + written));
        }

        position += length;
        written += length;
    }

    private void EndLine()
    {
        bool mayGoOn = buffer[position] == '\r';
        position++;
        nextLine++;
        if (mayGoOn && Peek() == '\n')
        {
            position++;
        }
    }

    /// <summary>The next character; −1 at the end.</summary>
    private int Peek() => position < end || Fill() ? buffer[position] : -1;

    private bool Fill()
    {
        if (recordStart > 0)
        {
            buffer.AsSpan(recordStart, end - recordStart).CopyTo(buffer);
            position -= recordStart;
            end -= recordStart;
            recordStart = 0;
        }

        if (end == buffer.Length)
        {
            if (buffer.Length == longestRecord)
            {
                throw new CsvSyntaxException("the row has too many characters.", Line, null);
            }

            Array.Resize(ref buffer, (int)long.Min(2L * buffer.Length, longestRecord));
        }

        int count = reader.Read(buffer, end, buffer.Length - end);
        end += count;
        return count > 0;
    }

    private readonly record struct FieldPlace(int Start, int Length, bool IsQuoted, long Line);
}

/// <summary>A text is not CSV.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="line">Where, from 1.</param>
/// <param name="fieldIndex">The number of the field, from 0; null if it is the record.</param>
internal sealed class CsvSyntaxException(string message, long line, int? fieldIndex) : Exception(message)
{
    internal long Line => line;

    internal int? Field => fieldIndex;
}
