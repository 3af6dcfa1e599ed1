using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing;

/// <summary>How VecNet stands in a row.</summary>
internal sealed class RowVerdict
{
    /// <summary>Of a peer that comes closer to the peak than this, VecNet need only reach the same part.</summary>
    private const double Even = 0.98;

    private readonly double peak;

    internal RowVerdict(RowResult result, double peak, IEnumerable<string> counted)
    {
        this.peak = peak;
        Result = result;
        BestPeer = counted.Where(result.Figures.ContainsKey).MinBy(name => result.Figures[name].Seconds);
        Counts = counted.All(result.Figures.ContainsKey);
        if (BestPeer is not null)
        {
            Ratio = result.Figures[BestPeer].Seconds / result.Figures[Contender.VecNet].Seconds;
            IsEven = Ratio is >= Even and < 1 && PartOfPeak(BestPeer) > Even;
        }
    }

    internal RowResult Result { get; }

    internal ProductRow Row => Result.Row;

    /// <summary>The fastest of the peers that count, or null if none is present.</summary>
    internal string? BestPeer { get; }

    /// <summary>Whether every peer that counts was present.</summary>
    internal bool Counts { get; }

    /// <summary>VecNet's speed over that of the best peer.</summary>
    internal double? Ratio { get; }

    /// <summary>Whether VecNet has 0.98 or more of a peer that itself has more than 98 % of the peak.</summary>
    internal bool IsEven { get; }

    /// <summary>The ratio, with 1 for what counts as even.</summary>
    internal double? JudgedRatio => IsEven ? 1 : Ratio;

    internal double GigaFlops(string contender) => Row.Operations / Result.Figures[contender].Seconds / 1e9;

    internal double PartOfPeak(string contender) => Row.Operations / Result.Figures[contender].Seconds / peak;

    /// <summary>VecNet's part of the peak if n were the next multiple of a 256-bit vector: a remainder costs a whole one.</summary>
    internal double PartOfPeakRoundedUp()
    {
        int vector = Row.Precision == Precision.Float32 ? 8 : 4;
        return PartOfPeak(Contender.VecNet) * ((Row.N + vector - 1) / vector * vector) / Row.N;
    }
}
