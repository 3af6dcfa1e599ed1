using System.Buffers.Binary;
using System.Numerics;

namespace VecNet;

/// <summary>An array of any shape, as <see cref="NpyFile"/>, <see cref="NpzFile"/> and <see cref="IdxFile"/> read and write it.</summary>
/// <remarks>
/// The bytes are row-major and little-endian for every format, and keep the element type until the array is converted to features
/// (<see cref="ToMatrix{T}"/>) or classes (<see cref="ToClasses"/>); images of one byte per pixel take one byte per pixel until then.
/// </remarks>
public sealed class StoredArray
{
    /// <summary>Creates an array of the given bytes.</summary>
    /// <param name="element">The element type.</param>
    /// <param name="shape">The length of each dimension; none for a single number.</param>
    /// <param name="data">The elements, row-major and little-endian; not copied.</param>
    /// <exception cref="ArgumentException">A length is negative, or the number of bytes does not match shape and element type.</exception>
    public StoredArray(StoredElement element, IReadOnlyList<long> shape, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!Enum.IsDefined(element))
        {
            throw new ArgumentOutOfRangeException(nameof(element), element, "Unknown element.");
        }

        Element = element;
        Shape = [.. shape];
        Data = data;
        try
        {
            if (StoredBytes.Count(element, Shape) != data.Length)
            {
                throw new ArgumentException(
                    $"An array of shape {Describe(shape)} and {element} needs {StoredBytes.Count(element, Shape)} bytes; there are "
                    + $"{data.Length}.",
                    nameof(data));
            }
        }
        catch (InvalidDataException error)
        {
            throw new ArgumentException(error.Message, nameof(shape), error);
        }
    }

    /// <summary>The element type.</summary>
    public StoredElement Element { get; }

    /// <summary>The length of each dimension; none for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements' bytes, row-major and little-endian.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The number of elements.</summary>
    public int Length => Data.Length / StoredBytes.Size(Element);

    /// <summary>
    /// Creates the array of a matrix, of <see cref="StoredElement.Float32"/> or <see cref="StoredElement.Float64"/> elements and the shape
    /// rows × columns.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix has more bytes than an array holds.</exception>
    public static StoredArray FromMatrix<T>(ReadOnlyTensorView<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        int size = ElementType.Size<T>();
        if ((long)matrix.Length * size > Array.MaxLength)
        {
            throw new ArgumentException(
                $"A {matrix.Rows}×{matrix.Columns} matrix has more bytes than the {Array.MaxLength} of an array.", nameof(matrix));
        }

        byte[] data = new byte[matrix.Length * size];
        int offset = 0;
        for (int row = 0; row < matrix.Rows; row++)
        {
            foreach (T value in matrix.Row(row))
            {
                TensorBytes.Write(data.AsSpan(offset), value);
                offset += size;
            }
        }

        return new(size == 4 ? StoredElement.Float32 : StoredElement.Float64, [matrix.Rows, matrix.Columns], data);
    }

    /// <summary>Creates the array of class indices: <see cref="StoredElement.Int64"/>, NumPy's default integer, of one dimension.</summary>
    public static StoredArray FromClasses(ReadOnlySpan<int> classes)
    {
        byte[] data = new byte[checked(classes.Length * 8)];
        for (int i = 0; i < classes.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(i * 8), classes[i]);
        }

        return new(StoredElement.Int64, [classes.Length], data);
    }

    /// <summary>
    /// Converts the numbers to a matrix: the first dimension gives its rows, all others together its columns. An array without dimensions
    /// gives 1 × 1, one of a single dimension 1 × n.
    /// </summary>
    /// <remarks>
    /// Integers that <typeparamref name="T"/> cannot represent exactly are rounded to the nearest, and so are numbers of higher precision.
    /// </remarks>
    /// <exception cref="InvalidDataException">A finite number is infinite in <typeparamref name="T"/>, or a matrix cannot be so
    /// large.</exception>
    public TensorBuffer<T> ToMatrix<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        long rows = Shape.Count < 2 ? 1 : Shape[0];
        long columns = Shape.Skip(Shape.Count < 2 ? 0 : 1).Aggregate(1L, (count, length) => count * length);
        if (rows > int.MaxValue || columns > int.MaxValue || (long)Length * ElementType.Size<T>() > Array.MaxLength)
        {
            throw new InvalidDataException($"an array of shape {Describe(Shape)} is too large for a matrix.");
        }

        var matrix = new TensorBuffer<T>((int)rows, (int)columns);
        Span<T> values = matrix.Span;
        ReadOnlySpan<byte> data = Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ValueAt<T>(data, i);
            if (!T.IsFinite(values[i]) && Element == StoredElement.Float64
                && double.IsFinite(BinaryPrimitives.ReadDoubleLittleEndian(data[(i * 8)..])))
            {
                throw new InvalidDataException(
                    $"element {i} is {BinaryPrimitives.ReadDoubleLittleEndian(data[(i * 8)..]):R}, which is beyond single precision.");
            }
        }

        return matrix;
    }

    /// <summary>Converts the numbers to class indices, which start at 0.</summary>
    /// <exception cref="InvalidDataException">
    /// The elements are not integers, one is negative or above <see cref="int.MaxValue"/>, or the shape is not n or n × 1.
    /// </exception>
    public int[] ToClasses()
    {
        if (Element is StoredElement.Float16 or StoredElement.Float32 or StoredElement.Float64)
        {
            throw new InvalidDataException($"classes are integers; the elements are {Element}.");
        }

        if (Shape.Count != 1 && !(Shape.Count == 2 && Shape[1] == 1))
        {
            throw new InvalidDataException($"classes have the shape n or n × 1; the array has {Describe(Shape)}.");
        }

        int[] classes = new int[Length];
        for (int i = 0; i < classes.Length; i++)
        {
            Int128 value = IntegerAt(Data.Span, i);
            classes[i] = value >= 0 && value <= int.MaxValue
                ? (int)value
                : throw new InvalidDataException($"element {i} is {value}: class indices range from 0 to {int.MaxValue}.");
        }

        return classes;
    }

    /// <summary>Formats a shape as NumPy writes it.</summary>
    internal static string Describe(IReadOnlyList<long> shape) => $"({string.Join(", ", shape)}{(shape.Count == 1 ? "," : "")})";

    private T ValueAt<T>(ReadOnlySpan<byte> data, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Element switch
        {
            StoredElement.Float32 => T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(data[(i * 4)..])),
            StoredElement.Float64 => T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(data[(i * 8)..])),
            StoredElement.UInt8 or StoredElement.Boolean => T.CreateTruncating(data[i]),
            StoredElement.Float16 => T.CreateTruncating(BinaryPrimitives.ReadHalfLittleEndian(data[(i * 2)..])),
            StoredElement.UInt64 => T.CreateTruncating(BinaryPrimitives.ReadUInt64LittleEndian(data[(i * 8)..])),
            _ => T.CreateTruncating((long)IntegerAt(data, i)),
        };

    private Int128 IntegerAt(ReadOnlySpan<byte> data, int i) => Element switch
    {
        StoredElement.Int8 => (sbyte)data[i],
        StoredElement.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(data[(i * 2)..]),
        StoredElement.Int16 => BinaryPrimitives.ReadInt16LittleEndian(data[(i * 2)..]),
        StoredElement.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(data[(i * 4)..]),
        StoredElement.Int32 => BinaryPrimitives.ReadInt32LittleEndian(data[(i * 4)..]),
        StoredElement.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(data[(i * 8)..]),
        StoredElement.Int64 => BinaryPrimitives.ReadInt64LittleEndian(data[(i * 8)..]),
        _ => data[i],
    };
}
