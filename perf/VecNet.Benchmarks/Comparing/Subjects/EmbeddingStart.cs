using System.Diagnostics;
using System.Reflection;
using VecNet.Benchmarks.Comparing.MiniLm;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The start of a program that loads the model and encodes a text of 7 tokens, on one thread.</summary>
/// <param name="Name">The library.</param>
/// <param name="Milliseconds">From the start of the process until the first vector is there, of each round; none if it failed.</param>
/// <param name="PeakBytes">The most memory of the process, mapped files included, after some hundred calls.</param>
/// <param name="AllocatedBytes">What a warm call allocates in managed memory.</param>
internal sealed record EmbeddingStart(string Name, IReadOnlyList<double> Milliseconds, long PeakBytes, long AllocatedBytes)
{
    private const int Rounds = 5;

    /// <summary>Measured once, after the run; the programs take turns.</summary>
    private static readonly Lazy<IReadOnlyList<EmbeddingStart>> Measured = new(Measure);

    internal static IReadOnlyList<EmbeddingStart> All => Measured.Value;

    internal static (string Title, IReadOnlyList<IReadOnlyList<string>> Lines) Table =>
    (
        "Start and memory",
        [
            ["A program that encodes a text of 7 tokens", "first vector, best", "median", "peak memory", "allocated by a warm call"],
            .. All.Select(start => start.Milliseconds.Count == 0 ? (string[])[start.Name, "failed", "", "", ""] :
            [
                start.Name, $"{start.Milliseconds.Min():F0} ms", $"{start.Median:F0} ms", $"{start.PeakBytes / 1e6:F0} MB",
                $"{start.AllocatedBytes} B",
            ]),
        ]);

    private double Median => Verdict.MedianOf(Milliseconds);

    internal object ToJson() => new
    {
        Name,
        bestMilliseconds = Milliseconds.Count == 0 ? (double?)null : Milliseconds.Min(),
        medianMilliseconds = Milliseconds.Count == 0 ? (double?)null : Median,
        PeakBytes,
        AllocatedBytes,
    };

    /// <summary>A first round reads the files, so that they are in the page cache; it does not count.</summary>
    private static IReadOnlyList<EmbeddingStart> Measure()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vecnet-minilm-");
        try
        {
            MiniLmPackage.CopyTo(folder.FullName);
            var programs = new List<(string Name, string[] Arguments)>
            {
                (Contender.VecNet, [Assembly.GetExecutingAssembly().Location, FirstVector.Word]),
            };
            if (Contenders.OnnxProgram is { } program)
            {
                programs.Add((Contender.OnnxRuntime, [program, Contenders.OnnxRuntimeWord]));
                programs.Add((Contender.SentenceTransformers, [program, Contenders.SentenceTransformersWord]));
            }

            EmbeddingStart[][] rounds =
            [
                .. Enumerable.Range(0, Rounds + 1).Select(_ => programs
                    .Select(entry => Run(entry.Name, [.. entry.Arguments, folder.FullName])).ToArray()),
            ];
            return
            [
                .. programs.Select((entry, index) => rounds[^1][index] with
                {
                    Milliseconds = [.. rounds.Skip(1).SelectMany(round => round[index].Milliseconds)],
                }),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static EmbeddingStart Run(string name, string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(
            new ProcessStartInfo(PeerLaunch.DotnetHost, arguments) { RedirectStandardOutput = true })!;
        string[] first = Line();
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        string[] then = Line();
        process.WaitForExit();
        if (first is not ["first", string component] || then is not ["then", string allocated, string peak]
            || Math.Abs(double.Parse(component, CultureInfo.InvariantCulture) - FirstVector.Component) > 1e-6)
        {
            return new(name, [], 0, 0);
        }

        return new(
            name, [time.TotalMilliseconds], long.Parse(peak, CultureInfo.InvariantCulture),
            long.Parse(allocated, CultureInfo.InvariantCulture));

        string[] Line() => process.StandardOutput.ReadLine()?.Split(' ') ?? [];
    }
}
