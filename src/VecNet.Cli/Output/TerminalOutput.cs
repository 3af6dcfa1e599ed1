using System.Text;
using Spectre.Console;

namespace VecNet.Cli;

/// <summary>
/// The output for tables and live displays: its width is never below what their layout needs, and a narrower terminal wraps lines.
/// </summary>
/// <param name="writer">The output.</param>
/// <param name="isTerminal">Whether the output is a terminal.</param>
/// <param name="width">The current width of the terminal in columns.</param>
internal sealed class TerminalOutput(TextWriter writer, bool isTerminal, Func<int> width) : IAnsiConsoleOutput
{
    /// <summary>The smallest width: with less, lines would have one word each, and the layout of help would fail below six.</summary>
    internal const int Narrowest = 40;

    private const int WithoutTerminal = 100;
    private const int Unknown = 80;
    private const int UnknownHeight = 24;

    public TextWriter Writer => writer;

    public bool IsTerminal => isTerminal;

    public int Width => isTerminal ? int.Max(ActualWidth, Narrowest) : WithoutTerminal;

    public int Height => OfProcess(() => Console.WindowHeight) is > 0 and int lines ? lines : UnknownHeight;

    /// <summary>Whether the lines of a live display would be wrapped, so that they could not be redrawn.</summary>
    internal bool IsTooNarrow => ActualWidth < Narrowest;

    /// <summary>The width of the terminal; one that reports 0 does not know it.</summary>
    private int ActualWidth => width() is > 0 and int columns ? columns : Unknown;

    public void SetEncoding(Encoding encoding)
    {
    }

    /// <summary>The width of the terminal that the process writes to.</summary>
    internal static int WidthOfProcess() => OfProcess(() => Console.WindowWidth);

    private static int OfProcess(Func<int> size)
    {
        try
        {
            return size();
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return 0;
        }
    }
}
