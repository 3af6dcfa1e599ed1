using System.Text;

namespace VecNet.Cli;

/// <summary>
/// Standard output or standard error, whose loss ends no work: a training goes on when its terminal is closed or its log's disk is full.
/// </summary>
/// <remarks>The first write that fails is kept in <see cref="Failure"/>; from then on nothing is written.</remarks>
internal sealed class LastingWriter : TextWriter
{
    private readonly TextWriter writer;

    internal LastingWriter(TextWriter writer)
    {
        this.writer = writer;
        CoreNewLine = writer.NewLine.ToCharArray();
    }

    /// <summary>Why something has not been written; null as long as everything has been.</summary>
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
        catch (Exception error) when (IsLoss(error))
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
        catch (Exception error) when (IsLoss(error))
        {
            Failure = error;
        }
    }

    /// <summary>A closed descriptor is told as one without access.</summary>
    private static bool IsLoss(Exception error) => error is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
