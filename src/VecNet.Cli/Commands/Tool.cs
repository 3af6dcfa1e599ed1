using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The <c>vecnet</c> command as a function of its arguments: an error is one line and the exit code 1.</summary>
internal static class Tool
{
    internal const int Failed = 1;

    /// <summary>The exit code that shells report for a program that Ctrl-C has ended: 128 + SIGINT.</summary>
    internal const int Canceled = 130;

    /// <summary>The exit code after a request to terminate: 128 + SIGTERM.</summary>
    internal const int Terminated = 143;

    /// <summary>The exit code after the terminal was closed: 128 + SIGHUP.</summary>
    internal const int HungUp = 129;

    /// <summary>Runs the command.</summary>
    /// <param name="args">The arguments of <c>Main</c>.</param>
    /// <param name="output">The writer of results.</param>
    /// <param name="error">The writer of errors and warnings.</param>
    /// <param name="terminal">Whether the output is a terminal, which gets colors and a live display of the progress.</param>
    /// <param name="width">The width of the terminal in columns; null for that of the terminal that the process writes to.</param>
    /// <param name="openOutput">Opens the output for bytes; null for standard output.</param>
    /// <param name="cancellationToken">The token that cancels the command; a training run then saves a checkpoint.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(
        string[] args,
        TextWriter output,
        TextWriter error,
        bool terminal = false,
        Func<int>? width = null,
        Func<Stream>? openOutput = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var context = new CommandContext(output, error, terminal, cancellationToken, args, width, openOutput);
            ParseResult parsed = CommandTree.Build(context).Parse(args, Configuration);
            if ((ParseError(parsed) ?? MisplacedOption(parsed)) is { } problem)
            {
                error.WriteLine($"error: {problem.TrimEnd('.')}; try --help.");
                return Failed;
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (TrainingInterruptedException interrupted)
        {
            error.WriteLine(interrupted.Message);
            return Canceled;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("canceled: nothing was saved.");
            return Canceled;
        }
        catch (OutOfMemoryException)
        {
            error.WriteLine("error: there is not enough memory; use a smaller network or fewer rows.");
            return Failed;
        }
        catch (TypeInitializationException problem) when (problem.GetBaseException() is FormatException setting)
        {
            error.WriteLine($"error: {setting.Message}");
            return Failed;
        }
        catch (Exception problem) when (problem is CsvDataException or UserErrorException or InvalidDataException or IOException
            or UnauthorizedAccessException)
        {
            string hint = problem is CsvDataException { IsHeaderInDoubt: true }
                ? " Use --no-header if the file has no header, or --header if these are the names of its columns."
                : "";
            error.WriteLine($"error: {problem.Message.ReplaceLineEndings(" ")}{hint}");
            return Failed;
        }
    }

    /// <summary>
    /// The configuration of the parser, which by default would replace an argument that begins with @ by the words of a file.
    /// </summary>
    private static ParserConfiguration Configuration { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>The parser's error; also for a first argument in square brackets, which the parser would silently ignore.</summary>
    private static string? ParseError(ParseResult parsed) =>
        parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive
            ? $"Unrecognized command or argument '{directive.Value}'"
        : parsed.Action is ParseErrorAction ? parsed.Errors[0].Message
        : null;

    /// <summary>The error for an option of a command before the name of a subcommand, which would be silently ignored.</summary>
    private static string? MisplacedOption(ParseResult parsed)
    {
        string command = parsed.CommandResult.Command.Name;
        for (SymbolResult? outer = parsed.CommandResult.Parent; outer is CommandResult { } other; outer = outer.Parent)
        {
            OptionResult? misplaced =
                other.Children.OfType<OptionResult>().FirstOrDefault(given => !given.Implicit && !given.Option.Recursive);
            if (misplaced is not null && parsed.Action is not HelpText)
            {
                return $"{misplaced.Option.Name} must come after the command '{command}'";
            }
        }

        return null;
    }
}

/// <summary>An error that the user can correct; the message is the line to show.</summary>
internal sealed class UserErrorException(string message, Exception? innerException = null) : Exception(message, innerException);
