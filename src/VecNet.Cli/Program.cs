using System.Globalization;
using VecNet.Cli;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// The output is UTF-8 whatever the locale: other encodings would replace characters of class names by question marks.
Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

bool terminal = !Console.IsOutputRedirected;
var output = new FaultTolerantWriter(Console.Out);
Console.SetOut(output);
Console.SetError(new FaultTolerantWriter(Console.Error));
using var signals = new Signals();
int exitCode = Tool.Run(args, Console.Out, Console.Error, terminal, cancellationToken: signals.Token);
if (exitCode == 0 && !terminal && output.Failure is { } failure)
{
    // Nobody waits for the rest of the output of a closed terminal, but an incomplete file is a failure.
    Console.Error.WriteLine($"error: standard output: {failure.Message.ReplaceLineEndings(" ")}");
    return Tool.Failed;
}

return exitCode == Tool.Canceled ? signals.ExitCode : exitCode;
