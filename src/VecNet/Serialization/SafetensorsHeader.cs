using System.Text.Json;
using System.Text.Unicode;

namespace VecNet;

/// <summary>
/// The JSON header of a safetensors file: the type, the shape and the byte range of each tensor; the ranges cover the data without a gap.
/// </summary>
internal sealed class SafetensorsHeader(IReadOnlyList<SafetensorsHeader.Entry> tensors, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>The tensors in the order of their bytes; each begins where the previous one ends.</summary>
    internal readonly IReadOnlyList<Entry> Tensors = tensors;

    /// <summary>The metadata: a string for each key.</summary>
    internal readonly IReadOnlyDictionary<string, string> Metadata = metadata;

    /// <summary>The longest header that the format allows.</summary>
    internal const int MaxLength = 100_000_000;

    internal const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, int> ElementBits = new()
    {
        ["BOOL"] = 8,
        ["F4"] = 4,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E4M3"] = 8,
        ["F8_E8M0"] = 8,
        ["F8_E4M3FNUZ"] = 8,
        ["F8_E5M2FNUZ"] = 8,
        ["U16"] = 16,
        ["I16"] = 16,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["U32"] = 32,
        ["I32"] = 32,
        ["F32"] = 32,
        ["C64"] = 64,
        ["U64"] = 64,
        ["I64"] = 64,
        ["F64"] = 64,
    };

    /// <summary>The number of bytes of all tensors.</summary>
    internal long DataLength => Tensors.Count == 0 ? 0 : Tensors[^1].End;

    /// <summary>Reads a header.</summary>
    /// <exception cref="InvalidDataException">The format does not allow it.</exception>
    internal static SafetensorsHeader Parse(ReadOnlyMemory<byte> header)
    {
        ReadOnlySpan<byte> text = header.Span.TrimEnd((byte)' ');
        Check(text.Length > 0 && text[0] == (byte)'{', "the safetensors header does not begin with '{'.");
        Check(text[^1] == (byte)'}', "the safetensors header does not end with '}' and spaces.");
        Check(Utf8.IsValid(text), "the safetensors header is not UTF-8.");
        try
        {
            using JsonDocument document =
                JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A name that is not valid UTF-16 causes an InvalidOperationException.
            throw new InvalidDataException($"the safetensors header is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>Checks that the number of bytes matches shape and type, in arithmetic that cannot overflow.</summary>
    /// <exception cref="InvalidDataException">It does not, or the type is unknown.</exception>
    internal static void CheckSize(string name, string? type, IReadOnlyList<long> shape, long size)
    {
        int elementBits = 0;
        Check(type is not null && ElementBits.TryGetValue(type, out elementBits), $"tensor '{name}' has the unknown dtype '{type}'.");
        Int128 bits = elementBits;
        foreach (long length in shape)
        {
            Check(length >= 0, $"tensor '{name}' of shape [{string.Join(", ", shape)}] has a negative length.");
            bits *= length;
            Check(bits <= long.MaxValue, $"tensor '{name}' of shape [{string.Join(", ", shape)}] is larger than any file.");
        }

        Check(bits % 8 == 0, $"tensor '{name}' of shape [{string.Join(", ", shape)}] and dtype {type} does not fill its last byte.");
        Check(
            bits / 8 == size,
            $"tensor '{name}' of shape [{string.Join(", ", shape)}] and dtype {type} needs {bits / 8} bytes; there are {size}.");
    }

    private static SafetensorsHeader Read(JsonElement header)
    {
        var metadata = new Dictionary<string, string>();
        List<Entry> tensors = [];
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
                tensors.Add(ReadTensor(property.Name, property.Value));
            }
        }

        // The ranges, in order, must follow one another from the first byte to the last.
        long end = 0;
        tensors.Sort((x, y) => x.Begin != y.Begin ? x.Begin.CompareTo(y.Begin) : x.End.CompareTo(y.End));
        foreach (Entry tensor in tensors)
        {
            Check(tensor.Begin == end, $"tensor '{tensor.Name}' begins at byte {tensor.Begin}; the previous one ends at {end}.");
            end = tensor.End;
        }

        return new(tensors, metadata);
    }

    private static Entry ReadTensor(string name, JsonElement description)
    {
        Check(description.ValueKind == JsonValueKind.Object, $"tensor '{name}' is not described by an object.");
        string? type = description.TryGetProperty("dtype", out JsonElement element) && element.ValueKind == JsonValueKind.String
            ? element.GetString()
            : null;
        long[] shape = ReadNumbers(name, description, "shape");
        long[] offsets = ReadNumbers(name, description, "data_offsets");
        Check(
            offsets.Length == 2 && offsets[0] <= offsets[1],
            $"tensor '{name}' has data_offsets [{string.Join(", ", offsets)}], which are not a start and an end.");
        CheckSize(name, type, shape, offsets[1] - offsets[0]);
        return new(name, type!, shape, offsets[0], offsets[1]);
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
                element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number) && (number > 0 || element.GetRawText() == "0"),
                $"tensor '{name}' has {key} {array.GetRawText()}: not all are integers of at least 0.");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }

    /// <summary>One tensor of the header.</summary>
    internal readonly struct Entry(string name, string type, IReadOnlyList<long> shape, long begin, long end)
    {
        internal readonly string Name = name;
        internal readonly string Type = type;
        internal readonly IReadOnlyList<long> Shape = shape;
        internal readonly long Begin = begin;
        internal readonly long End = end;
    }
}
