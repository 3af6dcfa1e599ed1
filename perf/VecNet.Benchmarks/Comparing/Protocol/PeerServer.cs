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
    /// <summary>Serves until the input ends.</summary>
    /// <param name="load">Loads the library; throws if that cannot be done.</param>
    /// <param name="input">Commands.</param>
    /// <param name="output">Answers.</param>
    /// <returns>The exit code.</returns>
    internal static int Serve(Func<Peer> load, TextReader input, TextWriter output)
    {
        Peer peer;
        try
        {
            peer = load();
        }
        catch (Exception problem)
        {
            output.WriteLine($"absent {Reason(problem)}");
            return 1;
        }

        output.WriteLine($"hello {peer.Description}");
        ServedRow? row = null;
        while (input.ReadLine() is { } line)
        {
            string answer;
            try
            {
                answer = Answer(line, peer, ref row);
            }
            catch (Exception problem)
            {
                answer = $"failed {Reason(problem)}";
            }

            output.WriteLine(answer);
        }

        row?.Dispose();
        return 0;
    }

    private static string Answer(string line, Peer peer, ref ServedRow? row)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string rest = line[(space + 1)..];
        switch (line[..Math.Max(space, 0)])
        {
            case "prepare":
                row?.Dispose();
                row = null;

                // The operands of the last row must not be collected while the next one is timed.
                GC.Collect();
                ComparedRow parsed = peer.Parse(rest);
                row = new ServedRow(parsed, peer.Prepare(parsed));
                return "ready";
            case "keep":
                row!.Keep(rest);
                return "kept";
            case "check":
                row!.Check(rest);
                return "right";
            case "run":
                double seconds = row!.Best(TimeSpan.FromMilliseconds(double.Parse(rest, CultureInfo.InvariantCulture)));
                return string.Create(CultureInfo.InvariantCulture, $"best {seconds:R}");
            default:
                throw new NotSupportedException($"There is no command '{line}'.");
        }
    }

    private static string Reason(Exception problem)
    {
        Exception cause = problem is TypeInitializationException { InnerException: { } inner } ? inner : problem;
        return cause.Message.Split('\n')[0].Trim();
    }
}
