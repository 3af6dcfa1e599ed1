namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Matrix products beside OpenBLAS, BLIS, libtorch and Math.NET.</summary>
internal static class ProductSubject
{
    private const string Word = "matmul";
    private const string MathNet = "Math.NET";

    /// <summary>What Math.NET reaches.</summary>
    private const double MathNetOperationsPerSecond = 4e9;

    /// <summary>Below, two threads are slower than one beyond noise.</summary>
    private const double SlowerBeyondNoise = 0.97;

    /// <summary>The numbers by which BLIS 0.9 knows kernels; a later version that has others under them says so and is left out.</summary>
    private static readonly Dictionary<string, string> BlisNumbers = new() { ["skx"] = "0", ["penryn"] = "5", ["zen3"] = "6" };

    /// <summary>The comparison. Math.NET is left out where one product would take too long.</summary>
    internal static Subject Create() => new()
    {
        Word = Word,
        Title = "Matrix products compared with native libraries",
        Help = (
            "Compares matrix products with OpenBLAS, BLIS, libtorch and Math.NET, each in a process of its own, in turns.",
            "Under a minute: shorter turns, no squares above 1024³, odd sizes in float32 only."),
        Legend =
        [
            "the tables show the GFLOP/s of the best round, also in percent of the peak of the same number of threads",
            "ratio: VecNet's speed divided by that of the best peer; even: at least 0.98 of a peer that exceeds 98 % of the peak",
        ],
        Groups = ProductRows.Groups,
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNet),
            () => Contenders.WithOpenBlas(
                "OpenBLAS", (core, environment) => PeerLaunch.OfThisProgram(OwnPeer.OpenBlas, core, environment)),
            Blis,
            () => Contenders.Torch(Word),
            () => Contenders.Own(MathNet, isJudge: false, OwnPeer.MathNet),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(20), FewestRounds: 3, MostRounds: 30, TimeSpan.FromMinutes(15))
                { LongestSlowCall = TimeSpan.FromMilliseconds(600) },
            new(TimeSpan.FromMilliseconds(5), FewestRounds: 2, MostRounds: 6, TimeSpan.FromSeconds(45))
                { LongestSlowCall = TimeSpan.FromMilliseconds(10) }),
        TakesPart = (contender, row, pace) => contender.Name != MathNet
            || row.FloatingPointOperations / MathNetOperationsPerSecond <= pace.LongestSlowCall.TotalSeconds,
        Cell = SpeedAndPartOfPeak,
        Columns = group => group.Name == ProductRows.Odd
            ? [new("VecNet, n rounded up", row => MarkdownReport.Percent(PartOfPeakRoundedUp(row)))]
            : [],
        Notes = Notes,
        Fields = Fields,
    };

    /// <summary>For example <c>241.3 (98.2 %)</c>.</summary>
    internal static string SpeedAndPartOfPeak(RowVerdict row, string contender)
    {
        double speed = row.GigaFlops(contender);
        return $"{speed.ToString(speed < 10 ? "F2" : "F1")} ({MarkdownReport.Percent(row.PartOfPeak(contender))})";
    }

    /// <summary>What a product is, for the JSON object.</summary>
    internal static IEnumerable<(string Name, object? Value)> Fields(ComparedRow row)
    {
        var product = (ProductRow)row;
        return
        [
            ("m", product.M), ("n", product.N), ("k", product.K), ("product", product.Formula),
            ("rowStride", product.RowStride == 0 ? null : product.RowStride),
        ];
    }

    private static IEnumerable<string> Notes(GroupVerdict group, CompareReport report)
    {
        Scaling[] scalings = [.. Scaling.Of(group, report.Peaks)];
        if (scalings.Length > 0)
        {
            IEnumerable<string> slower =
                scalings.Where(scaling => scaling.OneThread <= SlowerBeyondNoise).Select(scaling => scaling.Row.Row.ShortName);
            yield return "speed-up of VecNet by two threads, and in percent of the ratio of the peaks: "
                + string.Join("; ", scalings.Select(Text));
            yield return $"slower with two threads than with one, by 3 % or more: {MarkdownReport.OrNone(slower)}";
        }
    }

    private static string Text(Scaling scaling) =>
        $"{scaling.Row.Row.ShortName} {MarkdownReport.Two(scaling.OneThread)} ({MarkdownReport.Percent(scaling.OfPeaks)})";

    /// <summary>VecNet's part of the peak if n were the next multiple of a 256-bit vector: a remainder costs a whole one.</summary>
    private static double PartOfPeakRoundedUp(RowVerdict row)
    {
        int columns = ((ProductRow)row.Row).N;
        int vector = row.Row.Precision == Precision.Float32 ? 8 : 4;
        return row.PartOfPeak(Contender.VecNet) * ((columns + vector - 1) / vector * vector) / columns;
    }

    /// <summary>
    /// As it is, unless its vectors are limited, or it takes its portable kernels because it does not know the processor.
    /// </summary>
    private static Contender Blis()
    {
        Contender asItIs = Contenders.Own("BLIS", isJudge: true, OwnPeer.Blis);
        KernelChoice choice = KernelChoice.Of(KernelChoice.OfBlis, KernelChoice.Here, VectorLimit.InForce);
        bool isAtItsBest = VectorLimit.InForce is null && !asItIs.Description.EndsWith(BlasPeer.Generic, StringComparison.Ordinal);
        if (isAtItsBest || choice.Kernels is [null])
        {
            return asItIs;
        }

        Contender told = Contenders.WithKernels("BLIS", choice, known =>
            PeerLaunch.OfThisProgram(OwnPeer.Blis, known, ("BLIS_ARCH_TYPE", BlisNumbers[known!])));
        (told.IsPresent ? asItIs : told).Dispose();
        return told.IsPresent ? told : asItIs;
    }
}
