using System.Buffers.Binary;
using System.Numerics;

namespace VecNet;

/// <summary>Converts elements to and from the bytes of a safetensors tensor, which are little-endian.</summary>
internal static class TensorBytes
{
    /// <summary>The format's name of the element type.</summary>
    internal static string TypeOf<T>() => typeof(T) == typeof(float) ? "F32" : "F64";

    /// <summary>The number of bytes of an element.</summary>
    internal static int SizeOf<T>() => typeof(T) == typeof(float) ? 4 : 8;

    /// <summary>Writes one element.</summary>
    internal static void Write<T>(Span<byte> bytes, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)(object)value);
        }
        else
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, (double)(object)value);
        }
    }

    /// <summary>Element <paramref name="index"/> of an F32 or F64 tensor, converted.</summary>
    internal static T Read<T>(SafetensorsTensor tensor, int index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => tensor.Type == "F32"
            ? T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(tensor.Data.Span[(index * 4)..]))
            : T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(tensor.Data.Span[(index * 8)..]));

    /// <summary>A vector as a tensor.</summary>
    internal static SafetensorsTensor Vector<T>(string name, IReadOnlyList<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] bytes = new byte[values.Count * SizeOf<T>()];
        for (int i = 0; i < values.Count; i++)
        {
            Write(bytes.AsSpan(i * SizeOf<T>()), values[i]);
        }

        return new(name, TypeOf<T>(), [values.Count], bytes);
    }
}
