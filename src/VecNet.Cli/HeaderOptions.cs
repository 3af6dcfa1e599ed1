using System.CommandLine;
using System.CommandLine.Parsing;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>What the first row of a CSV file is: the options of every command that reads one.</summary>
internal sealed class HeaderOptions
{
    /// <summary>In the words of a message.</summary>
    internal const string Names = "--no-header and --header";

    private readonly Option<bool> absent = new("--no-header") { Description = "The first line of the CSV file is a row of data; its columns are called column1, column2 and so on." };
    private readonly Option<bool> present = new("--header") { Description = "The first line of the CSV file has the names of the columns, even if all of them are numbers." };

    internal void AddTo(Command command)
    {
        command.Add(absent);
        command.Add(present);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(absent) && parsed.GetValue(present))
            {
                parsed.AddError($"{Names} contradict each other");
            }
        });
    }

    /// <summary>What was said; null for nothing.</summary>
    internal CsvHeader? Read(SymbolResult parsed) => parsed.GetValue(absent) ? CsvHeader.None : parsed.GetValue(present) ? CsvHeader.Present : null;
}
