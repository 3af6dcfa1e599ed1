using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>Weights as numbers of 16 bits: widened when they are read, and rounded to the nearest when they are written.</summary>
internal static class WeightNumbers
{
    /// <summary>The bits of a float that a bfloat16 does not have.</summary>
    private const int Dropped = 16;

    /// <summary>The bits of a bfloat16: its sign, and a number that is not one. Rounding that of a float could make it infinite or zero.
    /// </summary>
    private const uint SignBit = 0x8000, QuietNaN = 0x7FC0;

    /// <summary>The floats of halves, which represent each of them.</summary>
    internal static byte[] WidenHalves(ReadOnlySpan<byte> halves)
    {
        byte[] floats = new byte[2 * (long)halves.Length];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(halves), MemoryMarshal.Cast<byte, float>(floats.AsSpan()));
        return floats;
    }

    /// <summary>The floats of numbers that are the upper halves of floats.</summary>
    internal static byte[] WidenBFloat16(ReadOnlySpan<byte> numbers)
    {
        byte[] floats = new byte[2 * (long)numbers.Length];
        ReadOnlySpan<ushort> from = MemoryMarshal.Cast<byte, ushort>(numbers);
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(floats.AsSpan());
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = (uint)from[i] << Dropped;
        }

        return floats;
    }

    /// <summary>The dtype of a safetensors file.</summary>
    internal static string TypeOf(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Half => "F16",
        WeightPrecision.BFloat16 => "BF16",
        _ => "F32",
    };

    /// <summary>Rounds the floats of a tensor to the nearest numbers, of two equally near ones to that with an even last bit.</summary>
    /// <exception cref="InvalidOperationException">A number is too large.</exception>
    internal static ReadOnlyMemory<byte> Round(EncoderTensor tensor, WeightPrecision precision)
    {
        if (precision == WeightPrecision.Full)
        {
            return tensor.Bytes;
        }

        ReadOnlySpan<float> floats = tensor.Values;
        byte[] bytes = new byte[floats.Length * sizeof(ushort)];
        Span<ushort> numbers = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
        for (int i = 0; i < floats.Length; i++)
        {
            numbers[i] = precision == WeightPrecision.Half ? BitConverter.HalfToUInt16Bits((Half)floats[i]) : RoundToBFloat16(floats[i]);
            if (float.IsFinite(floats[i]) && (precision == WeightPrecision.Half
                ? !Half.IsFinite(BitConverter.UInt16BitsToHalf(numbers[i]))
                : (numbers[i] & 0x7F80) == 0x7F80))
            {
                throw new InvalidOperationException(
                    $"Element {i} of the tensor '{tensor.Name}' is {floats[i]}, which {precision} cannot represent.");
            }
        }

        return bytes;
    }

    private static ushort RoundToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)(((bits >> Dropped) & SignBit) | QuietNaN)
            : (ushort)((bits + 0x7FFF + ((bits >> Dropped) & 1)) >> Dropped);
    }
}
