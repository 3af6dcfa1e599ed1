using System.Diagnostics;

namespace VecNet.Formats;

/// <summary>
/// Splits a text into records and fields as in RFC 4180, without skipping anything: every line break outside quotes ends a record.
/// </summary>
/// <remarks>
/// <para>
/// CR LF, LF and a lone CR each end a line. A field that begins with a quotation mark ends with one; two of them inside mean one. A
/// quotation mark elsewhere is an ordinary character, and so are NUL and the number sign: there are no comments.
/// </para>
/// <para>
/// One buffer has the current record and the characters that were read after it; the contents of quoted fields are moved within it. The
/// positions of fields are relative to the start of the record, so that they stay valid when the record moves to the start of the buffer.
/// </para>
/// </remarks>
internal sealed class CsvScanner : IDisposable
{
    private const int FirstBuffer = 1 << 16;

    private readonly TextReader reader;
    private readonly int longestRecord;
    private readonly List<FieldRange> fields = [];
    private char[] buffer;
    private int recordStart;
    private int position;
    private int end;
    private long nextLine = 1;

    /// <summary>Creates a scanner.</summary>
    /// <param name="reader">The reader, which is disposed together with the scanner.</param>
    /// <param name="longestRecord">The largest number of characters of a record.</param>
    /// <param name="firstBuffer">The initial number of characters of the buffer, which grows with the records.</param>
    internal CsvScanner(TextReader reader, int longestRecord, int firstBuffer = FirstBuffer)
    {
        this.reader = reader;
        this.longestRecord = longestRecord;
        buffer = new char[int.Min(firstBuffer, longestRecord)];
    }

    /// <summary>The number of fields of the current record.</summary>
    internal int FieldCount => fields.Count;

    /// <summary>The line where the current record begins, from 1.</summary>
    internal long Line { get; private set; }

    /// <summary>Whether the current record is an empty line.</summary>
    internal bool IsEmptyLine => fields.Count == 1 && fields[0].Length == 0 && !fields[0].IsQuoted;

    /// <summary>The characters of a field, without the quotation marks around it; valid until the next record.</summary>
    internal ReadOnlySpan<char> Field(int index) => buffer.AsSpan(recordStart + fields[index].Start, fields[index].Length);

    /// <summary>Whether a field is quoted.</summary>
    internal bool IsQuoted(int index) => fields[index].IsQuoted;

    /// <summary>The line where a field begins, from 1.</summary>
    internal long LineOf(int index) => fields[index].Line;

    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CsvSyntaxException">The quotes of the record are unbalanced, or it is too long.</exception>
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

    private FieldRange ReadPlain()
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

    private FieldRange ReadQuoted()
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
                throw new CsvSyntaxException("a quoted field has no closing quote.", line, fields.Count);
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

    /// <summary>Appends the next characters to the contents of the field.</summary>
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
        bool mayBeCrLf = buffer[position] == '\r';
        position++;
        nextLine++;
        if (mayBeCrLf && Peek() == '\n')
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
                throw new CsvSyntaxException("the row is too long; a quote may be missing.", Line, null);
            }

            Array.Resize(ref buffer, (int)long.Min(2L * buffer.Length, longestRecord));
        }

        int count = reader.Read(buffer, end, buffer.Length - end);
        end += count;
        return count > 0;
    }

    private readonly record struct FieldRange(int Start, int Length, bool IsQuoted, long Line);
}

/// <summary>A text is not valid CSV.</summary>
/// <param name="message">The problem.</param>
/// <param name="line">The line, from 1.</param>
/// <param name="fieldIndex">The index of the field; null if the problem is in the record.</param>
internal sealed class CsvSyntaxException(string message, long line, int? fieldIndex) : Exception(message)
{
    internal long Line => line;

    internal int? Field => fieldIndex;
}
