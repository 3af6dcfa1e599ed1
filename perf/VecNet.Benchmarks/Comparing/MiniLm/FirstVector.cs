using System.Diagnostics;

namespace VecNet.Benchmarks.Comparing.MiniLm;

/// <summary>A program that loads the model and encodes one text, to measure its start and its memory.</summary>
/// <remarks>
/// Its first line is <c>first NUMBER</c>, a component of the vector, and its second <c>then BYTES BYTES</c>: what a warm call allocates in
/// managed memory, and the most memory that the process has had, mapped files included.
/// </remarks>
internal static class FirstVector
{
    internal const string Word = "first-vector";

    /// <summary>The text.</summary>
    internal const string Text = "This is an example sentence";

    /// <summary>The first component of its vector, in double precision.</summary>
    internal const double Component = 0.0676569;

    /// <summary>More calls than the runtime counts before it compiles a method for good.</summary>
    private const int Calls = 100;

    private const int Repetitions = 3;

    /// <summary>The tokens of the text, for a library without a tokenizer.</summary>
    internal static int[] Ids { get; } = [101, 2023, 2003, 2019, 2742, 6251, 102];

    /// <summary>Loads a function that encodes the text and returns the first component of its vector; returns the exit code.</summary>
    internal static int Run(Func<Func<float>> load, TextWriter output)
    {
        Func<float> encode = load();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first {encode():R}"));
        output.Flush();
        Repeat();
        long allocated = Enumerable.Range(0, Repetitions).Min(_ => Allocated()) / Calls;
        using var process = Process.GetCurrentProcess();
        output.WriteLine($"then {allocated} {process.PeakWorkingSet64}");
        return 0;

        // The runtime itself allocates now and then: the least of a few repetitions counts.
        long Allocated()
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Repeat();
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        void Repeat() => PreparedRow.Repeated(() => encode())(Calls);
    }
}
