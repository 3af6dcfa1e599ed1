using System.Globalization;
using VecNet.Cli;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (OperatingSystem.IsWindows())
{
    Console.OutputEncoding = System.Text.Encoding.UTF8;
}

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl-C ends the work between two steps; a second one ends the process.
    press.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};
return Tool.Run(args, Console.Out, Console.Error, !Console.IsOutputRedirected, cancellation.Token);
