using System.Buffers.Binary;

namespace VecNet;

/// <summary>
/// The content of a gzip file (RFC 1952): that of its members one after another, each checked against its checksum and its length.
/// </summary>
/// <param name="source">A stream that can seek; from its position on it contains gzip data and nothing else.</param>
internal sealed class GzipContent(Stream source) : ForwardStream
{
    private const int TrailerLength = 8;

    private long position = source.Position;
    private InflatedStream? member;
    private uint crc;
    private uint length;
    private bool isFirst = true;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (member is null && !BeginMember())
            {
                return 0;
            }

            int count = member!.Read(buffer);
            if (count > 0)
            {
                crc = Crc32.Append(crc, buffer[..count]);
                length += (uint)count;
                return count;
            }

            EndMember();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        member?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads a member's header: ten bytes, then the fields that its flags declare.</summary>
    /// <returns>Whether there is a member.</returns>
    private bool BeginMember()
    {
        if (!isFirst && position == source.Length)
        {
            return false;
        }

        uint headerCrc = 0;
        byte[] start = Next(10);
        Check(
            start[0] == 0x1F && start[1] == 0x8B,
            isFirst ? "not a gzip file: it does not begin with gzip's mark." : "more bytes follow the end of the compressed data.");
        Check(start[2] == 8, $"the gzip file has the compression method {start[2]}; only 8, deflate, is defined.");
        byte flags = start[3];
        Check((flags & 0xE0) == 0, $"the gzip file has the flags 0x{flags:X2}, of which some are reserved.");
        if ((flags & 4) != 0)
        {
            Next(BinaryPrimitives.ReadUInt16LittleEndian(Next(2)));
        }

        // A name and a comment follow, each of which ends with a zero byte.
        for (int strings = (flags >> 3 & 1) + (flags >> 4 & 1); strings > 0; strings--)
        {
            int one;
            do
            {
                one = source.ReadByte();
                position++;
                Check(one >= 0, "the gzip file ends within its header.");
                headerCrc = Crc32.Append(headerCrc, [(byte)one]);
            }
            while (one != 0);
        }

        uint expected = headerCrc & 0xFFFF;
        Check(
            (flags & 2) == 0 || BinaryPrimitives.ReadUInt16LittleEndian(Next(2)) == expected,
            "the header of the gzip file is damaged: its checksum does not match.");
        (member, crc, length, isFirst) = (new InflatedStream(source, position, source.Length - position), 0, 0, false);
        return true;

        byte[] Next(int count)
        {
            byte[] bytes = Take(count, "header");
            headerCrc = Crc32.Append(headerCrc, bytes);
            return bytes;
        }
    }

    /// <summary>Checks the checksum and the length, modulo 2³², that follow the data.</summary>
    private void EndMember()
    {
        position = member!.End();
        member.Dispose();
        member = null;
        byte[] trailer = Take(TrailerLength, "checksum");
        Check(
            BinaryPrimitives.ReadUInt32LittleEndian(trailer) == crc,
            "the content of the gzip file is damaged: its checksum does not match.");
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(4));
        Check(expected == length, $"the content of the gzip file is damaged: its length is {length}, not {expected} (modulo 2³²).");
    }

    private byte[] Take(int count, string what)
    {
        byte[] bytes = new byte[count];
        source.Position = position;
        Check(source.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count, $"the gzip file ends within its {what}.");
        position += count;
        return bytes;
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
