using Spectre.Console;

namespace VecNet.Cli;

/// <summary>Where one run of the command reads and writes.</summary>
internal sealed class Session
{
    internal Session(TextWriter output, TextWriter error, bool terminal, CancellationToken cancellationToken, IReadOnlyList<string>? arguments = null, Func<int>? width = null)
    {
        Arguments = arguments ?? [];
        Output = output;
        Error = error;
        CancellationToken = cancellationToken;
        var consoleOutput = new TerminalOutput(output, terminal, width ?? TerminalOutput.WidthOfProcess);
        HelpWidth = terminal ? consoleOutput.Width : int.MaxValue;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = consoleOutput,
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        IsLive = terminal && Console.Profile.Capabilities.Ansi && !consoleOutput.IsTooNarrow;
    }

    /// <summary>Of the command line.</summary>
    internal IReadOnlyList<string> Arguments { get; }

    /// <summary>Results as plain text.</summary>
    internal TextWriter Output { get; }

    /// <summary>Complaints and remarks.</summary>
    internal TextWriter Error { get; }

    /// <summary>The same output with tables and colours.</summary>
    internal IAnsiConsole Console { get; }

    /// <summary>The columns that help is laid out for.</summary>
    internal int HelpWidth { get; }

    /// <summary>Whether lines can be drawn over again.</summary>
    internal bool IsLive { get; }

    /// <summary>Ctrl-C.</summary>
    internal CancellationToken CancellationToken { get; }

    /// <summary>Tells what somebody should know who did not mean it, each in a line of its own.</summary>
    internal void WriteRemarks(IEnumerable<string> remarks)
    {
        foreach (string remark in remarks)
        {
            Error.WriteLine($"remark: {remark.ReplaceLineEndings(" ")}");
        }
    }
}

/// <summary>How much a run says.</summary>
internal enum Verbosity
{
    /// <summary>Everything, as it happens.</summary>
    Full,

    /// <summary>The results.</summary>
    Quiet,

    /// <summary>One JSON object.</summary>
    Json,
}
