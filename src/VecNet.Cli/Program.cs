using System.Globalization;
using VecNet.Cli;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// Output is UTF-8 whatever the locale: names of classes and signs that it has no place for would become question marks.
Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

bool terminal = !Console.IsOutputRedirected;
var output = new LastingWriter(Console.Out);
Console.SetOut(output);
Console.SetError(new LastingWriter(Console.Error));
using var signals = new Signals();
int exitCode = Tool.Run(args, Console.Out, Console.Error, terminal, cancellationToken: signals.Token);
if (exitCode == 0 && !terminal && output.Failure is { } failure)
{
    // Of a terminal that is gone nobody waits for more; a file that lacks something is a failure.
    Console.Error.WriteLine($"error: standard output: {failure.Message.ReplaceLineEndings(" ")}");
    return Tool.Failed;
}

return exitCode == Tool.Cancelled ? signals.ExitCode : exitCode;
