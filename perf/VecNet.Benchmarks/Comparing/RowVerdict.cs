namespace VecNet.Benchmarks.Comparing;

/// <summary>How VecNet stands in a row.</summary>
internal sealed class RowVerdict
{
    /// <summary>Of a peer that comes closer to the peak than this, VecNet need only reach the same part.</summary>
    private const double Even = 0.98;

    private readonly double peak;

    internal RowVerdict(RowResult result, double peak, IReadOnlyList<Contender> contenders)
    {
        this.peak = peak;
        Result = result;
        BestPeer = contenders
            .Where(contender => contender.IsJudge && result.Figures.ContainsKey(contender.Name))
            .MinBy(contender => result.Figures[contender.Name].Seconds)?.Name;
        Counts = contenders.All(contender => contender.Standing != Standing.Required || result.Figures.ContainsKey(contender.Name));
        if (BestPeer is not null)
        {
            Ratio = result.Figures[BestPeer].Seconds / result.Figures[Contender.VecNet].Seconds;
            IsEven = Ratio is >= Even and < 1 && PartOfPeak(BestPeer) > Even;
        }
    }

    internal RowResult Result { get; }

    internal ComparedRow Row => Result.Row;

    /// <summary>The fastest of the peers that VecNet is judged by, or null if none is present.</summary>
    internal string? BestPeer { get; }

    /// <summary>Whether every required peer was present.</summary>
    internal bool Counts { get; }

    /// <summary>VecNet's speed over that of the best peer.</summary>
    internal double? Ratio { get; }

    /// <summary>Whether VecNet has 0.98 or more of a peer that itself has more than 98 % of the peak.</summary>
    internal bool IsEven { get; }

    /// <summary>The ratio, with 1 for what counts as even.</summary>
    internal double? JudgedRatio => IsEven ? 1 : Ratio;

    internal double Seconds(string contender) => Result.Figures[contender].Seconds;

    internal double GigaFlops(string contender) => Row.FloatingPointOperations / Result.Figures[contender].Seconds / 1e9;

    internal double PartOfPeak(string contender) => Row.FloatingPointOperations / Result.Figures[contender].Seconds / peak;
}
