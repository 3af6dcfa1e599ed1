using System.Text;

namespace VecNet.Cli;

/// <summary>
/// Standard output or standard error, whose failure does not end the command: a training run continues when its terminal is closed or the
/// disk of its log is full.
/// </summary>
/// <remarks><see cref="Failure"/> keeps the error of the first write that fails; nothing is written after it.</remarks>
internal sealed class FaultTolerantWriter : TextWriter
{
    private readonly TextWriter writer;

    internal FaultTolerantWriter(TextWriter writer)
    {
        this.writer = writer;
        CoreNewLine = writer.NewLine.ToCharArray();
    }

    /// <summary>The error of the first failed write; null if everything has been written.</summary>
    internal Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => writer.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            writer.Write(buffer);
        }
        catch (Exception error) when (IsFailure(error))
        {
            Failure = error;
        }
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc/>
    public override void Flush()
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            writer.Flush();
        }
        catch (Exception error) when (IsFailure(error))
        {
            Failure = error;
        }
    }

    /// <summary>Whether an error means that the output is lost; a closed descriptor is reported as an access error.</summary>
    private static bool IsFailure(Exception error) => error is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
