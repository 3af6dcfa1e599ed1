using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Divides the rows of a training run into those to train with and those for the test.</summary>
internal static class TrainingSplit
{
    private const double TestShare = 0.25;

    /// <summary>The file that divides the rows: the given one, or one beside the data; null if there is none.</summary>
    internal static string? FileOf(string dataPath, string? splitPath)
    {
        string beside = Path.ChangeExtension(dataPath, ".split.csv");
        return splitPath ?? (File.Exists(beside) ? beside : null);
    }

    /// <summary>Divides the rows as a file says, or at random.</summary>
    /// <exception cref="CsvDataException">The file does not fit the data, or a part or class would be empty.</exception>
    internal static RowSplit Of(TrainingData data, TrainingTargets targets, string? splitFile, ulong seed)
    {
        RowSplit split = splitFile is null
            ? RowSplit.Stratified(
                [.. Enumerable.Range(0, data.Labels.Count)], targets.Strata, TestShare, SplitMix64.ForStream(seed, 4))
            : RowSplitFile.Read(splitFile, data.Labels.Count);
        split = targets.WithoutAbsentRows(split);
        Check(data.Path, split, targets, data.Target);
        return split;
    }

    /// <summary>How the rows were divided, for the user.</summary>
    internal static string Describe(TrainingTargets targets, string? splitFile, ulong seed) => splitFile is not null
        ? $"split as in {splitFile}"
        : $"{(targets.ClassNames is null ? "random" : "stratified")} split with seed {seed}";

    private static void Check(string dataPath, RowSplit split, TrainingTargets targets, string target)
    {
        if (split.Test.Count == 0)
        {
            string rows = $"there are too few rows{(targets.ClassNames is null ? "" : " of each class")}";
            throw new CsvDataException(dataPath, null, target, $"{rows} to hold some out for the test ({split.Training.Count} in all).");
        }

        int unseen = Enumerable.Range(0, targets.ClassNames?.Count ?? 0)
            .Except(split.Training.Select(row => targets.Strata[row]))
            .DefaultIfEmpty(-1)
            .First();
        if (unseen >= 0)
        {
            throw new CsvDataException(dataPath, null, target, $"the split has no training row of class '{targets.ClassNames![unseen]}'.");
        }
    }
}
