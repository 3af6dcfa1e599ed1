using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace VecNet;

/// <summary>NumPy's <c>.npy</c>: one array in a file.</summary>
/// <remarks>
/// The reader supports versions 1 to 3, C and Fortran order, both byte orders, and booleans, integers and IEEE numbers of 16 to 64 bits.
/// Everything else is rejected, in particular objects, whose data are a Python program. The writer uses version 1 (3 is never needed), C
/// order, little-endian. The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
/// </remarks>
public static class NpyFile
{
    /// <summary>A header takes a hundred bytes; a shape of 64 dimensions, NumPy's most, takes less than this.</summary>
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file; the message names the file and the error.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoredArray Read(string path) => InputFile.Read(path, ReadOnly);

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not such a file; the message describes the error.</exception>
    public static StoredArray Read(ReadOnlyMemory<byte> content) => InputFile.Read(content, ReadOnly);

    /// <summary>Reads one array from a stream and leaves the stream at its end, where another may follow.</summary>
    /// <exception cref="InvalidDataException">The data is not such an array; the message describes the error.</exception>
    public static StoredArray Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
        {
            throw new InvalidDataException("not a .npy file: it does not begin with NumPy's mark.");
        }

        (int major, int minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw new InvalidDataException($"the .npy file has version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read.");
        }

        Span<byte> length = stackalloc byte[major == 1 ? 2 : 4];
        stream.ReadAtLeast(length, length.Length, throwOnEndOfStream: false);
        uint headerLength = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        byte[] bytes = new byte[headerLength <= LongestHeader
            ? headerLength
            : throw new InvalidDataException(
                $"the .npy file declares a header of {headerLength} bytes; at most {LongestHeader} are read.")];
        int found = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (found < bytes.Length)
        {
            throw new InvalidDataException($"the .npy file declares a header of {headerLength} bytes; there are {found}.");
        }

        // From version 3 on, field names may be in any language; records with fields are not supported.
        NpyHeader header = NpyHeader.Parse(major == 3 ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes));
        int size = StoredBytes.Size(header.Element);
        byte[] data = StoredBytes.Read(stream, StoredBytes.Count(header.Element, header.Shape));
        if (header.Element == StoredElement.Boolean && data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var at)
        {
            throw new InvalidDataException($"byte {at} of the data is {data[at]}, which is not a boolean.");
        }

        if (header.IsBigEndian)
        {
            StoredBytes.ReverseElements(data, size);
        }

        return new(
            header.Element, header.Shape,
            header.IsFortranOrder && header.Shape.Count > 1 ? StoredBytes.ToRowMajor(data, size, header.Shape) : data);
    }

    private static StoredArray ReadOnly(Stream stream)
    {
        StoredArray array = Read(stream);
        StoredBytes.CheckEnd(stream);
        return array;
    }

    /// <summary>Writes a file atomically.</summary>
    /// <exception cref="IOException">It cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        AtomicFile.Write(path, stream => Write(stream, array));
    }

    /// <summary>Writes a matrix as float32 or float64.</summary>
    /// <inheritdoc cref="Write(string, StoredArray)"/>
    public static void Write<T>(string path, ReadOnlyTensorView<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Write(path, StoredArray.FromMatrix(matrix));

    /// <summary>Writes one array to a stream, which need not be seekable and is left open.</summary>
    public static void Write(Stream stream, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        string header = NpyHeader.Write(array);

        // Mark, version, length and header take a multiple of 64 bytes, so that the data is aligned; a line feed ends the header.
        int length = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        stream.Write(Magic);
        stream.Write([1, 0, (byte)(length & 0xFF), (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + '\n'));
        stream.Write(array.Data.Span);
    }
}
