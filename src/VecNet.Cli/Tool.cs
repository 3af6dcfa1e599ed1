using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The <c>vecnet</c> command as a function of its arguments: what a user does wrong is one line and the exit code 1.</summary>
internal static class Tool
{
    internal const int Failed = 1;

    /// <summary>What shells report of a program that Ctrl-C has ended: 128 + SIGINT.</summary>
    internal const int Cancelled = 130;

    /// <summary>The same of one that was told to terminate: 128 + SIGTERM.</summary>
    internal const int Terminated = 143;

    /// <summary>The same of one whose terminal was closed: 128 + SIGHUP.</summary>
    internal const int HungUp = 129;

    /// <summary>Runs the command.</summary>
    /// <param name="args">As <c>Main</c> has them.</param>
    /// <param name="output">For results.</param>
    /// <param name="error">For complaints and remarks.</param>
    /// <param name="terminal">Whether somebody watches the output as it comes: only then it moves and has colours.</param>
    /// <param name="width">The columns of the terminal; null for those of the terminal that the process writes to.</param>
    /// <param name="cancellationToken">Ends the work; a training saves a checkpoint then.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(
        string[] args, TextWriter output, TextWriter error, bool terminal = false, Func<int>? width = null, CancellationToken cancellationToken = default)
    {
        try
        {
            ParseResult parsed = CommandTree.Build(new Session(output, error, terminal, cancellationToken, args, width)).Parse(args, Plain);
            if (Complaint(parsed) is { } complaint)
            {
                error.WriteLine($"error: {complaint.TrimEnd('.')}; try --help.");
                return Failed;
            }

            if (LostOption(parsed) is { } lost)
            {
                error.WriteLine($"error: {lost} stands before the command, where it is not heard: write it behind '{parsed.CommandResult.Command.Name}'; try --help.");
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
        catch (InterruptedException interruption)
        {
            error.WriteLine(interruption.Message);
            return Cancelled;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("cancelled: nothing has been saved.");
            return Cancelled;
        }
        catch (OutOfMemoryException)
        {
            error.WriteLine("error: there is not enough memory for this; a smaller network or fewer rows need less.");
            return Failed;
        }
        catch (Exception problem) when (problem is CsvDataException or UserErrorException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string hint = problem is CsvDataException { IsHeaderInDoubt: true } ? " If the file has no header, use --no-header; if these are names, use --header." : "";
            error.WriteLine($"error: {problem.Message.ReplaceLineEndings(" ")}{hint}");
            return Failed;
        }
    }

    /// <summary>
    /// Arguments mean what they say: the parser would by itself put the words of a file in the place of an argument that begins with @.
    /// </summary>
    private static ParserConfiguration Plain { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>What the parser cannot make sense of; it would drop a first argument in square brackets without a word.</summary>
    private static string? Complaint(ParseResult parsed) =>
        parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive
            ? $"Unrecognized command or argument '{directive.Value}'"
        : parsed.Action is ParseErrorAction ? parsed.Errors[0].Message
        : null;

    /// <summary>An option before the name of a command is the digits', and would be lost without a word.</summary>
    private static string? LostOption(ParseResult parsed) => parsed.Action is HelpText || parsed.CommandResult.Parent is not CommandResult outer
        ? null
        : outer.Children.OfType<OptionResult>().FirstOrDefault(given => !given.Implicit && !given.Option.Recursive)?.Option.Name;
}

/// <summary>Something that the user can put right; the message is the line to show.</summary>
internal sealed class UserErrorException(string message, Exception? innerException = null) : Exception(message, innerException);
