namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The networks that are compared.</summary>
internal static class NetworkRows
{
    /// <summary>The network whose training step is measured at every batch.</summary>
    internal const string Digits = "784-512-256-10";

    /// <summary>Groups whose rows are that network's.</summary>
    internal const string Sigmoid = "sigmoid";

    /// <inheritdoc cref="Sigmoid"/>
    internal const string ReLU = "relu";

    /// <summary>The group of networks of one form and growing width.</summary>
    internal const string Widths = "widths";

    /// <summary>From this batch on, two threads should be worth it.</summary>
    internal const int FirstBatchOfTwoThreads = 128;

    private const int BatchOfWidths = 128;

    private static readonly int[] Batches = [1, 8, 32, 64, 128, 256, 1024];

    /// <summary>Two decades; the parameters, which grow with the square, over four.</summary>
    private static readonly int[] HiddenWidths = [16, 32, 64, 128, 256, 512, 1024, 1600];

    /// <summary>What is computed of a network.</summary>
    internal static IReadOnlyList<Pass> Passes { get; } = [Pass.Forward, Pass.ForwardBackward, Pass.Step];

    /// <summary>All rows.</summary>
    internal static IReadOnlyList<RowGroup> Groups() =>
    [
        new(Sigmoid, $"{Digits}, sigmoid", RowGroup.WithTwoThreads(OfDigits(HiddenActivation.Sigmoid), _ => true)),
        new(ReLU, $"{Digits}, ReLU", RowGroup.WithTwoThreads(OfDigits(HiddenActivation.ReLU), _ => true)),
        new("small", "Small networks", Small),
        new(Widths, $"Growing widths, batch {BatchOfWidths}",
            [.. HiddenWidths.Select(w => new NetworkRow($"{w}-{w}-{w}-10", HiddenActivation.Sigmoid, BatchOfWidths, Pass.Step))]),
    ];

    /// <summary>Whether plain loops can do the row and be the best: a small network with sigmoids, a small batch, one thread.</summary>
    internal static bool IsForPlainLoops(NetworkRow row) =>
        row is { Network: not Digits, Activation: HiddenActivation.Sigmoid, Batch: < BatchOfWidths, Threads: 1 };

    private static IReadOnlyList<NetworkRow> Small =>
    [
        new("2-2-1", HiddenActivation.Sigmoid, 1, Pass.Forward),
        new("2-2-1", HiddenActivation.Sigmoid, 1, Pass.ForwardBackward),
        new("2-2-1", HiddenActivation.Sigmoid, 1, Pass.Step),
        new("64-128-10", HiddenActivation.Sigmoid, 1, Pass.Forward),
        new("64-128-10", HiddenActivation.Sigmoid, 32, Pass.Forward),
        new("64-128-10", HiddenActivation.Sigmoid, 32, Pass.Step),
        new("64-128-10", HiddenActivation.ReLU, 32, Pass.Step),
    ];

    private static IEnumerable<NetworkRow> OfDigits(HiddenActivation activation) =>
        from pass in Passes
        from batch in Batches
        select new NetworkRow(Digits, activation, batch, pass);
}
