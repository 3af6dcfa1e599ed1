using System.Text.Json;
using Spectre.Console;

namespace VecNet.Cli;

/// <summary>The results of a run that trained and tested.</summary>
internal sealed record Report
{
    /// <summary>More classes than this are too many for a matrix in a terminal.</summary>
    private const int WidestMatrix = 12;
    private const int LongestName = 10;

    internal required Session Session { get; init; }

    internal required TrainingRun Run { get; init; }

    internal required Predictions Predictions { get; init; }

    internal required int[] Classes { get; init; }

    internal required IReadOnlyList<string> ClassNames { get; init; }

    internal required ulong Seed { get; init; }

    internal required string ParametersSha256 { get; init; }

    internal required string ModelPath { get; init; }

    internal required string? ChartPath { get; init; }

    private double Accuracy => Predictions.Accuracy(Classes);

    private int Right => Predictions.CountRight(Classes);

    /// <summary>Time, speed and where things lie; or all there is to say, where less was asked for.</summary>
    internal void WriteEnd(Verbosity verbosity)
    {
        if (verbosity == Verbosity.Json)
        {
            WriteJson();
            return;
        }

        if (verbosity == Verbosity.Quiet)
        {
            WriteAccuracy();
        }

        WriteFigures();
    }

    private void WriteJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("testAccuracy", Accuracy);
            json.WriteNumber("seconds", Math.Round(Run.Time.TotalSeconds, 3));
            json.WriteNumber("samplesPerSecond", Math.Round(Run.SamplesPerSecond));
            json.WriteNumber("gflops", Math.Round(Run.Gflops, 3));
            json.WriteNumber("seed", Seed);
            json.WriteString("parametersSha256", ParametersSha256);
            json.WriteString("model", ModelPath);
            json.WriteString("lossCurve", ChartPath);
            json.WriteEndObject();
        }

        Session.Output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>The line that matters.</summary>
    internal void WriteAccuracy() => Session.Console.MarkupLine(
        $"[bold]Test accuracy [green]{100 * Accuracy:F2} %[/][/]: {Right:N0} of {Classes.Length:N0} rows that were never seen before");

    private void WriteFigures()
    {
        Session.Output.WriteLine($"Time          {Run.Time.TotalSeconds:F1} s, {Run.SamplesPerSecond:N0} samples/s, {Run.Gflops:F1} GFLOP/s (matrix products)");
        Session.Output.WriteLine($"SHA-256       {ParametersSha256}");
        Session.Output.WriteLine($"Model         {ModelPath}");
        Session.Output.WriteLine($"Loss curve    {ChartPath ?? "–"}");
    }

    /// <summary>True classes down, predicted ones across; for many classes only what is confused most often.</summary>
    internal void WriteConfusion()
    {
        int[,] counts = new int[ClassNames.Count, ClassNames.Count];
        for (int row = 0; row < Classes.Length; row++)
        {
            counts[Classes[row], Predictions.Classes[row]]++;
        }

        if (ClassNames.Count > WidestMatrix)
        {
            WriteMostConfused(counts);
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("");
        foreach (string name in ClassNames)
        {
            table.AddColumn(new TableColumn(new Text(Shorten(name))) { Alignment = Justify.Right, NoWrap = true });
        }

        for (int actual = 0; actual < ClassNames.Count; actual++)
        {
            table.AddRow([new Text(Shorten(ClassNames[actual])), .. Enumerable.Range(0, ClassNames.Count).Select(predicted => Cell(counts, actual, predicted))]);
        }

        Session.Output.WriteLine();
        Session.Output.WriteLine("Confusion matrix: true class down, predicted class across");
        Session.Console.Write(table);
    }

    private void WriteMostConfused(int[,] counts)
    {
        var pairs = from actual in Enumerable.Range(0, ClassNames.Count)
                    from predicted in Enumerable.Range(0, ClassNames.Count)
                    where actual != predicted && counts[actual, predicted] > 0
                    orderby counts[actual, predicted] descending
                    select (Actual: actual, Predicted: predicted);
        Session.Output.WriteLine("Most often confused:");
        foreach ((int actual, int predicted) in pairs.Take(WidestMatrix))
        {
            Session.Output.WriteLine($"{counts[actual, predicted],6} × {ClassNames[actual]} taken for {ClassNames[predicted]}");
        }
    }

    private static Text Cell(int[,] counts, int actual, int predicted) => counts[actual, predicted] switch
    {
        0 => new Text("·", new Style(Color.Grey)),
        int count when actual == predicted => new Text($"{count}", new Style(Color.Green)),
        int count => new Text($"{count}", new Style(Color.Red, decoration: Decoration.Bold)),
    };

    private static string Shorten(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";
}
