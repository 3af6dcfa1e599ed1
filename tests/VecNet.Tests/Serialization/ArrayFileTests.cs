using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>.npy, .npz and IDX: what NumPy and MNIST's tools wrote, what comes back from a round trip, and what must be refused.</summary>
public sealed class ArrayFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public static TheoryData<string> NumPyFiles =>
        [.. Interop.Json("npy.json").GetProperty("files").EnumerateObject().Select(file => file.Name)];

    public static TheoryData<string> IdxFiles =>
        [.. Interop.Json("idx.json").GetProperty("files").EnumerateObject().Select(file => file.Name)];

    public static TheoryData<string> Hostile => [.. Interop.Names("npy_", ".npy"), .. Interop.Names("idx_", "")];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void All_files_of_others_are_here() => Assert.Equal((21, 4, 9), (NumPyFiles.Count, IdxFiles.Count, Hostile.Count));

    [Theory]
    [MemberData(nameof(NumPyFiles))]
    public void What_NumPy_wrote_is_read_bit_by_bit(string name) =>
        AssertHolds(Interop.Json("npy.json").GetProperty("files").GetProperty(name), NpyFile.Read(Copy(name)));

    [Theory]
    [MemberData(nameof(IdxFiles))]
    public void What_MNIST_s_tools_wrote_is_read_bit_by_bit_compressed_or_not(string name)
    {
        JsonElement expected = Interop.Json("idx.json").GetProperty("files").GetProperty(name);
        string path = Copy(name);
        AssertHolds(expected, IdxFile.Read(path));
        using (var compressed = new GZipStream(File.Create(directory.PathOf("compressed")), CompressionLevel.Fastest))
        {
            compressed.Write(Interop.Bytes(name));
        }

        AssertHolds(expected, IdxFile.Read(directory.PathOf("compressed")));
        foreach (string own in new[] { "own", "own.gz" })
        {
            IdxFile.Write(directory.PathOf(own), IdxFile.Read(path));
            AssertHolds(expected, IdxFile.Read(directory.PathOf(own)));
        }

        Assert.Equal(Interop.Bytes(name), File.ReadAllBytes(directory.PathOf("own")));
        Assert.Equal(0x1F, File.ReadAllBytes(directory.PathOf("own.gz"))[0]);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_file_is_refused_by_name_and_costs_no_memory(string name)
    {
        string path = Copy(name);
        Func<string, StoredArray> read = name.StartsWith("npy", StringComparison.Ordinal) ? NpyFile.Read : IdxFile.Read;
        Assert.StartsWith($"{path}: ", Assert.Throws<InvalidDataException>(() => read(path)).Message, StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
    }

    /// <summary>In a compressed stream nothing tells how much will come: memory follows what does.</summary>
    [Fact]
    public void A_compressed_file_that_declares_gigabytes_costs_what_it_holds()
    {
        byte[] header = [0, 0, 8, 2, 0, 1, 0, 0, 0, 0, 0x60, 0, 1, 2, 3];
        using (var compressed = new GZipStream(File.Create(directory.PathOf("x.gz")), CompressionLevel.Fastest))
        {
            compressed.Write(header);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(
            $"{directory.PathOf("x.gz")}: the array needs {65536L * 24576} bytes of data; there are 3.",
            Assert.Throws<InvalidDataException>(() => IdxFile.Read(directory.PathOf("x.gz"))).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }x", "continues after its end")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "does not have the three keys")]
    [InlineData("{'descr': '<f4', 'fortran_order': 1, 'shape': (2,), }", "neither True nor False")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "element type '<c8'")]
    [InlineData("{'descr': '=f4', 'fortran_order': False, 'shape': (2,), }", "element type '=f4'")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (2,), }", "element type '|f4'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "several fields")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (2,), }", "the key 'descr' twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}", "unknown key 'more'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "where a length belongs")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2-1,), }", "where a length belongs")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "more bytes than any file")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296, 4294967296), }", "needs 0 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "no '('")]
    [InlineData("{'descr: <f4", "no text in quotes")]
    [InlineData("", "no '{'")]
    public void A_header_that_is_none_is_refused(string header, string part)
    {
        byte[] bytes = Npy(header, new byte[8]);
        string message = part == "needs 0 bytes"
            ? Assert.Throws<InvalidDataException>(() => ReadWhole(bytes)).Message
            : Assert.Throws<InvalidDataException>(() => NpyFile.Read(new MemoryStream(bytes))).Message;
        Assert.Contains(part == "needs 0 bytes" ? "more bytes follow the array" : part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Python_2_s_long_numbers_and_any_spacing_are_read() =>
        Assert.Equal(
            [1, 2], NpyFile.Read(new MemoryStream(Npy(" {\"shape\":(1L,2L),'fortran_order' :True,\n'descr': '>u2'}", new byte[4]))).Shape);

    [Fact]
    public void More_than_one_array_is_for_streams_alone()
    {
        byte[] two = [.. Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", [7]), .. Npy(
            "{'descr': '|i1', 'fortran_order': False, 'shape': (1,)}", [255])];
        using var stream = new MemoryStream(two);
        Assert.Equal([7f], NpyFile.Read(stream).ToMatrix<float>().Span.ToArray());
        Assert.Equal([-1f], NpyFile.Read(stream).ToMatrix<float>().Span.ToArray());
        Assert.Contains("more bytes follow", Assert.Throws<InvalidDataException>(() => ReadWhole(two)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_and_classes_survive_their_files()
    {
        var matrix = new TensorBuffer<double>(3, 2);
        double[] values = [double.NaN, -0.0, double.Epsilon, double.MaxValue, double.NegativeInfinity, 1.0 / 3];
        values.CopyTo(matrix.Span);
        NpyFile.Write<double>(directory.PathOf("m.npy"), matrix.View);
        Bits.AssertSame<double>(values, NpyFile.Read(directory.PathOf("m.npy")).ToMatrix<double>().Span, "values");
        Assert.Equal(0, (File.ReadAllBytes(directory.PathOf("m.npy")).Length - 48) % 64);
        NpyFile.Write(directory.PathOf("c.npy"), StoredArray.FromClasses([3, 0, int.MaxValue]));
        Assert.Equal([3, 0, int.MaxValue], NpyFile.Read(directory.PathOf("c.npy")).ToClasses());

        // A view with gaps, as rows of a larger matrix are.
        NpyFile.Write<float>(directory.PathOf("v.npy"), new ReadOnlyTensorView<float>([1, 2, 3, 4, 5], 2, 2, 3));
        Assert.Equal([1f, 2, 4, 5], NpyFile.Read(directory.PathOf("v.npy")).ToMatrix<float>().Span.ToArray());
    }

    [Fact]
    public void Images_become_rows()
    {
        TensorBuffer<float> images = IdxFile.Read(Copy("images_u1_3x4x4.idx3-ubyte")).ToMatrix<float>();
        Assert.Equal((3, 16, 207f, 101f), (images.Rows, images.Columns, images.View[0, 0], images.View[2, 15]));
        Assert.Equal([7, 0, 9], IdxFile.Read(Copy("labels_u1_3.idx1-ubyte")).ToClasses());
    }

    [Fact]
    public void What_is_no_class_is_named()
    {
        static string Complaint(StoredArray array) => Assert.Throws<InvalidDataException>(() => array.ToClasses()).Message;
        Assert.Equal("element 1 is -2: class indices range from 0 to 2147483647.", Complaint(NpyFile.Read(Copy("i4_c_3.npy"))));
        Assert.Equal("classes are integers; the elements are Float64.", Complaint(NpyFile.Read(Copy("f8_1d_7.npy"))));
        Assert.Equal("classes have the shape n or n × 1; the array has (2, 2).", Complaint(NpyFile.Read(Copy("u1_c_2x2.npy"))));
        Assert.Contains(
            "18446744073709551615",
            Complaint(new StoredArray(StoredElement.UInt64, [1], Enumerable.Repeat((byte)255, 8).ToArray())),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_beyond_single_precision_is_named()
    {
        NpyFile.Write<double>(directory.PathOf("m.npy"), new double[,] { { 1 }, { 1e300 } });
        Assert.Equal(
            "element 1 is 1E+300, which is beyond single precision.",
            Assert.Throws<InvalidDataException>(() => NpyFile.Read(directory.PathOf("m.npy")).ToMatrix<float>()).Message);
    }

    [Theory]
    [InlineData("savez.npz")]
    [InlineData("savez_compressed.npz")]
    public void An_archive_is_read_as_a_whole_or_by_name(string name)
    {
        IReadOnlyDictionary<string, StoredArray> arrays = NpzFile.Read(Copy(name));
        Assert.Equal(["weights", "labels"], arrays.Keys);
        JsonElement files = Interop.Json("npy.json").GetProperty("files");
        AssertHolds(files.GetProperty("f4_f_2x5.npy"), arrays["weights"]);
        AssertHolds(files.GetProperty("i8_c_2x3.npy"), NpzFile.Read(Copy(name), "labels"));
        Assert.Equal(
            $"{directory.PathOf(name)}: the archive holds no array 'bias'; there are 'weights.npy', 'labels.npy'.",
            Assert.Throws<InvalidDataException>(() => NpzFile.Read(directory.PathOf(name), "bias")).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_archive_of_the_same_arrays_is_the_same_file(bool compress)
    {
        KeyValuePair<string, StoredArray>[] arrays =
        [
            new("b", StoredArray.FromClasses([1, 2])), new("ä/a", StoredArray.FromMatrix<float>(new float[,] { { 1, 2 } })),
        ];
        NpzFile.Write(directory.PathOf("one.npz"), arrays, compress);
        NpzFile.Write(directory.PathOf("two.npz"), arrays, compress);
        Assert.Equal(File.ReadAllBytes(directory.PathOf("one.npz")), File.ReadAllBytes(directory.PathOf("two.npz")));
        IReadOnlyDictionary<string, StoredArray> again = NpzFile.Read(directory.PathOf("one.npz"));
        Assert.Equal(["b", "ä/a"], again.Keys);
        Assert.Equal([1, 2], again["b"].ToClasses());
        Assert.Equal([1f, 2], again["ä/a"].ToMatrix<float>().Span.ToArray());
        Assert.Throws<ArgumentException>(() => NpzFile.Write(directory.PathOf("three.npz"), [arrays[0], arrays[0]]));
        Assert.Equal(["one.npz", "two.npz"], directory.Files);
    }

    [Fact]
    public void An_archive_that_is_none_or_holds_something_else_is_refused()
    {
        string path = Copy("f8_0d.npy");
        Assert.Equal(
            $"{path}: not a .npz file: it is not a zip archive.", Assert.Throws<InvalidDataException>(() => NpzFile.Read(path)).Message);
        using (ZipArchive archive = ZipFile.Open(directory.PathOf("x.npz"), ZipArchiveMode.Create))
        {
            using Stream text = archive.CreateEntry("note.txt").Open();
            text.WriteByte(1);
        }

        Assert.Contains(
            "'note.txt', which is not a .npy file",
            Assert.Throws<InvalidDataException>(() => NpzFile.Read(directory.PathOf("x.npz"))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Some bytes replaced, and perhaps the end cut off: it is read, or refused as invalid, and nothing else happens.</summary>
    [Property(MaxTest = 300)]
    public void A_damaged_file_is_read_or_refused(byte which, ulong seed)
    {
        string[] names = [.. NumPyFiles, .. IdxFiles, "savez.npz", "savez_compressed.npz"];
        string name = names[which % names.Length];
        byte[] bytes = Interop.Bytes(name);
        var random = new Seeded(seed);
        for (int i = random.Integer(0, 3); i >= 0; i--)
        {
            bytes[random.Integer(0, Math.Min(bytes.Length, 150) - 1)] = (byte)random.Integer(0, 255);
        }

        bytes = random.Integer(0, 3) == 0 ? bytes[..random.Integer(0, bytes.Length)] : bytes;
        try
        {
            if (name.EndsWith(".npz", StringComparison.Ordinal))
            {
                File.WriteAllBytes(directory.PathOf("damaged"), bytes);
                NpzFile.Read(directory.PathOf("damaged"));
            }
            else
            {
                using var stream = new MemoryStream(bytes);
                _ = name.EndsWith(".npy", StringComparison.Ordinal) ? NpyFile.Read(stream) : IdxFile.Read(stream);
            }
        }
        catch (InvalidDataException)
        {
            // Refused, as it should be.
        }
    }

    [Fact]
    public void What_a_format_cannot_hold_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => IdxFile.Write(directory.PathOf("x"), StoredArray.FromClasses([1])));
        Assert.Throws<ArgumentException>(() => new StoredArray(StoredElement.Float32, [2], new byte[4]));
        Assert.Throws<ArgumentException>(() => new StoredArray(StoredElement.Float32, [-1], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoredArray((StoredElement)99, [], new byte[8]));
        Assert.Empty(directory.Files);
    }

    private static void AssertHolds(JsonElement expected, StoredArray array)
    {
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()), array.Shape);
        if (expected.TryGetProperty("bits", out JsonElement bits))
        {
            // The manifest writes numbers from the most significant digit on.
            int size = array.Data.Length / Math.Max(1, bits.GetArrayLength());
            Assert.Equal(
                bits.EnumerateArray().Select(element => element.GetString()!),
                array.Data.ToArray().Chunk(Math.Max(1, size)).Select(bytes => Convert.ToHexStringLower([.. bytes.Reverse()])));
            return;
        }

        Assert.Equal(
            expected.GetProperty("data").EnumerateArray().Select(element => element.GetDouble()), array.ToMatrix<double>().Span.ToArray());
    }

    private static byte[] Npy(string header, byte[] data)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private StoredArray ReadWhole(byte[] bytes)
    {
        File.WriteAllBytes(directory.PathOf("whole"), bytes);
        return NpyFile.Read(directory.PathOf("whole"));
    }

    private string Copy(string name)
    {
        File.WriteAllBytes(directory.PathOf(name), Interop.Bytes(name));
        return directory.PathOf(name);
    }
}
