namespace VecNet;

/// <summary>Bytes whose number and checksum are known beforehand: at their end both are compared.</summary>
/// <param name="content">The bytes.</param>
/// <param name="length">How many they are.</param>
/// <param name="expected">Their CRC-32.</param>
internal sealed class CheckedContent(Stream content, long length, uint expected) : ForwardStream
{
    private long found;
    private uint crc;

    public override int Read(Span<byte> buffer)
    {
        int count = content.Read(buffer);
        found += count;
        crc = Crc32.Append(crc, buffer[..count]);
        if (found > length)
        {
            throw new InvalidDataException($"there are more than the {length} bytes that the archive announces.");
        }

        if (count == 0 && !buffer.IsEmpty && (found < length || crc != expected))
        {
            throw new InvalidDataException(
                found < length
                    ? $"there are {found} bytes; the archive announces {length}."
                    : "the content is damaged: its checksum does not match.");
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        base.Dispose(disposing);
    }
}
