using System.Numerics;
using System.Text.Json;

namespace VecNet.Tests;

/// <summary>A tensor of a golden file: float64 values, or indices (exact in double as well), flat and row-major.</summary>
public sealed class GoldenTensor
{
    private GoldenTensor(IReadOnlyList<int> shape, IReadOnlyList<double> data) => (Shape, Data) = (shape, data);

    internal GoldenTensor(JsonElement element)
    {
        Shape = [.. element.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        Data = [.. element.GetProperty("data").EnumerateArray().Select(Number)];
        if (Data.Count != Shape.Aggregate(1, (product, length) => product * length))
        {
            throw new InvalidDataException($"A golden tensor of shape [{string.Join(", ", Shape)}] has {Data.Count} values.");
        }
    }

    public IReadOnlyList<int> Shape { get; }

    public IReadOnlyList<double> Data { get; }

    /// <summary>Part of the tensor: all values at an index of the first dimension.</summary>
    public GoldenTensor this[int index]
    {
        get
        {
            int length = Data.Count / Shape[0];
            return new([.. Shape.Skip(1)], [.. Data.Skip(index * length).Take(length)]);
        }
    }

    /// <summary>Rows of the tensor as a matrix: scalars and vectors have one.</summary>
    public int Rows => Shape.Count switch
    {
        0 or 1 => 1,
        2 => Shape[0],
        _ => throw new InvalidOperationException($"A golden tensor of shape [{string.Join(", ", Shape)}] is no matrix."),
    };

    /// <summary>Columns of the tensor as a matrix: a scalar has one.</summary>
    public int Columns => Shape.Count == 0 ? 1 : Shape[^1];

    /// <summary>The value of a scalar.</summary>
    public double Scalar =>
        Data.Count == 1 ? Data[0] : throw new InvalidOperationException($"A golden tensor of {Data.Count} values is no scalar.");

    /// <summary>The values as class indices.</summary>
    public int[] Indices() => [.. Data.Select(value => checked((int)value))];

    /// <summary>The values, rounded to <typeparamref name="T"/>, in a matrix of their own.</summary>
    public TensorBuffer<T> ToBuffer<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var buffer = new TensorBuffer<T>(Rows, Columns);
        for (int i = 0; i < Data.Count; i++)
        {
            buffer.Span[i] = T.CreateTruncating(Data[i]);
        }

        return buffer;
    }

    private static double Number(JsonElement element) => element.ValueKind == JsonValueKind.Number
        ? element.GetDouble()
        : element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string other => throw new InvalidDataException($"'{other}' is no number."),
            null => throw new InvalidDataException("A golden tensor holds null."),
        };
}
