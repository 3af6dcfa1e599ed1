using MathNet.Numerics;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>How a step's cost on one thread grows from the smallest to the largest size: cost ∝ sizeᵖ, p of each contender.</summary>
/// <remarks>The exponent p is the slope of the least squares' line through (log size, log cost).</remarks>
internal sealed record NetworkScaling(
    string Group, string Against, double From, double To, IReadOnlyDictionary<string, double> Exponents)
{
    internal string Text =>
        $"step ∝ {Against}ᵖ, {Against} {From:N0} to {To:N0}, one thread: "
        + string.Join(", ", Exponents.Select(exponent => $"{exponent.Key} p = {MarkdownReport.Two(exponent.Value)}"));

    /// <summary>The fits of a group: over all sizes, and without those where what a call costs by itself still shows.</summary>
    internal static IEnumerable<NetworkScaling> Of(GroupVerdict group, CompareReport report)
    {
        (string against, Func<NetworkRow, double> size, double[] from)? fit = group.Group.Name switch
        {
            NetworkRows.Sigmoid or NetworkRows.ReLU => ("batch", row => row.Batch, [1, 32]),
            NetworkRows.Widths => ("parameters", row => row.Parameters, [0, 30_000]),
            _ => null,
        };
        if (fit is not { } wanted)
        {
            yield break;
        }

        foreach (double from in wanted.from)
        {
            RowVerdict[] rows = [.. group.Rows.Where(row =>
                row.Row is NetworkRow { Threads: 1, Pass: Pass.Step } network && wanted.size(network) >= from)];
            if (rows.Length > 1)
            {
                double Size(RowVerdict row) => wanted.size((NetworkRow)row.Row);
                yield return new(group.Group.Name, wanted.against, rows.Min(Size), rows.Max(Size), report.Contenders
                    .Select(contender => contender.Name)
                    .Where(name => rows.All(row => row.Result.Figures.ContainsKey(name)))
                    .ToDictionary(name => name, name => Fit.Line(
                        [.. rows.Select(row => Math.Log(Size(row)))], [.. rows.Select(row => Math.Log(row.Seconds(name)))]).B));
            }
        }
    }
}
