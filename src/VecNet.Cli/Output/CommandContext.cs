using Spectre.Console;

namespace VecNet.Cli;

/// <summary>The context of a command: its arguments, its output, and the token that cancels it.</summary>
internal sealed class CommandContext
{
    internal CommandContext(
        TextWriter output,
        TextWriter error,
        bool terminal,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? arguments = null,
        Func<int>? width = null,
        Func<Stream>? openOutput = null)
    {
        Arguments = arguments ?? [];
        IsTerminal = terminal;
        OpenOutput = openOutput ?? System.Console.OpenStandardOutput;
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

    /// <summary>The arguments of the command line.</summary>
    internal IReadOnlyList<string> Arguments { get; }

    /// <summary>The writer of results as plain text.</summary>
    internal TextWriter Output { get; }

    /// <summary>The writer of errors and warnings.</summary>
    internal TextWriter Error { get; }

    /// <summary>Opens the same output for bytes, for results that are not text.</summary>
    internal Func<Stream> OpenOutput { get; }

    /// <summary>Whether the output is a terminal.</summary>
    internal bool IsTerminal { get; }

    /// <summary>The same output as <see cref="Output"/>, with tables and colors.</summary>
    internal IAnsiConsole Console { get; }

    /// <summary>The number of columns that help is laid out for.</summary>
    internal int HelpWidth { get; }

    /// <summary>Whether lines that were written can be redrawn.</summary>
    internal bool IsLive { get; }

    /// <summary>The token that a signal such as Ctrl-C cancels.</summary>
    internal CancellationToken CancellationToken { get; }

    /// <summary>Writes warnings, each in one line.</summary>
    internal void WriteWarnings(params IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
        {
            Error.WriteLine($"warning: {warning.ReplaceLineEndings(" ")}");
        }
    }
}

/// <summary>How much a training run writes.</summary>
internal enum Verbosity
{
    /// <summary>The run writes its progress and its results.</summary>
    Full,

    /// <summary>The run writes its results.</summary>
    Quiet,

    /// <summary>The run writes its results as one JSON object.</summary>
    Json,
}
