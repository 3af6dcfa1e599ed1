using System.Numerics;

namespace VecNet;

/// <summary>Copies blocks of the operands into the order in which the micro-kernel reads them.</summary>
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

    /// <summary>A block of A in slivers of <paramref name="height"/> rows: within a sliver, target[p · height + i] = A(i, p).</summary>
    /// <remarks>The last sliver may have fewer rows; its stride remains <paramref name="height"/>, and the missing rows are not written.</remarks>
    internal static void Slivers<T>(T* source, nint row, nint step, nint rows, nint k, nint height, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint first = 0; first < rows; first += height, source += height * row, target += height * k)
        {
            nint count = nint.Min(height, rows - first);
            for (nint i = 0; i < count; i++)
            {
                T* s = source + (i * row);
                T* t = target + i;
                for (nint p = 0; p < k; p++, s += step, t += height)
                {
                    *t = *s;
                }
            }
        }
    }
}
