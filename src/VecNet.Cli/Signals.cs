using System.Runtime.InteropServices;

namespace VecNet.Cli;

/// <summary>Ctrl-C, SIGTERM and SIGHUP (a closed terminal) end the work between two steps.</summary>
/// <remarks>
/// A second Ctrl-C or SIGTERM ends the process at once, as the system does by itself. A second SIGHUP does not: when a terminal is
/// closed, the system sends one, and so does the shell; and a session that ends sends SIGTERM and SIGHUP. Signals that were ignored when
/// the process started, as with
/// <c>nohup</c>, stay ignored.
/// </remarks>
internal sealed class Signals : IDisposable
{
    /// <summary>Never disposed of: a signal may be on its way when the work ends.</summary>
    private readonly CancellationTokenSource cancellation = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly bool[] received = new bool[3];
    private int first = -1;

    internal Signals() => registrations = [.. Kinds.Select(kind => PosixSignalRegistration.Create(kind.Signal, End))];

    /// <summary>Is cancelled by the first signal.</summary>
    internal CancellationToken Token => cancellation.Token;

    /// <summary>What shells report of a program that the first signal has ended: 128 and its number.</summary>
    internal int ExitCode => first < 0 ? Tool.Cancelled : Kinds[first].ExitCode;

    private static (PosixSignal Signal, int ExitCode)[] Kinds { get; } =
        [(PosixSignal.SIGINT, Tool.Cancelled), (PosixSignal.SIGTERM, Tool.Terminated), (PosixSignal.SIGHUP, Tool.HungUp)];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }
    }

    private void End(PosixSignalContext context)
    {
        int kind = Array.FindIndex(Kinds, kind => kind.Signal == context.Signal);
        lock (received)
        {
            context.Cancel = context.Signal == PosixSignal.SIGHUP || !received[kind];
            received[kind] = true;
            first = first < 0 ? kind : first;
        }

        cancellation.Cancel();
    }
}
