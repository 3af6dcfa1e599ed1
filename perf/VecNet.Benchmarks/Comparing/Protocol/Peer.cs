namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library, seen from inside its own process.</summary>
/// <param name="Description">What has been loaded, in a few words: version, kernels.</param>
/// <param name="Parse">Reads a row from the words that its <see cref="ComparedRow.ToWords"/> wrote.</param>
/// <param name="Prepare">Prepares everything that is not timed: operands in the library's form, the number of threads, and what a backward
/// pass needs from the forward pass. It throws <see cref="NotSupportedException"/> for a row that the library cannot compute.</param>
internal sealed record Peer(string Description, Func<string, ComparedRow> Parse, Func<ComparedRow, PreparedRow> Prepare)
{
    /// <summary>Several times what the runtime waits for before it compiles a method for good.</summary>
    private static readonly TimeSpan CompilationTime = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes a peer of a class that prepares one type of row.</summary>
    internal static Peer Of<TRow>(string description, Func<TRow, PreparedRow> prepare)
        where TRow : ComparedRow => new(description, ComparedRow.Parse<TRow>, row => prepare((TRow)row));

    /// <summary>Runs every row for a moment: afterwards the peer is as in a program that has been up for a while.</summary>
    internal Peer Compiled(IEnumerable<ComparedRow> rows)
    {
        foreach (ComparedRow row in rows)
        {
            using var served = new ServedRow(row, Prepare(row));
            served.Best(CompilationTime);
        }

        return this;
    }
}

/// <summary>A row that is ready to be timed.</summary>
/// <param name="Run">Computes the row so many times: the loop lies here, so that a small operation is measured and not its call.</param>
/// <param name="Results">Computes what is compared: arrays of the row's element type.</param>
internal sealed record PreparedRow(Action<int> Run, Func<Array[]> Results)
{
    /// <summary>A row whose call is so long that the delegate does not show; what is compared is the result of so many calls.</summary>
    internal static PreparedRow Of(Action call, int comparedCalls, Func<Array[]> results)
    {
        Action<int> run = Repeated(call);
        return new(run, () =>
        {
            run(comparedCalls);
            return results();
        });
    }

    /// <summary>The loop over a call.</summary>
    internal static Action<int> Repeated(Action call) => calls =>
    {
        for (int done = 0; done < calls; done++)
        {
            call();
        }
    };

    /// <summary>Restores the first state before results are computed and before every slice of time.</summary>
    internal Action? Reset { get; init; }

    /// <summary>Releases what the row has allocated outside the garbage collector's memory.</summary>
    internal Action? Release { get; init; }
}
