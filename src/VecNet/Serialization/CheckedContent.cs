namespace VecNet;

/// <summary>A stream whose length and checksum are known beforehand and compared at its end.</summary>
/// <param name="content">The bytes.</param>
/// <param name="length">Their number.</param>
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
            throw new InvalidDataException($"there are more than the {length} bytes that the archive declares.");
        }

        if (count == 0 && !buffer.IsEmpty && (found < length || crc != expected))
        {
            throw new InvalidDataException(
                found < length
                    ? $"there are {found} bytes; the archive declares {length}."
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
