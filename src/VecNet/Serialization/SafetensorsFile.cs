using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace VecNet;

/// <summary>A safetensors file: named tensors and a dictionary of strings.</summary>
/// <remarks>
/// The format: eight bytes of header length, a JSON header with type, shape and byte range of each tensor, then the bytes. Everything that
/// the format's definition forbids is rejected: a header that does not begin with <c>{</c> or ends with anything but spaces, duplicate
/// names, ranges that overlap, leave holes or exceed the file, sizes that do not match the shape, metadata that is not text. Memory is
/// allocated for the data that are present, not for a declared size. The definition: https://github.com/huggingface/safetensors#format
/// </remarks>
public sealed class SafetensorsFile
{
    private const int StartLength = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Creates a file with the given content.</summary>
    /// <exception cref="InvalidDataException">
    /// A name occurs twice, is reserved or is not valid UTF-16, metadata is not valid UTF-16, or the number of a tensor's bytes does not
    /// match its shape and type.
    /// </exception>
    public SafetensorsFile(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var names = new HashSet<string>();
        foreach (SafetensorsTensor tensor in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor.Name, nameof(tensors));
            Check(
                tensor.Name != SafetensorsHeader.MetadataKey && names.Add(tensor.Name),
                $"the name '{tensor.Name}' is reserved or occurs twice.");
            CheckText(tensor.Name);
            SafetensorsHeader.CheckSize(tensor.Name, tensor.Type, tensor.Shape, tensor.Data.Length);
        }

        Tensors = tensors;
        Metadata = metadata ?? new Dictionary<string, string>();
        foreach ((string key, string value) in Metadata)
        {
            CheckText(key);
            CheckText(value ?? throw new InvalidDataException($"the metadata value '{key}' is null."));
        }
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The metadata: a string for each key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file; the message names the file and the error.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Read(string path) => InputFile.Read(path, Read);

    /// <summary>Reads a stream to its end. The stream need not be seekable and is left open.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file; the message describes the error.</exception>
    public static SafetensorsFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] start = StoredBytes.ReadUpTo(stream, StartLength, out long found);
        int headerLength = HeaderLength(start, found, null);
        byte[] headerBytes = StoredBytes.ReadUpTo(stream, headerLength, out found);
        SafetensorsHeader header =
            SafetensorsHeader.Parse(found == headerLength ? headerBytes : throw HeaderTooLong((ulong)headerLength, found));
        Check(header.DataLength <= Array.MaxLength, $"the tensors have {header.DataLength} bytes; at most {Array.MaxLength} are read.");
        byte[] data = StoredBytes.ReadUpTo(stream, (int)header.DataLength, out found);
        CheckEnd(header, found);
        Check(stream.ReadByte() < 0, $"the tensors end at byte {header.DataLength}; the file has more bytes of data.");
        return Create(header, data);
    }

    /// <summary>Reads the bytes of a file; the tensors refer to them without a copy.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file; the message describes the error.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> content)
    {
        int headerLength = HeaderLength(content.Span, content.Length, content.Length - StartLength);
        SafetensorsHeader header = SafetensorsHeader.Parse(content.Slice(StartLength, headerLength));
        ReadOnlyMemory<byte> data = content[(StartLength + headerLength)..];
        CheckEnd(header, data.Length);
        return Create(header, data);
    }

    /// <summary>Writes the file atomically.</summary>
    /// <exception cref="InvalidDataException">The names and metadata are longer than the format allows.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Write(string path) => AtomicFile.Write(path, Write);

    /// <summary>Writes the file to a stream, which need not be seekable and is left open.</summary>
    /// <exception cref="InvalidDataException">The names and metadata are longer than the format allows; nothing has been
    /// written.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach ((string key, string value) in Metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (SafetensorsTensor tensor in Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset + tensor.Data.Length]);
                json.WriteEndObject();
                offset += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        // The header is padded with spaces to a multiple of 8, so that the data is aligned.
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        Check(
            header.Length <= SafetensorsHeader.MaxLength,
            $"the header would have {header.Length} bytes; the format allows {SafetensorsHeader.MaxLength}.");
        Span<byte> length = stackalloc byte[StartLength];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (SafetensorsTensor tensor in Tensors)
        {
            stream.Write(tensor.Data.Span);
        }
    }

    private static SafetensorsFile Create(SafetensorsHeader header, ReadOnlyMemory<byte> data) => new(
        [.. header.Tensors.Select(entry =>
            new SafetensorsTensor(entry.Name, entry.Type, entry.Shape, data[(int)entry.Begin..(int)entry.End]))],
        header.Metadata);

    private static int HeaderLength(ReadOnlySpan<byte> start, long found, long? rest)
    {
        Check(found >= StartLength, $"not a safetensors file: it has {found} bytes, fewer than the {StartLength} of the header's length.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        Check(
            length <= SafetensorsHeader.MaxLength,
            $"not a safetensors file: it declares a header of {length} bytes; the format allows {SafetensorsHeader.MaxLength}.");
        return rest is null || (long)length <= rest ? (int)length : throw HeaderTooLong(length, rest.Value);
    }

    private static InvalidDataException HeaderTooLong(ulong length, long rest) =>
        new($"not a safetensors file: it declares a header of {length} bytes, and {rest} follow.");

    private static void CheckEnd(SafetensorsHeader header, long length) =>
        Check(header.DataLength == length, $"the tensors end at byte {header.DataLength}; the file has {length} bytes of data.");

    /// <summary>A text with half of a surrogate pair cannot be written.</summary>
    private static void CheckText(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new InvalidDataException($"the text '{text}' is not valid UTF-16.", error);
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, IEnumerable<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
