using System.Runtime.InteropServices;

namespace VecNet.Cli;

/// <summary>Cancels the command on Ctrl-C, SIGTERM and SIGHUP (a closed terminal); a training run ends between two steps.</summary>
/// <remarks>
/// A second Ctrl-C or SIGTERM ends the process at once, which is the default action of the system. A second SIGHUP does not: when a
/// terminal is closed, both the system and the shell send one, and a session that ends sends SIGTERM and SIGHUP. Signals that were ignored
/// when the process started, such as under <c>nohup</c>, stay ignored.
/// </remarks>
internal sealed class Signals : IDisposable
{
    /// <summary>The source is never disposed: a signal may arrive while the command ends.</summary>
    private readonly CancellationTokenSource cancellation = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly bool[] received = new bool[3];
    private int first = -1;

    internal Signals() => registrations = [.. Kinds.Select(kind => PosixSignalRegistration.Create(kind.Signal, End))];

    /// <summary>The token that the first signal cancels.</summary>
    internal CancellationToken Token => cancellation.Token;

    /// <summary>The exit code that shells report for a program that the first signal has ended: 128 plus its number.</summary>
    internal int ExitCode => first < 0 ? Tool.Canceled : Kinds[first].ExitCode;

    private static (PosixSignal Signal, int ExitCode)[] Kinds { get; } =
        [(PosixSignal.SIGINT, Tool.Canceled), (PosixSignal.SIGTERM, Tool.Terminated), (PosixSignal.SIGHUP, Tool.HungUp)];

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
