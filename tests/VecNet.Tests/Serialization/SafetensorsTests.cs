using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>safetensors: what others wrote, what comes back from a round trip, and what must be refused.</summary>
public sealed class SafetensorsTests
{
    public static TheoryData<string> Hostile => [.. Interop.Names("st_", ".safetensors")];

    public static TheoryData<string> Valid =>
        [.. Interop.Json("safetensors.json").GetProperty("files").EnumerateObject().Select(file => file.Name)];

    [Fact]
    public void All_hostile_and_valid_files_are_here() => Assert.Equal((12, 8), (Hostile.Count, Valid.Count));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_file_is_refused_by_name(string name)
    {
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(Interop.Bytes(name)));
        using var directory = new TemporaryDirectory();
        string path = directory.PathOf(name);
        File.WriteAllBytes(path, Interop.Bytes(name));
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Model.Load<float>(path));

        // Nothing of a declared size is allocated: the refusal costs less than a hundred kilobytes.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(Interop.Bytes(name)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_file_of_others_is_read_bit_by_bit(string name)
    {
        JsonElement expected = Interop.Json("safetensors.json").GetProperty("files").GetProperty(name);
        SafetensorsFile file = SafetensorsFile.Read(Interop.Bytes(name));
        JsonProperty[] tensors = [.. expected.GetProperty("tensors").EnumerateObject()];
        Assert.Equal(tensors.Length, file.Tensors.Count);
        foreach (JsonProperty property in tensors)
        {
            SafetensorsTensor tensor = file.Tensors.Single(tensor => tensor.Name == property.Name);
            Assert.Equal(property.Value.GetProperty("dtype").GetString(), tensor.Type);
            Assert.Equal(property.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()), tensor.Shape);
            if (property.Value.TryGetProperty("bits", out JsonElement bits))
            {
                // The manifest writes numbers from the most significant digit on; the file is little-endian.
                int size = tensor.Data.Length / Math.Max(1, bits.GetArrayLength());
                string[] actual =
                    [.. tensor.Data.ToArray().Chunk(Math.Max(1, size)).Select(bytes => Convert.ToHexStringLower([.. bytes.Reverse()]))];
                Assert.Equal(bits.EnumerateArray().Select(element => element.GetString()!), actual);
            }
        }

        JsonElement metadata = expected.GetProperty("metadata");
        Assert.Equal(metadata.ValueKind == JsonValueKind.Null ? 0 : metadata.EnumerateObject().Count(), file.Metadata.Count);
        if (metadata.ValueKind == JsonValueKind.Object)
        {
            Assert.All(metadata.EnumerateObject(), entry => Assert.Equal(entry.Value.GetString(), file.Metadata[entry.Name]));
        }
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void What_is_written_is_read_again(string name)
    {
        SafetensorsFile file = SafetensorsFile.Read(Interop.Bytes(name));
        using var stream = new MemoryStream();
        file.Write(stream);
        SafetensorsFile again = SafetensorsFile.Read(stream.ToArray());
        Assert.Equal(file.Metadata, again.Metadata);
        Assert.Equal(file.Tensors.Select(tensor => tensor.Name), again.Tensors.Select(tensor => tensor.Name));
        for (int i = 0; i < file.Tensors.Count; i++)
        {
            Assert.Equal(file.Tensors[i].Type, again.Tensors[i].Type);
            Assert.Equal(file.Tensors[i].Shape, again.Tensors[i].Shape);
            Assert.Equal(file.Tensors[i].Data.ToArray(), again.Tensors[i].Data.ToArray());
        }
    }

    /// <summary>
    /// A few bytes of a good file replaced, and its end cut off: it is read, or refused as invalid, and nothing else happens.
    /// </summary>
    [Property]
    public void A_damaged_file_is_read_or_refused(byte which, ulong seed)
    {
        string[] names = [.. Interop.Names("", ".safetensors")];
        byte[] bytes = Interop.Bytes(names[which % names.Length]);
        var random = new Seeded(seed);
        for (int i = random.Integer(0, 3); i >= 0 && bytes.Length > 0; i--)
        {
            // Bytes of the header mostly: that is where meaning is.
            bytes[random.Integer(0, Math.Min(bytes.Length, 200) - 1)] = (byte)random.Integer(0, 255);
        }

        AssertReadOrRefused(random.Integer(0, 3) == 0 ? bytes[..random.Integer(0, bytes.Length)] : bytes);
    }

    [Theory]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"__metadata__\":{\"x\":\"\\udc00\"}}")]
    [InlineData("{\"__metadata__\":{\"\\ud800\":\"x\"}}")]
    [InlineData("{\"x\":{\"dtype\":\"\\ud800\",\"shape\":[0],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1e400],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[0.5],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[-1,0]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}")]
    [InlineData("{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}")]
    [InlineData("null")]
    public void A_header_of_odd_text_is_refused(string header) =>
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(WithHeader(Encoding.UTF8.GetBytes(header))));

    /// <summary>
    /// The format asks for data without holes, where something might be hidden: at the beginning, between tensors, at the end.
    /// </summary>
    [Theory]
    [InlineData(4, 8, 8, 12)]
    [InlineData(0, 4, 8, 12)]
    [InlineData(0, 4, 4, 8)]
    public void Data_with_a_hole_are_refused(int begin, int end, int nextBegin, int nextEnd)
    {
        string Tensor(int from, int to) => "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + from + "," + to + "]}";
        byte[] header = Encoding.UTF8.GetBytes("{\"x\":" + Tensor(begin, end) + ",\"y\":" + Tensor(nextBegin, nextEnd) + "}");
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read((byte[])[.. WithHeader(header), .. new byte[12]]));
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused()
    {
        byte[] header = Encoding.UTF8.GetBytes("{\"xx\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}");
        header[2] = 0xFF;
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(WithHeader(header)));
    }

    /// <summary>What could not be read again is not made.</summary>
    [Fact]
    public void A_file_that_the_format_forbids_is_not_made()
    {
        SafetensorsTensor good = new("x", "F32", [2, 3], new byte[24]);
        Assert.Equal("x", new SafetensorsFile([good]).Tensors.Single().Name);
        foreach ((string part, SafetensorsTensor[] tensors) in new (string, SafetensorsTensor[])[]
        {
            ("24 bytes; there are 20", [good with { Data = new byte[20] }]),
            ("24 bytes; there are 28", [good with { Data = new byte[28] }]),
            ("48 bytes; there are 24", [good with { Type = "F64" }]),
            ("4 bytes; there are 24", [good with { Shape = [] }]),
            ("0 bytes; there are 24", [good with { Shape = [0, 3] }]),
            ("negative length", [good with { Shape = [-2, -3] }]),
            ("negative length", [good with { Shape = [0, -1], Data = default }]),
            ("larger than any file", [good with { Shape = [long.MaxValue, long.MaxValue] }]),
            ("F31", [good with { Type = "F31" }]),
            ("'x'", [good, good]),
            ("__metadata__", [good with { Name = "__metadata__" }]),
        })
        {
            Assert.Contains(
                part, Assert.Throws<InvalidDataException>(() => new SafetensorsFile(tensors)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentNullException>(() => new SafetensorsFile(null!));
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        try
        {
            SafetensorsFile.Read(bytes);
        }
        catch (InvalidDataException)
        {
            // Refused, as it should be.
        }
    }

    private static byte[] WithHeader(byte[] header)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header];
    }
}
