namespace VecNet;

/// <summary>
/// The bytes of arrays in files: their number, reading them from a stream, and converting their order to that of <see cref="StoredArray"/>.
/// </summary>
internal static class StoredBytes
{
    /// <summary>The largest size that is allocated because a file declares it and nothing else confirms it.</summary>
    private const int FirstPiece = 1 << 16;

    /// <summary>The number of bytes of an element.</summary>
    internal static int Size(StoredElement element) => element switch
    {
        StoredElement.Boolean or StoredElement.UInt8 or StoredElement.Int8 => 1,
        StoredElement.UInt16 or StoredElement.Int16 or StoredElement.Float16 => 2,
        StoredElement.UInt32 or StoredElement.Int32 or StoredElement.Float32 => 4,
        _ => 8,
    };

    /// <summary>The number of bytes of a shape, computed in arithmetic that cannot overflow.</summary>
    /// <exception cref="InvalidDataException">A length is negative, or no array can be so large.</exception>
    internal static int Count(StoredElement element, IReadOnlyList<long> shape)
    {
        Int128 bytes = Size(element);
        foreach (long length in shape)
        {
            if (length < 0)
            {
                throw new InvalidDataException($"the shape {StoredArray.Describe(shape)} has a negative length.");
            }

            bytes *= length;
            if (bytes > long.MaxValue)
            {
                break;
            }
        }

        return bytes <= Array.MaxLength
            ? (int)bytes
            : throw new InvalidDataException(
                $"an array of shape {StoredArray.Describe(shape)} and {element} has "
                + $"{(bytes > long.MaxValue ? "more bytes than any file" : $"{bytes} bytes")}; at most {Array.MaxLength} are read.");
    }

    /// <summary>
    /// Reads the given number of bytes of an array. Memory is allocated for the bytes that the stream contains, not for the declared
    /// number.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream ends earlier.</exception>
    internal static byte[] Read(Stream stream, int count)
    {
        byte[] bytes = ReadUpTo(stream, count, out long found);
        return found == count ? bytes : throw new InvalidDataException($"the array needs {count} bytes of data; there are {found}.");
    }

    /// <summary>Reads the given number of bytes, or all that there are.</summary>
    /// <param name="stream">The stream, whose length is used if it has one.</param>
    /// <param name="count">The number of bytes.</param>
    /// <param name="found">The number of bytes read; if it is smaller, the bytes must not be used.</param>
    internal static byte[] ReadUpTo(Stream stream, int count, out long found)
    {
        // Files in a system's directory of devices or processes can seek, and report a length of 0.
        bool isKnown = stream.CanSeek && stream.Length > 0;
        if (isKnown && stream.Length - stream.Position < count)
        {
            // A stream may be behind its end.
            found = long.Max(0, stream.Length - stream.Position);
            return [];
        }

        byte[] bytes = new byte[isKnown ? count : int.Min(count, FirstPiece)];
        int read = 0;
        while (read < count)
        {
            if (read == bytes.Length)
            {
                Array.Resize(ref bytes, (int)long.Min(count, 2L * bytes.Length));
            }

            int got = stream.Read(bytes.AsSpan(read));
            if (got == 0)
            {
                break;
            }

            read += got;
        }

        found = read;
        return bytes;
    }

    /// <summary>Returns the stream itself or, if it cannot seek like a pipe, a stream of all its bytes in memory.</summary>
    /// <exception cref="InvalidDataException">There are more than an array can hold.</exception>
    internal static Stream ToSeekable(Stream stream)
    {
        if (stream.CanSeek && stream.Length > 0)
        {
            return stream;
        }

        byte[] bytes = ReadUpTo(stream, Array.MaxLength, out long found);
        return found < Array.MaxLength
            ? new MemoryStream(bytes, 0, (int)found, writable: false)
            : throw new InvalidDataException(
                $"there are {Array.MaxLength} bytes or more; a stream that cannot seek may have fewer.");
    }

    /// <summary>Throws if anything follows the array: a file holds one.</summary>
    /// <exception cref="InvalidDataException">There is another byte.</exception>
    internal static void CheckEnd(Stream stream)
    {
        if (stream.ReadByte() >= 0)
        {
            throw new InvalidDataException("more bytes follow the array.");
        }
    }

    /// <summary>Reverses the bytes of each element, between big-endian and little-endian order.</summary>
    internal static void ReverseElements(Span<byte> data, int size)
    {
        for (int i = 0; size > 1 && i < data.Length; i += size)
        {
            data.Slice(i, size).Reverse();
        }
    }

    /// <summary>Converts column-major order, where the first index varies fastest, to row-major order, where the last does.</summary>
    internal static byte[] ToRowMajor(byte[] columnMajor, int size, IReadOnlyList<long> shape)
    {
        byte[] rowMajor = new byte[columnMajor.Length];
        long[] strides = new long[shape.Count];
        long stride = size;
        for (int dimension = 0; dimension < strides.Length; dimension++)
        {
            strides[dimension] = stride;
            stride *= shape[dimension];
        }

        long[] index = new long[shape.Count];
        long from = 0;
        for (int to = 0; to < rowMajor.Length; to += size)
        {
            columnMajor.AsSpan((int)from, size).CopyTo(rowMajor.AsSpan(to));
            for (int dimension = strides.Length - 1; dimension >= 0; dimension--)
            {
                from += strides[dimension];
                if (++index[dimension] < shape[dimension])
                {
                    break;
                }

                from -= strides[dimension] * shape[dimension];
                index[dimension] = 0;
            }
        }

        return rowMajor;
    }
}
