using System.Numerics;

namespace VecNet;

/// <summary>Copies panels of B into the order in which the micro-kernel reads them.</summary>
/// <remarks>
/// A is read where it lies: a scalar packing of it cost 8 to 10 % of the time at 1024³ and 2048³, and gained nothing (float32, one thread,
/// packed against not: 77 against 85–91 %, 78 against 82–85 % of peak; Zen 5, November 2026).
/// </remarks>
internal static unsafe class Packing
{
    /// <summary>A panel of B: target[p · width + j] = B(p, j) for j &lt; columns, zero for columns ≤ j &lt; width.</summary>
    /// <remarks>B(p, j) lies at source[p · step + j · column].</remarks>
    internal static void Panel<T>(T* source, nint step, nint column, nint k, nint columns, nint width, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (column == 1)
        {
            for (nint p = 0; p < k; p++)
            {
                new ReadOnlySpan<T>(source + (p * step), (int)columns).CopyTo(new Span<T>(target + (p * width), (int)columns));
            }
        }
        else
        {
            // Transposing: four columns of the panel are read at once, so that each line that is written to is used four times.
            nint j = 0;
            for (; j <= columns - 4; j += 4)
            {
                T* s = source + (j * column);
                T* t = target + j;
                for (nint p = 0; p < k; p++, s += step, t += width)
                {
                    t[0] = s[0];
                    t[1] = s[column];
                    t[2] = s[2 * column];
                    t[3] = s[3 * column];
                }
            }

            for (; j < columns; j++)
            {
                for (nint p = 0; p < k; p++)
                {
                    target[(p * width) + j] = source[(p * step) + (j * column)];
                }
            }
        }

        for (nint p = 0; columns < width && p < k; p++)
        {
            new Span<T>(target + (p * width) + columns, (int)(width - columns)).Clear();
        }
    }
}
