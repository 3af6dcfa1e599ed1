using System.Buffers.Binary;
using System.IO.Compression;

namespace VecNet;

/// <summary>IDX, the format of MNIST: one array of bytes, integers or IEEE numbers, most significant byte first.</summary>
/// <remarks>
/// A file consists of two zero bytes, one for the type (8 unsigned byte, 9 signed byte, 0x0B, 0x0C 16 and 32 bits signed, 0x0D, 0x0E single
/// and double precision), one for the number of dimensions, then 32 unsigned bits for each length, then the data. A file that is compressed
/// by gzip, as MNIST's are, is decompressed.
/// </remarks>
public static class IdxFile
{
    private static readonly (byte Code, StoredElement Element)[] Codes =
    [
        (0x08, StoredElement.UInt8), (0x09, StoredElement.Int8), (0x0B, StoredElement.Int16),
        (0x0C, StoredElement.Int32), (0x0D, StoredElement.Float32), (0x0E, StoredElement.Float64),
    ];

    /// <summary>Reads a file, which may be compressed by gzip.</summary>
    /// <exception cref="InvalidDataException">The file is not an IDX file, or damaged; the message names the file and the
    /// error.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoredArray Read(string path) => InputFile.Read(path, ReadOnly);

    /// <summary>Reads the bytes of a file, which may be compressed by gzip.</summary>
    /// <exception cref="InvalidDataException">They are not an IDX file; the message describes the error.</exception>
    public static StoredArray Read(ReadOnlyMemory<byte> content) => InputFile.Read(content, ReadOnly);

    /// <summary>Reads an array and leaves the stream at its end; a stream that is compressed by gzip is read to its end.</summary>
    /// <exception cref="InvalidDataException">The data is not such an array, or damaged; the message describes the error.</exception>
    public static StoredArray Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> start = stackalloc byte[4];
        int found = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (found < 2 || start[0] != 0x1F || start[1] != 0x8B)
        {
            return Read(stream, start[..found]);
        }

        Stream whole = stream;
        if (stream.CanSeek)
        {
            stream.Position -= found;
        }
        else
        {
            whole = new ResumedStream(start[..found].ToArray(), stream);
        }

        using var content = new GzipContent(StoredBytes.ToSeekable(whole));
        found = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        StoredArray array = Read(content, start[..found]);
        StoredBytes.CheckEnd(content);
        return array;
    }

    private static StoredArray ReadOnly(Stream stream)
    {
        StoredArray array = Read(stream);
        StoredBytes.CheckEnd(stream);
        return array;
    }

    private static StoredArray Read(Stream stream, ReadOnlySpan<byte> start)
    {
        if (start.Length < 4 || start[0] != 0 || start[1] != 0)
        {
            throw new InvalidDataException("not an IDX file: it does not begin with two zero bytes, type and dimensions.");
        }

        byte code = start[2];
        StoredElement? element = null;
        foreach ((byte known, StoredElement meaning) in Codes)
        {
            element = known == code ? meaning : element;
        }

        if (element is null)
        {
            throw new InvalidDataException($"not an IDX file: the element type 0x{code:X2} is unknown.");
        }

        Span<byte> lengths = stackalloc byte[4 * start[3]];
        if (stream.ReadAtLeast(lengths, lengths.Length, throwOnEndOfStream: false) < lengths.Length)
        {
            throw new InvalidDataException($"the IDX file ends within the lengths of its {start[3]} dimensions.");
        }

        long[] shape = new long[start[3]];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(lengths[(4 * i)..]);
        }

        byte[] data = StoredBytes.Read(stream, StoredBytes.Count(element.Value, shape));
        StoredBytes.ReverseElements(data, StoredBytes.Size(element.Value));
        return new(element.Value, shape, data);
    }

    /// <summary>Writes a file atomically; compressed by gzip if its name ends with <c>.gz</c>.</summary>
    /// <exception cref="ArgumentException">The format has no such element, or not so many dimensions.</exception>
    /// <exception cref="IOException">It cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(array);
        CheckWritable(array);
        AtomicFile.Write(path, stream =>
        {
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                Write(stream, array);
                return;
            }

            using var compressed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
            Write(compressed, array);
        });
    }

    /// <summary>Writes an array, without compression, to a stream, which need not be seekable and is left open.</summary>
    /// <exception cref="ArgumentException">The format has no such element, or not so many dimensions.</exception>
    public static void Write(Stream stream, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        CheckWritable(array);
        stream.Write([0, 0, Codes.First(entry => entry.Element == array.Element).Code, (byte)array.Shape.Count]);
        Span<byte> length = stackalloc byte[4];
        foreach (long dimension in array.Shape)
        {
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)dimension);
            stream.Write(length);
        }

        byte[] data = array.Data.ToArray();
        StoredBytes.ReverseElements(data, StoredBytes.Size(array.Element));
        stream.Write(data);
    }

    private static void CheckWritable(StoredArray array)
    {
        if (!Codes.Any(entry => entry.Element == array.Element))
        {
            throw new ArgumentException($"IDX has no element type for {array.Element}.", nameof(array));
        }

        if (array.Shape.Count > byte.MaxValue || array.Shape.Any(length => length > uint.MaxValue))
        {
            throw new ArgumentException(
                $"IDX has at most 255 dimensions of at most {uint.MaxValue}; the array has the shape {StoredArray.Describe(array.Shape)}.",
                nameof(array));
        }
    }
}
