using System.Globalization;
using System.Runtime.InteropServices;
using VecNet.Cli;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// Output is UTF-8 whatever the locale: names of classes and signs that it has no place for would become question marks.
Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

using var cancellation = new CancellationTokenSource();
int exitCodeOfSignal = Tool.Cancelled;
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
int exitCode = Tool.Run(args, Console.Out, Console.Error, !Console.IsOutputRedirected, cancellationToken: cancellation.Token);
return exitCode == Tool.Cancelled ? exitCodeOfSignal : exitCode;

void End(PosixSignalContext signal)
{
    // The first signal ends the work between two steps; with a second one the system ends the process, as it does by itself.
    signal.Cancel = !cancellation.IsCancellationRequested;
    exitCodeOfSignal = signal.Signal == PosixSignal.SIGTERM ? Tool.Terminated : Tool.Cancelled;
    cancellation.Cancel();
}
