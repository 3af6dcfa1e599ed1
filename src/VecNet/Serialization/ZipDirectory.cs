using System.Buffers.Binary;
using System.Text;

namespace VecNet;

/// <summary>The entries of a zip archive.</summary>
/// <remarks>
/// <see cref="System.IO.Compression.ZipArchive"/> compares neither checksums nor an entry's header with the directory, so that a damaged
/// archive may return wrong numbers or an array under a wrong name. Here both are compared, and entries must not overlap, so that no
/// archive expands to more than 1032 times its size. The format: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
/// </remarks>
internal sealed class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int RecordLength = 46;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream archive;
    private readonly long start;
    private readonly long[] ends;

    /// <summary>Reads the directory.</summary>
    /// <param name="archive">A stream that can seek; the archive begins at its position.</param>
    /// <exception cref="InvalidDataException">It is not a zip archive.</exception>
    internal ZipDirectory(Stream archive)
    {
        this.archive = archive;
        start = archive.Position;
        long length = archive.Length - start;
        (long count, long bytes, long directory, long end) = FindEnd(length);
        Check(
            directory >= 0 && bytes >= 0 && bytes <= end - directory,
            "the zip archive is damaged: its directory is not where its end says.");
        Check(bytes <= Array.MaxLength, $"the directory of the zip archive has {bytes} bytes; at most {Array.MaxLength} are read.");
        archive.Position = start + directory;
        Entries = ReadRecords(StoredBytes.Read(archive, (int)bytes), count);
        ends = [.. Entries.Select(entry => entry.Offset).Append(directory).Order()];
        foreach (ZipEntry entry in Entries)
        {
            // Each entry ends where the next one begins.
            int next = Array.BinarySearch(ends, entry.Offset) + 1;
            Check(
                entry.Offset < directory && ends[next] > entry.Offset,
                $"the zip archive is damaged: '{entry.Name}' overlaps another entry or the directory.");
        }
    }

    /// <summary>The entries in the order of the directory.</summary>
    internal readonly IReadOnlyList<ZipEntry> Entries;

    /// <summary>Gets the content of an entry.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    internal Stream Open(ZipEntry entry) => entry.Open(archive, start, ends[Array.BinarySearch(ends, entry.Offset) + 1]);

    /// <summary>Finds the last record of the archive, after which only its own comment may follow.</summary>
    private (long Count, long Bytes, long Directory, long End) FindEnd(long length)
    {
        byte[] tail = ReadAt(long.Max(0, length - EndLength - LongestComment), (int)long.Min(length, EndLength + LongestComment));
        int at = tail.Length - EndLength;
        while (at >= 0 && !(tail.AsSpan(at).StartsWith("PK\x5\x6"u8) && ZipEntry.Number16(tail, at + 20) == tail.Length - at - EndLength))
        {
            at--;
        }

        if (at < 0)
        {
            bool begins = length >= 4 && ReadAt(0, 4).AsSpan().StartsWith("PK\x3\x4"u8);
            throw new InvalidDataException(
                begins
                    ? "the zip archive has no directory at its end: it is cut off, or something follows it."
                    : "it is not a zip archive.");
        }

        ReadOnlySpan<byte> record = tail.AsSpan(at);
        Check(
            ZipEntry.Number16(record, 4) is 0 or ushort.MaxValue && ZipEntry.Number16(record, 6) is 0 or ushort.MaxValue,
            "the zip archive has several parts.");
        long end = length - tail.Length + at;
        (long count, long bytes, long offset) =
            (ZipEntry.Number16(record, 10), ZipEntry.Number32(record, 12), ZipEntry.Number32(record, 16));
        return count == ushort.MaxValue || bytes == uint.MaxValue || offset == uint.MaxValue ? FindEnd64(end) : (count, bytes, offset, end);
    }

    /// <summary>Finds the record with 64-bit numbers, to which a locator before the last record points.</summary>
    private (long Count, long Bytes, long Directory, long End) FindEnd64(long end)
    {
        byte[] locator = ReadAt(end - LocatorLength, LocatorLength);
        Check(locator.AsSpan().StartsWith("PK\x6\x7"u8), "the zip archive is damaged: its end in 64 bits is missing.");
        long at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        byte[] record = ReadAt(at, End64Length);
        Check(
            at <= end - LocatorLength - End64Length && record.AsSpan().StartsWith("PK\x6\x6"u8),
            "the zip archive is damaged: its end in 64 bits is missing.");
        return (
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)),
            at);
    }

    private static List<ZipEntry> ReadRecords(byte[] bytes, long count)
    {
        List<ZipEntry> entries = [];
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            Check(
                rest.Length >= RecordLength && rest.StartsWith("PK\x1\x2"u8),
                "the zip archive is damaged: its directory has data that are not an entry.");
            int nameLength = ZipEntry.Number16(rest, 28);
            int extraLength = ZipEntry.Number16(rest, 30);
            int commentLength = ZipEntry.Number16(rest, 32);
            Check(
                rest.Length >= RecordLength + nameLength + extraLength + commentLength,
                "the zip archive is damaged: its directory is cut off.");
            byte[] name = rest.Slice(RecordLength, nameLength).ToArray();
            long compressed = ZipEntry.Number32(rest, 20), length = ZipEntry.Number32(rest, 24), offset = ZipEntry.Number32(rest, 42);
            ZipEntry.ReadZip64(rest.Slice(RecordLength + nameLength, extraLength), ref length, ref compressed, ref offset);
            entries.Add(new()
            {
                Name = Decode(name),
                RawName = name,
                Flags = ZipEntry.Number16(rest, 8),
                Method = ZipEntry.Number16(rest, 10),
                Crc = (uint)ZipEntry.Number32(rest, 16),
                CompressedLength = compressed,
                Length = length,
                Offset = offset,
            });
            rest = rest[(RecordLength + nameLength + extraLength + commentLength)..];
        }

        Check(entries.Count == count, $"the zip archive is damaged: its directory has {entries.Count} entries; its end says {count}.");
        return entries;
    }

    /// <summary>Decodes a name as UTF-8, whatever the archive declares: other encodings cannot be identified.</summary>
    private static string Decode(byte[] name)
    {
        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("the zip archive has an entry whose name is not UTF-8.", error);
        }
    }

    private byte[] ReadAt(long at, int count)
    {
        byte[] bytes = new byte[count];
        bool isInside = at >= 0 && at <= archive.Length - start - count;
        archive.Position = start + (isInside ? at : 0);
        Check(
            isInside && archive.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count,
            "the zip archive is damaged: its end points outside of the file.");
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
