using System.Numerics;
using System.Runtime.InteropServices;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The row that a peer's process works at. What is compared is the result, and before it the loss.</summary>
internal sealed class ServedElementwise<T>(ElementwiseRow row, ElementwiseOperands<T> operands, IPreparedElementwise prepared) : IServedRow
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CallClock clock = new(prepared.Run);

    /// <summary>In the proportion of the largest element: some units in the last place of what it is made from, and of a sum over a row.</summary>
    private static double Tolerance => typeof(T) == typeof(float) ? 4e-6 : 4e-14;

    public void Keep(string path) => File.WriteAllBytes(path, MemoryMarshal.AsBytes(Result().AsSpan()));

    public void Check(string path)
    {
        ReadOnlySpan<T> expected = MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(path));
        T[] actual = Result();
        Agreement.Check(row.Name, actual.AsSpan(0, 1), expected[..1], Tolerance);
        Agreement.Check(row.Name, actual.AsSpan(1), expected[1..], Tolerance);
    }

    public double Best(TimeSpan slice) => clock.Best(slice);

    public void Dispose() => prepared.Dispose();

    private T[] Result()
    {
        operands.Result.Span.Fill(T.NaN);
        operands.Loss = T.Zero;
        prepared.Run(1);
        prepared.CopyResult();
        return [operands.Loss, .. operands.Result.Span];
    }
}
