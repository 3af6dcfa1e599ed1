using System.CommandLine;

namespace VecNet.Cli;

/// <summary>The options that name the data and what to predict, for the commands that train on them.</summary>
internal static class TargetOptions
{
    internal static Option<string> Data() => new("--data")
    {
        Description = "The CSV file, with the names of the columns in its first line (see --no-header), or the file of texts (see --text).",
        HelpName = "FILE",
        Required = true,
    };

    internal static Option<string?> Target() => new("--target")
    {
        Description = "The column to predict: the class of each row, or with --regression a number.",
        HelpName = "COLUMN",
    };

    internal static Option<bool> Regression() => new("--regression")
    {
        Description = "Predict a number instead of a class, and report R² and mean errors instead of the accuracy.",
    };
}
