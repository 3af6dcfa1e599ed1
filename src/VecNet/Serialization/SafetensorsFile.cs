using System.Buffers.Binary;
using System.Text.Json;

namespace VecNet;

/// <summary>A safetensors file: named tensors and a dictionary of strings.</summary>
/// <remarks>
/// The format: eight bytes of header length, a JSON header with type, shape and byte range of each tensor, then the bytes. Whatever
/// the format's definition forbids is refused: duplicate names, ranges that overlap, leave holes or exceed the file, sizes that do not
/// match the shape. Nothing is allocated by a declared size before the size has been checked against the file.
/// </remarks>
public sealed class SafetensorsFile
{
    /// <summary>The longest header that is read, as in the format's own implementation.</summary>
    private const int MaxHeaderLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, int> ElementBits = new()
    {
        ["BOOL"] = 8,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E4M3"] = 8,
        ["U16"] = 16,
        ["I16"] = 16,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["U32"] = 32,
        ["I32"] = 32,
        ["F32"] = 32,
        ["U64"] = 64,
        ["I64"] = 64,
        ["F64"] = 64,
    };

    /// <summary>A file of the given content.</summary>
    /// <exception cref="InvalidDataException">A name occurs twice or is reserved, or a tensor's bytes are not as many as its shape and type ask for.</exception>
    public SafetensorsFile(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var names = new HashSet<string>();
        foreach (SafetensorsTensor tensor in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor.Name, nameof(tensors));
            Check(tensor.Name != MetadataKey && names.Add(tensor.Name), $"the name '{tensor.Name}' is reserved or occurs twice.");
            Check(ElementBits.ContainsKey(tensor.Type), $"tensor '{tensor.Name}' has the unknown dtype '{tensor.Type}'.");
            CheckSize(tensor.Name, tensor.Type, tensor.Shape, tensor.Data.Length);
        }

        Tensors = tensors;
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Free text by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file; the message names the file and what is wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > Array.MaxLength)
        {
            throw new InvalidDataException($"{path}: the file has {length} bytes; at most {Array.MaxLength} are read.");
        }

        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Takes apart a file's bytes; tensors refer to them, nothing is copied.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file; the message says what is wrong.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> file)
    {
        Check(file.Length >= 8, $"not a safetensors file: it has {file.Length} bytes, fewer than the 8 of the header's length.");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        Check(
            headerLength <= (ulong)Math.Min(file.Length - 8, MaxHeaderLength),
            $"not a safetensors file: it announces a header of {headerLength} bytes, and {file.Length - 8} follow.");
        ReadOnlyMemory<byte> data = file[(8 + (int)headerLength)..];
        try
        {
            using JsonDocument header = JsonDocument.Parse(
                file.Slice(8, (int)headerLength), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return ReadHeader(header.RootElement, data);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // An InvalidOperationException is what a name gives that is no valid UTF-8 or UTF-16.
            throw new InvalidDataException($"the safetensors header is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
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

        // Spaces up to a multiple of 8, so that the data are aligned.
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (SafetensorsTensor tensor in Tensors)
        {
            stream.Write(tensor.Data.Span);
        }
    }

    private static SafetensorsFile ReadHeader(JsonElement header, ReadOnlyMemory<byte> data)
    {
        Check(header.ValueKind == JsonValueKind.Object, $"the safetensors header is a JSON {header.ValueKind}, not an object.");
        var metadata = new Dictionary<string, string>();
        List<(long Begin, SafetensorsTensor Tensor)> tensors = [];
        foreach (JsonProperty property in header.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                Check(property.Value.ValueKind == JsonValueKind.Object, $"{MetadataKey} is not an object.");
                foreach (JsonProperty entry in property.Value.EnumerateObject())
                {
                    Check(entry.Value.ValueKind == JsonValueKind.String, $"{MetadataKey} '{entry.Name}' is not a string.");
                    metadata.Add(entry.Name, entry.Value.GetString()!);
                }
            }
            else
            {
                tensors.Add(ReadTensor(property.Name, property.Value, data));
            }
        }

        // The ranges, in order, must follow one another from the first byte to the last.
        long end = 0;
        tensors.Sort((x, y) => x.Begin != y.Begin ? x.Begin.CompareTo(y.Begin) : x.Tensor.Data.Length.CompareTo(y.Tensor.Data.Length));
        foreach ((long begin, SafetensorsTensor tensor) in tensors)
        {
            Check(begin == end, $"tensor '{tensor.Name}' begins at byte {begin}; the one before ends at {end}.");
            end = begin + tensor.Data.Length;
        }

        Check(end == data.Length, $"the tensors end at byte {end}; the file has {data.Length} bytes of data.");
        return new SafetensorsFile([.. tensors.Select(entry => entry.Tensor)], metadata);
    }

    private static (long Begin, SafetensorsTensor Tensor) ReadTensor(string name, JsonElement description, ReadOnlyMemory<byte> data)
    {
        Check(description.ValueKind == JsonValueKind.Object, $"tensor '{name}' is not described by an object.");
        string? type = description.TryGetProperty("dtype", out JsonElement element) && element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        Check(type is not null && ElementBits.ContainsKey(type), $"tensor '{name}' has the unknown dtype '{type}'.");
        long[] shape = ReadNumbers(name, description, "shape");
        long[] offsets = ReadNumbers(name, description, "data_offsets");
        Check(
            offsets.Length == 2 && offsets[0] <= offsets[1] && offsets[1] <= data.Length,
            $"tensor '{name}' has data_offsets [{string.Join(", ", offsets)}]; the file has {data.Length} bytes of data.");
        long begin = offsets[0];
        long size = offsets[1] - begin;
        CheckSize(name, type!, shape, size);
        return (begin, new SafetensorsTensor(name, type!, shape, data.Slice((int)begin, (int)size)));
    }

    /// <summary>The bytes must be as many as shape and type ask for; the product is formed so that it cannot wrap.</summary>
    private static void CheckSize(string name, string type, IReadOnlyList<long> shape, long size)
    {
        Int128 bytes = ElementBits[type] / 8;
        foreach (long length in shape)
        {
            Check(length >= 0, $"tensor '{name}' of shape [{string.Join(", ", shape)}] has a negative length.");
            bytes *= length;
            Check(bytes <= long.MaxValue, $"tensor '{name}' of shape [{string.Join(", ", shape)}] is larger than any file.");
        }

        Check(bytes == size, $"tensor '{name}' of shape [{string.Join(", ", shape)}] and dtype {type} needs {bytes} bytes; there are {size}.");
    }

    private static long[] ReadNumbers(string name, JsonElement description, string key)
    {
        Check(
            description.TryGetProperty(key, out JsonElement array) && array.ValueKind == JsonValueKind.Array,
            $"tensor '{name}' has no {key}.");
        List<long> numbers = [];
        foreach (JsonElement element in array.EnumerateArray())
        {
            long number = 0;
            Check(
                element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number) && number >= 0,
                $"tensor '{name}' has {key} {array.GetRawText()}: not all are whole numbers from 0 on.");
            numbers.Add(number);
        }

        return [.. numbers];
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
