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
