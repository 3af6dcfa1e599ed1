namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library, seen from inside its own process.</summary>
internal interface IPeer
{
    /// <summary>What has been loaded, in a few words: version, kernels.</summary>
    string Description { get; }

    /// <summary>Brings everything about that is not timed: operands in the library's form, number of threads.</summary>
    /// <param name="words">What the row's <see cref="ComparedRow.ToWords"/> wrote.</param>
    IServedRow Prepare(string words);
}

/// <summary>The row that a peer's process works at.</summary>
internal interface IServedRow : IDisposable
{
    /// <summary>Computes once and writes the result into a file.</summary>
    void Keep(string path);

    /// <summary>Computes once and throws unless the result is that of the file, up to rounding.</summary>
    void Check(string path);

    /// <inheritdoc cref="CallClock.Best"/>
    double Best(TimeSpan slice);
}
