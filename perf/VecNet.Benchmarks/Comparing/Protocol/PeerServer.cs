using System.Runtime.InteropServices;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A peer's process: it answers every line that it reads with one line, and does nothing in between.</summary>
/// <remarks>
/// <para>Its first line is <c>hello DESCRIPTION</c>, or <c>absent REASON</c> and the end. Then</para>
/// <list type="bullet">
/// <item><c>prepare ROW</c> (<see cref="ComparedRow.ToWords"/>) makes the operands: <c>ready</c></item>
/// <item><c>keep PATH</c> computes once and writes the result into a file: <c>kept</c></item>
/// <item><c>check PATH</c> computes once and compares with that file: <c>right</c></item>
/// <item><c>run MILLISECONDS</c> computes for a slice of time, at least once: <c>best SECONDS</c>, those of one call</item>
/// </list>
/// <para>and <c>failed REASON</c> to whatever it cannot do. It ends with its input.</para>
/// </remarks>
internal static class PeerServer
{
    /// <summary>Loads the library, which may throw, serves until the input ends, and returns the exit code.</summary>
    internal static int Serve(Func<Peer> load, TextReader input, TextWriter output)
    {
        Peer? peer = null;
        ServedRow? row = null;
        if (!Answer("absent", () => $"hello {(peer = load()).Description}"))
        {
            return 1;
        }

        while (input.ReadLine() is { } line)
        {
            Answer("failed", () => Execute(line, peer!, ref row));
        }

        row?.Dispose();
        return 0;

        bool Answer(string otherwise, Func<string> answer)
        {
            try
            {
                output.WriteLine(answer());
                return true;
            }
            catch (Exception problem)
            {
                Exception cause = problem is TypeInitializationException { InnerException: { } inner } ? inner : problem;
                output.WriteLine($"{otherwise} {cause.Message.Split('\n')[0].Trim()}");
                return false;
            }
        }
    }

    private static string Execute(string line, Peer peer, ref ServedRow? row)
    {
        string[] words = [.. line.Split(' ', 2), ""];
        switch (words[0])
        {
            case "prepare":
                row?.Dispose();
                row = null;

                // The operands of the last row must not be collected while the next one is timed.
                GC.Collect();
                ComparedRow parsed = peer.Parse(words[1]);
                row = new ServedRow(parsed, peer.Prepare(parsed));
                return "ready";
            case "keep":
                row!.Keep(words[1]);
                return "kept";
            case "check":
                row!.Check(words[1]);
                return "right";
            case "run":
                double seconds = row!.Best(TimeSpan.FromMilliseconds(double.Parse(words[1], CultureInfo.InvariantCulture)));
                return string.Create(CultureInfo.InvariantCulture, $"best {seconds:R}");
            default:
                throw new NotSupportedException($"There is no command '{line}'.");
        }
    }
}

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
