using System.Buffers.Binary;
using System.Text;

namespace VecNet.Tests;

/// <summary>
/// The definition of safetensors (README.md of huggingface/safetensors, section "Format"), sentence by sentence: what each allows is read,
/// what it forbids is refused, from memory and from a stream.
/// </summary>
public sealed class SafetensorsFormatTests
{
    private const string One = """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    /// <summary>What is allowed: sentence, header, bytes of data.</summary>
    public static TheoryData<string, string, int> Allowed => new()
    {
        { "N bytes: a JSON UTF-8 string representing the header", """{"é中":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4 },
        { "the header data MAY be trailing padded with whitespace (0x20)", One + "   ", 4 },
        { "JSON knows space between its signs", "{ \"x\" :\n{\"dtype\":\"F32\",\t\"shape\":[ 1 ],\r\"data_offsets\":[0,4]}}", 4 },
        { "a special key __metadata__ is allowed to contain a free form string-to-string map", """{"__metadata__":{"a":"b","":""}}""", 0 },
        {
            "empty tensors are allowed",
            """{"x":{"dtype":"F32","shape":[2,0],"data_offsets":[0,0]},"y":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0
        },
        {
            "an empty tensor keeps its size in the header, however large",
            """{"x":{"dtype":"F64","shape":[0,9223372036854775807],"data_offsets":[0,0]}}""", 0
        },
        { "0-rank tensors are allowed", """{"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4 },
        { "no tensor at all", "{}", 0 },
        {
            "the order of the header is not that of the data",
            """{"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8
        },
        {
            "dtypes of less than a byte",
            """{"x":{"dtype":"F4","shape":[3,2],"data_offsets":[0,3]},"y":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[3,6]}}""", 6
        },
        {
            "dtypes of 8 and 64 bits",
            """{"x":{"dtype":"F8_E8M0","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"C64","shape":[1],"data_offsets":[1,9]}}""", 9
        },
        {
            "keys that the definition does not name are passed over",
            """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":[{}]}}""", 4
        },
    };

    /// <summary>What is forbidden: sentence, header, bytes of data, what the complaint must say.</summary>
    public static TheoryData<string, string, int, string> Forbidden => new()
    {
        { "the header data MUST begin with a { character", " " + One, 4, "does not begin with '{'" },
        { "the same: a line break", "\n" + One, 4, "does not begin with '{'" },
        { "the same: a byte order mark", "\ufeff" + One, 4, "does not begin with '{'" },
        { "the same: another value", "[]", 0, "does not begin with '{'" },
        { "the same: nothing", "", 0, "does not begin with '{'" },
        { "the same: padding alone", "    ", 0, "does not begin with '{'" },
        { "padded with 0x20: a line break", One + "\n", 4, "does not end with '}'" },
        { "padded with 0x20: a zero", One + "\0", 4, "does not end with '}'" },
        { "padded after, not between", One + " {}", 4, "not valid JSON" },
        { "a JSON string: two values", One + One, 4, "not valid JSON" },
        { "a JSON string: a comma too many", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", 4, "not valid JSON" },
        { "a JSON string: comments", "{/* */}", 0, "not valid JSON" },
        { "a JSON string: NaN", """{"x":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}""", 4, "not valid JSON" },
        { "a JSON string: leading zeros", """{"x":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}""", 4, "not valid JSON" },
        {
            "duplicate keys are disallowed",
            """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            4, "not valid JSON"
        },
        {
            "duplicate keys: written otherwise",
            """{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0078":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
            0, "not valid JSON"
        },
        { "duplicate keys of a tensor", """{"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid JSON" },
        { "duplicate keys of the metadata", """{"__metadata__":{"a":"b","a":"c"}}""", 0, "not valid JSON" },
        { "duplicate metadata", """{"__metadata__":{},"__metadata__":{}}""", 0, "not valid JSON" },
        { "arbitrary JSON is not allowed, all values must be strings", """{"__metadata__":{"a":1}}""", 0, "is not a string" },
        { "the same: null", """{"__metadata__":{"a":null}}""", 0, "is not a string" },
        { "the same: no map", """{"__metadata__":"a"}""", 0, "is not an object" },
        { "dtype, shape and data_offsets: none of the first", """{"x":{"shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype" },
        { "none of the second", """{"x":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "no shape" },
        { "none of the third", """{"x":{"dtype":"F32","shape":[1]}}""", 4, "no data_offsets" },
        { "dtypes are written so", """{"x":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype" },
        { "a shape has whole numbers", """{"x":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "not all are integers" },
        {
            "odd ways to represent integers: an exponent",
            """{"x":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, "not all are integers"
        },
        { "odd ways to represent integers: -0", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}""", 4, "not all are integers" },
        {
            "odd ways to represent integers: a string",
            """{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4,
            "not all are integers"
        },
        {
            "data_offsets are BEGIN and END: three",
            """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "a start and an end"
        },
        { "END comes after BEGIN", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "a start and an end" },
        {
            "total tensor byte size = END - BEGIN",
            """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes; there are 4"
        },
        {
            "sizes do not wrap",
            """{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "larger than any file"
        },
        {
            "sizes do not wrap on the way to zero",
            """{"x":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0, "larger than any file"
        },
        { "bits fill their last byte", """{"x":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "does not fill its last byte" },
        { "the byte buffer needs to be entirely indexed: bytes after", One, 5, "the tensors end at byte 4" },
        { "bytes missing", One, 3, "the tensors end at byte 4; the file has 3 bytes" },
        { "bytes without a tensor", "{}", 1, "the tensors end at byte 0" },
        {
            "it cannot contain holes: before",
            """{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "begins at byte 4; the previous one ends at 0"
        },
        {
            "overlaps",
            """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""",
            6, "begins at byte 2; the previous one ends at 4"
        },
        {
            "an empty tensor within another",
            """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}""",
            4, "begins at byte 2"
        },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void What_is_allowed_is_read(string sentence, string header, int data)
    {
        byte[] file = FileOf(Encoding.UTF8.GetBytes(header), new byte[data]);
        int bytes = SafetensorsFile.Read(file).Tensors.Sum(tensor => tensor.Data.Length);
        Assert.True(data == bytes, sentence);
        Assert.Equal(data, SafetensorsFile.Read(new Trickle(file)).Tensors.Sum(tensor => tensor.Data.Length));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void What_is_forbidden_is_refused(string sentence, string header, int data, string complaint)
    {
        Assert.NotEmpty(sentence);
        Refuses(complaint, FileOf(Encoding.UTF8.GetBytes(header), new byte[data]));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_wherever_they_are()
    {
        foreach (string header in new[]
        {
            """{"?":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
            """{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":"?"}}""",
            """{"__metadata__":{"a":"?"}}""",
        })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(header);
            bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
            Refuses("not UTF-8", FileOf(bytes, []));
        }
    }

    [Fact]
    public void The_length_of_the_header_is_eight_bytes_and_has_a_limit()
    {
        Refuses("7 bytes, fewer than the 8", new byte[7]);
        Refuses("0 bytes, fewer than the 8", []);
        byte[] file = FileOf(Encoding.UTF8.GetBytes(One), new byte[4]);
        BinaryPrimitives.WriteUInt64LittleEndian(file, 100_000_001);
        Refuses("a header of 100000001 bytes; the format allows 100000000", file);
        BinaryPrimitives.WriteUInt64LittleEndian(file, ulong.MaxValue);
        Refuses("a header of 18446744073709551615 bytes; the format allows 100000000", file);
        BinaryPrimitives.WriteUInt64LittleEndian(file, 100_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses($"a header of 100000000 bytes, and {file.Length - 8} follow", file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
    }

    /// <summary>A header may say that gigabytes follow: memory goes with what does.</summary>
    [Fact]
    public void A_pipe_that_announces_gigabytes_costs_what_it_holds()
    {
        byte[] file = FileOf(
            Encoding.UTF8.GetBytes("""{"x":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}"""), new byte[10]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses("the tensors end at byte 2000000000; the file has 10 bytes of data", file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
    }

    /// <summary>What could not be read again is not made.</summary>
    [Fact]
    public void What_is_forbidden_is_not_written()
    {
        SafetensorsTensor good = new("x", "F32", [1], new byte[4]);
        Assert.Contains(
            "UTF-16",
            Assert.Throws<InvalidDataException>(() => new SafetensorsFile([good with { Name = "\ud800" }])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "UTF-16",
            Assert.Throws<InvalidDataException>(
                () => new SafetensorsFile([good], new Dictionary<string, string> { ["a"] = "\udc00" })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "null",
            Assert.Throws<InvalidDataException>(
                () => new SafetensorsFile([good], new Dictionary<string, string> { ["a"] = null! })).Message,
            StringComparison.Ordinal);
        var tooLong = new SafetensorsFile([good], new Dictionary<string, string> { ["a"] = new string('x', 100_000_000) });
        using var stream = new MemoryStream();
        Assert.Contains(
            "the format allows 100000000",
            Assert.Throws<InvalidDataException>(() => tooLong.Write(stream)).Message,
            StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void The_last_byte_of_the_padding_makes_the_data_aligned()
    {
        using var stream = new MemoryStream();
        new SafetensorsFile([new("x", "F64", [1], new byte[8])]).Write(stream);
        byte[] bytes = stream.ToArray();
        Assert.Equal((byte)'{', bytes[8]);
        Assert.Equal(0L, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
    }

    private static void Refuses(string complaint, byte[] file)
    {
        string fromStream = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(new Trickle(file))).Message;
        string message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(file)).Message;
        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.True(fromStream == message || fromStream.Contains("the file has more bytes of data", StringComparison.Ordinal), fromStream);
    }

    private static byte[] FileOf(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
