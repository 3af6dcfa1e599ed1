using System.Runtime.InteropServices;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The row that a peer's process computes, its clock, and the comparison of its results with VecNet's.</summary>
internal sealed class ServedRow(ComparedRow row, PreparedRow prepared) : IDisposable
{
    private readonly CallClock clock = new(prepared.Run);

    /// <summary>Computes the results and writes them into a file, one array after another.</summary>
    internal void Keep(string path)
    {
        using FileStream file = File.Create(path);
        foreach (Array part in Results())
        {
            file.Write(BytesOf(part));
        }
    }

    /// <summary>Computes the results and throws unless they are those of the file, up to rounding.</summary>
    internal void Check(string path)
    {
        using FileStream file = File.OpenRead(path);
        foreach (Array actual in Results())
        {
            var expected = Array.CreateInstance(row.ElementType, actual.Length);
            file.ReadExactly(BytesOf(expected));
            Agreement.Check(row.Name, actual, expected, row.Tolerance);
        }

        if (file.Position != file.Length)
        {
            throw new InvalidOperationException($"{row.Name}: {file.Length - file.Position} bytes of the result are missing.");
        }
    }

    /// <inheritdoc cref="CallClock.Best"/>
    internal double Best(TimeSpan slice)
    {
        prepared.Reset?.Invoke();
        return clock.Best(slice);
    }

    public void Dispose() => prepared.Release?.Invoke();

    private Array[] Results()
    {
        prepared.Reset?.Invoke();
        return prepared.Results();
    }

    private static Span<byte> BytesOf(Array elements) => elements is float[] floats
        ? MemoryMarshal.AsBytes(floats.AsSpan())
        : MemoryMarshal.AsBytes(((double[])elements).AsSpan());
}
