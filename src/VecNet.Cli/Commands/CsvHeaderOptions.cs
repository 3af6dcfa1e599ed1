using System.CommandLine;
using System.CommandLine.Parsing;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The options of every command that reads a CSV file, which say what its first row is.</summary>
internal sealed class CsvHeaderOptions
{
    /// <summary>The names of the options, for messages.</summary>
    internal const string Names = "--no-header and --header";

    private readonly Option<bool> absent = new("--no-header")
    {
        Description = "The CSV file has no header: its first line is a row of data, and its columns are named column1, column2 and so on.",
    };

    private readonly Option<bool> present = new("--header")
    {
        Description = "The first line of the CSV file is a header, even if all of its fields are numbers.",
    };

    internal void AddTo(Command command)
    {
        command.Add(absent);
        command.Add(present);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(absent) && parsed.GetValue(present))
            {
                parsed.AddError($"{Names} cannot be used together");
            }
        });
    }

    /// <summary>The value of the options; null if none is given.</summary>
    internal CsvHeader? Read(SymbolResult parsed) =>
        parsed.GetValue(absent) ? CsvHeader.None : parsed.GetValue(present) ? CsvHeader.Present : null;
}
