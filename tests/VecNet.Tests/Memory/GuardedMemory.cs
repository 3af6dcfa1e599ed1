using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>Operands that touch memory which may not be touched: a process that reads or writes one element too far dies.</summary>
/// <remarks>
/// <code>
/// using var memory = new GuardedMemory();
/// memory.AtBothEdges(() => Sigmoid.Forward(memory.Matrix&lt;float>(3, 17), memory.Matrix&lt;float>(3, 17)));
/// </code>
/// The pages are reused from one use to the next, in the order in which they are asked for: a use among thousands costs next to nothing.
/// </remarks>
internal sealed class GuardedMemory : IDisposable
{
    private const int LeastBytes = 1 << 16;

    private readonly List<(ProtectedPages Pages, Type FilledWith)> blocks = [];
    private bool atTheEnd;
    private int used;

    /// <summary>
    /// Runs <paramref name="use"/> with operands that end right before protected pages, and with operands that begin right after them.
    /// </summary>
    public void AtBothEdges(Action use)
    {
        AtTheEnd(use);
        AtTheStart(use);
    }

    /// <summary>Runs <paramref name="use"/> with operands that end right before protected pages.</summary>
    public void AtTheEnd(Action use) => Run(use, end: true);

    /// <summary>Runs <paramref name="use"/> with operands that begin right after protected pages.</summary>
    public void AtTheStart(Action use) => Run(use, end: false);

    /// <summary>
    /// The use's next operand, a matrix of arbitrary finite numbers (of the first use: ordinary ones; later, what was last written there).
    /// </summary>
    public TensorView<T> Matrix<T>(int rows, int columns, int gap = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = rows == 0 || columns == 0 ? 0 : ((rows - 1) * (columns + gap)) + columns;
        ProtectedPages pages = Next<T>(length, Fill<T>);
        return new(atTheEnd ? pages.Last<T>(length) : pages.First<T>(length), rows, columns, columns + gap);
    }

    /// <summary>The use's next operand, a span of any unmanaged type (labels, masks): zeros at first.</summary>
    public Span<T> Span<T>(int length)
        where T : unmanaged
    {
        ProtectedPages pages = Next<T>(length, pages => pages.First<byte>(pages.Bytes).Clear());
        return atTheEnd ? pages.Last<T>(length) : pages.First<T>(length);
    }

    public void Dispose() => blocks.ForEach(block => block.Pages.Dispose());

    private void Run(Action use, bool end)
    {
        atTheEnd = end;
        used = 0;
        use();
    }

    /// <summary>The pages of the next operand, filled again when they held another type or were too small.</summary>
    private ProtectedPages Next<T>(int length, Action<ProtectedPages> fill)
        where T : unmanaged
    {
        int bytes = checked(length * Unsafe.SizeOf<T>());
        if (used == blocks.Count)
        {
            blocks.Add((new(Math.Max(bytes, LeastBytes)), typeof(void)));
        }

        (ProtectedPages pages, Type filledWith) = blocks[used];
        if (pages.Bytes < bytes)
        {
            pages.Dispose();
            (pages, filledWith) = (new(bytes), typeof(void));
        }

        if (filledWith != typeof(T))
        {
            fill(pages);
            blocks[used] = (pages, typeof(T));
        }

        used++;
        return pages;
    }

    private static void Fill<T>(ProtectedPages pages)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = pages.Bytes / Unsafe.SizeOf<T>();
        Matrix<T, Ordinary>.Fill(new(pages.First<T>(length), 1, length), (ulong)length);
    }
}
