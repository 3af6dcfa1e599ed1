using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Weights of 16 bits: what they represent comes back bit for bit, and other numbers become the nearest.</summary>
public sealed class WeightPrecisionTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(WeightPrecision.Half)]
    [InlineData(WeightPrecision.BFloat16)]
    public void Every_finite_number_comes_back(WeightPrecision precision)
    {
        ushort[] numbers = [.. Enumerable.Range(0, 0x10000).Select(bits => (ushort)bits).Where(bits => IsFinite(bits, precision))];
        Assert.InRange(numbers.Length, 63_000, 0x10000);
        byte[] bytes = MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray(), floats = Widen(bytes, precision);
        Assert.Equal(bytes, WeightNumbers.Round(Tensor(MemoryMarshal.Cast<byte, float>(floats).ToArray()), precision).ToArray());
        for (int i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(ValueOf(numbers[i], precision), MemoryMarshal.Cast<byte, float>(floats)[i]);
        }
    }

    /// <summary>Between two neighbors: the middle, whose nearest is the even one, and the floats on either side of it.</summary>
    [Theory]
    [InlineData(WeightPrecision.Half, 0x7BFF)]
    [InlineData(WeightPrecision.BFloat16, 0x7F7F)]
    public void Other_numbers_become_the_nearest(WeightPrecision precision, int largest)
    {
        List<float> values = [];
        List<ushort> expected = [];
        foreach (int bits in Enumerable.Range(0, largest))
        {
            double low = ValueOf((ushort)bits, precision), high = ValueOf((ushort)(bits + 1), precision);
            float middle = (float)((low + high) / 2);
            Assert.Equal((low + high) / 2, middle);
            foreach (int sign in new[] { 0, 0x8000 })
            {
                float factor = sign == 0 ? 1 : -1;
                values.AddRange([factor * MathF.BitDecrement(middle), factor * middle, factor * MathF.BitIncrement(middle)]);
                expected.AddRange([
                    (ushort)(sign | bits), (ushort)(sign | (bits % 2 == 0 ? bits : bits + 1)), (ushort)(sign | (bits + 1))]);
            }
        }

        byte[] rounded = WeightNumbers.Round(Tensor([.. values]), precision).ToArray();
        Assert.Equal([.. expected], MemoryMarshal.Cast<byte, ushort>(rounded).ToArray());
    }

    [Theory]
    [InlineData(WeightPrecision.Half, 65_520f, "65520, which Half cannot represent")]
    [InlineData(WeightPrecision.BFloat16, float.MaxValue, "which BFloat16 cannot represent")]
    public void A_number_that_is_too_large_is_named(WeightPrecision precision, float value, string message)
    {
        InvalidOperationException error =
            Assert.Throws<InvalidOperationException>(() => WeightNumbers.Round(Tensor([1, -value]), precision));
        Assert.StartsWith("Element 1 of the tensor 'x' is -", error.Message);
        Assert.Contains(message, error.Message);
        Assert.Equal(4, WeightNumbers.Round(Tensor([1, MathF.BitDecrement(65_520f)]), precision).Length);
    }

    /// <summary>NaN of any bits, also of those that rounding would carry into the sign or cut off.</summary>
    [Theory]
    [InlineData(WeightPrecision.Half)]
    [InlineData(WeightPrecision.BFloat16)]
    public void Numbers_that_are_not_finite_stay_so(WeightPrecision precision)
    {
        uint[] bits =
            [0x7F800001, 0x7F808000, 0x7FC00000, 0x7FFFFFFF, 0xFF800001, 0xFFC00000, 0xFFFF8000, 0xFFFFFFFF, 0x7F800000, 0xFF800000];
        byte[] rounded = WeightNumbers.Round(Tensor([.. bits.Select(BitConverter.UInt32BitsToSingle)]), precision).ToArray();
        float[] back = MemoryMarshal.Cast<byte, float>(Widen(rounded, precision)).ToArray();
        Assert.All(back[..^2].Zip(bits), pair => Assert.Equal(
            (true, pair.Second >> 31 != 0), (float.IsNaN(pair.First), float.IsNegative(pair.First))));
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity], back[^2..]);
    }

    [Theory]
    [InlineData(WeightPrecision.Half, "F16")]
    [InlineData(WeightPrecision.BFloat16, "BF16")]
    public void A_folder_is_saved_in_half_the_size(WeightPrecision precision, string type)
    {
        using var files = new TinyEncoder(width: 64, hidden: 128);
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder);
        trainer.Save(scratch["single"]);
        trainer.Save(scratch["half"], precision);
        SafetensorsFile half = SafetensorsFile.Read(scratch["half/model.safetensors"]);
        SafetensorsFile single = SafetensorsFile.Read(scratch["single/model.safetensors"]);
        Assert.All(half.Tensors, tensor => Assert.Equal(type, tensor.Type));
        Assert.Equal(single.Tensors.Sum(tensor => tensor.Data.Length), 2 * half.Tensors.Sum(tensor => tensor.Data.Length));
        Assert.Equal(single.Tensors.Select(tensor => tensor.Name), half.Tensors.Select(tensor => tensor.Name));

        // What has been rounded once is not changed again.
        EncoderTrainer.Load(scratch["half"]).Save(scratch["again"], precision);
        Assert.Equal(File.ReadAllBytes(scratch["half/model.safetensors"]), File.ReadAllBytes(scratch["again/model.safetensors"]));
        float[] expected = trainer.CreateEncoder().Encode("the red fox");
        float[] found = SentenceEncoder.Load(scratch["half"]).Encode("the red fox");
        Assert.NotEqual(expected, found);
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(expected, found), 0.999f, 1.0001f);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(precision), () => trainer.Save(scratch["half"], (WeightPrecision)3));
    }

    [Theory]
    [InlineData(WeightPrecision.Half, 0.999998)]
    [InlineData(WeightPrecision.BFloat16, 0.9999)]
    public void MiniLM_has_nearly_the_same_vectors(WeightPrecision precision, double smallest)
    {
        MiniLm.WriteFolder(scratch["minilm"]);
        EncoderTrainer trainer = EncoderTrainer.Load(scratch["minilm/model.onnx"], new() { MaxTokens = 256 });
        trainer.Save(scratch["half"], precision);
        Assert.InRange(new FileInfo(scratch["half/model.safetensors"]).Length, 45_000_000, 45_500_000);
        SentenceEncoder exact = trainer.CreateEncoder(), half = SentenceEncoder.Load(scratch["half"]);
        string[] texts = [.. MiniLm.Texts.Where(text => text.Ids.Length < 100).Select(text => text.Text).Take(200)];
        double found = texts.Min(text =>
        {
            float[] x = exact.Encode(text), y = half.Encode(text);
            double dot = x.Zip(y).Sum(pair => (double)pair.First * pair.Second);
            return dot / Math.Sqrt(x.Sum(value => (double)value * value) * y.Sum(value => (double)value * value));
        });
        TestContext.Current.SendDiagnosticMessage($"The smallest cosine of {precision} is 1 - {1 - found:e2}.");
        Assert.InRange(found, smallest, 1.0000001);
    }

    private static EncoderTensor Tensor(float[] values) =>
        new("x", [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static byte[] Widen(byte[] bytes, WeightPrecision precision) =>
        precision == WeightPrecision.Half ? WeightNumbers.WidenHalves(bytes) : WeightNumbers.WidenBFloat16(bytes);

    private static bool IsFinite(ushort bits, WeightPrecision precision) =>
        (bits & (precision == WeightPrecision.Half ? 0x7C00 : 0x7F80)) != (precision == WeightPrecision.Half ? 0x7C00 : 0x7F80);

    /// <summary>The value by the definition: sign, exponent and significant bits.</summary>
    private static double ValueOf(ushort bits, WeightPrecision precision)
    {
        (int digits, int bias) = precision == WeightPrecision.Half ? (10, 15) : (7, 127);
        int exponent = (bits & 0x7FFF) >> digits, significant = bits & ((1 << digits) - 1);
        double value = exponent == 0
            ? significant * Math.Pow(2, 1 - bias - digits)
            : ((1 << digits) + significant) * Math.Pow(2, exponent - bias - digits);
        return bits >= 0x8000 ? -value : value;
    }
}
