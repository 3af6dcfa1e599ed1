using System.Buffers.Binary;

namespace VecNet;

/// <summary>One file of a zip archive, as the archive's directory describes it.</summary>
internal sealed class ZipEntry
{
    private const int LocalHeaderLength = 30;

    /// <summary>The largest expansion: deflate needs at least two bits for at most 258 bytes.</summary>
    private const long MostExpansion = 1032;

    /// <summary>The flags of encryption, strong encryption and masked headers.</summary>
    private const int Encrypted = 1 | (1 << 6) | (1 << 13);

    /// <summary>
    /// The flag of an entry whose checksum and lengths are after the content and in the directory, not before the content.
    /// </summary>
    private const int HasDescriptor = 1 << 3;

    private const int IsUtf8 = 1 << 11;

    internal required string Name;

    internal required byte[] RawName;

    internal required int Flags;

    internal required int Method;

    internal required uint Crc;

    internal required long CompressedLength;

    internal required long Length;

    /// <summary>The position of its local header in the archive.</summary>
    internal required long Offset;

    /// <summary>Gets the content, which is compared at its end with its length and its checksum.</summary>
    /// <param name="archive">A stream that can seek.</param>
    /// <param name="start">The position of the archive in the stream.</param>
    /// <param name="end">The end of the entry, where the next entry or the directory begins.</param>
    /// <exception cref="InvalidDataException">The content cannot be read: it is encrypted, compressed by another method, or its header
    /// differs from the directory.</exception>
    internal Stream Open(Stream archive, long start, long end)
    {
        Check((Flags & Encrypted) == 0, "it is encrypted.");
        Check(Method is 0 or 8, $"it is compressed by the method {Method}; supported are 0 (stored) and 8 (deflated).");
        Check(
            Method == 0 ? CompressedLength == Length : Length / MostExpansion <= CompressedLength,
            $"{Length} bytes cannot result from {CompressedLength} compressed ones.");
        long content = CheckLocalHeader(archive, start, end);
        return Method == 0
            ? new CheckedContent(new SectionStream(archive, content, Length), Length, Crc)
            : new CheckedContent(new InflatedStream(archive, content, CompressedLength), Length, Crc);
    }

    /// <summary>Checks that the header before the content does not differ from the directory.</summary>
    /// <returns>Where the content begins.</returns>
    private long CheckLocalHeader(Stream archive, long start, long end)
    {
        byte[] header = new byte[LocalHeaderLength];
        archive.Position = start + Offset;
        int read = archive.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        Check(read == header.Length && header.AsSpan().StartsWith("PK\x3\x4"u8), "its header is not where the directory says.");
        int flags = Number16(header, 6);
        Check(
            ((flags ^ Flags) & (Encrypted | HasDescriptor | IsUtf8)) == 0 && Number16(header, 8) == Method,
            "its header and the directory differ in flags or method.");
        byte[] rest = new byte[Number16(header, 26) + Number16(header, 28)];
        Check(archive.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) == rest.Length, "its header is cut off.");
        ReadOnlySpan<byte> name = rest.AsSpan(0, Number16(header, 26));
        Check(name.SequenceEqual(RawName), "its header and the directory differ in its name.");
        if ((flags & HasDescriptor) == 0)
        {
            long compressed = Number32(header, 18), length = Number32(header, 22), none = 0;
            ReadZip64(rest.AsSpan(name.Length), ref length, ref compressed, ref none);
            Check(
                Number32(header, 14) == Crc && compressed == CompressedLength && length == Length,
                "its header and the directory differ in checksum or lengths.");
        }

        long content = Offset + header.Length + rest.Length;
        Check(CompressedLength <= end - content, "it reaches into the next entry or the directory.");
        return start + content;
    }

    /// <summary>
    /// Reads lengths and offset that need 64 bits, in this order, from the extra field 1, where those of 32 bits are saturated.
    /// </summary>
    internal static void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long compressedLength, ref long offset)
    {
        while (extra.Length >= 4 && Number16(extra, 0) != 1)
        {
            extra = extra[int.Min(extra.Length, 4 + Number16(extra, 2))..];
        }

        ReadOnlySpan<byte> field = extra.Length >= 4 ? extra[4..int.Min(extra.Length, 4 + Number16(extra, 2))] : [];
        Take(ref length, ref field);
        Take(ref compressedLength, ref field);
        Take(ref offset, ref field);

        static void Take(ref long number, ref ReadOnlySpan<byte> field)
        {
            if (number == uint.MaxValue && field.Length >= 8)
            {
                number = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
                Check(number >= 0, "its lengths are larger than any file.");
            }
        }
    }

    internal static int Number16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    internal static long Number32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
