using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Layers, losses and optimisers beside libtorch.</summary>
internal sealed class LayerSubject : Subject
{
    private static readonly Pace Quick = new(
        TimeSpan.FromMilliseconds(3), FewestRounds: 5, MostRounds: 12, TimeSpan.FromSeconds(45), TimeSpan.MaxValue);

    private static readonly Pace Full = new(
        TimeSpan.FromMilliseconds(10), FewestRounds: 8, MostRounds: 60, TimeSpan.FromMinutes(4), TimeSpan.MaxValue);

    internal override string Word => "layers";

    internal override string Title => "Layers, losses and optimisers: VecNet beside libtorch";

    internal override string Description => "Activations, normalisations, embedding, losses and optimisers beside libtorch, each in a process of its own, in turns.";

    internal override string QuickDescription => "About a minute: all rows, shorter turns.";

    internal override IReadOnlyList<Precision> Precisions => [Precision.Float32];

    internal override IReadOnlyList<string> Legend =>
    [
        "float32, one thread; in the tables: microseconds of one call in the best round",
        "before a row is timed, its results have agreed with VecNet's to 1e-5 of their largest element: outputs, losses, every gradient, running statistics, and "
            + "what three steps of an optimiser leave",
        "libtorch computes into memory of its own, which it reuses; its backward passes are autograd's on a graph that is kept, its optimisers TorchSharp's, which call it "
            + "several times for each step: what a .NET program gets. Its own fused optimisers are out of such a program's reach",
        $"an embedding looks 1,024 vectors up in {LayerRow.Entries:N0}; libtorch has a step for a sparse gradient too",
        "ratio: VecNet's speed over libtorch's",
    ];

    internal override IReadOnlyList<RowGroup> Groups(bool quick) => LayerRows.Groups();

    internal override IReadOnlyList<Contender> Start() => Contenders.Start(
        () => Contender.Start(Contender.VecNet, Standing.Judged, PeerLaunch.OfThisProgram(PeerProgram.VecNetLayers)),
        () => Contenders.Torch(Word));

    internal override Pace Pace(bool quick) => quick ? Quick : Full;

    internal override string Cell(RowVerdict row, string contender) => MarkdownReport.Microseconds(row.Seconds(contender));

    internal override IEnumerable<(string Name, object? Value)> Fields(ComparedRow row)
    {
        var layer = (LayerRow)row;
        return [("kind", layer.Kind == LayerKind.Activation ? layer.Function : layer.Kind.ToString()), ("pass", layer.Pass.ToString()), ("rows", layer.Rows), ("columns", layer.Columns)];
    }
}
