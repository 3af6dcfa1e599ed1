namespace VecNet;

/// <summary>A part of a workspace's memory: its length, and the time from its first write to its last read.</summary>
internal readonly struct Lifetime(long length, int first, int last)
{
    /// <summary>The number of elements.</summary>
    internal readonly long Length = length;

    /// <summary>The time of the first write.</summary>
    internal readonly int First = first;

    /// <summary>The time of the last read, included.</summary>
    internal readonly int Last = last;
}

/// <summary>Assigns offsets in one buffer to parts, so that parts in use at the same time are disjoint and others may overlap.</summary>
internal static class MemoryPacking
{
    /// <summary>Computes the offset of each part, in order, and the total length.</summary>
    /// <remarks>
    /// The longest part is placed first, and each at the lowest offset at which it overlaps no part that is in use at the same time: the
    /// heuristic "greedy by size" of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020. Equal
    /// lengths are placed in their order, so that the result is always the same.
    /// </remarks>
    /// <param name="parts">The parts; one of length 0 may have any offset.</param>
    /// <param name="alignment">The alignment of offsets.</param>
    internal static (long[] Offsets, long Length) Place(ReadOnlySpan<Lifetime> parts, int alignment)
    {
        long[] offsets = new long[parts.Length];
        int[] order = [.. Enumerable.Range(0, parts.Length)];
        Lifetime[] all = parts.ToArray();
        Array.Sort(order, (x, y) => all[x].Length != all[y].Length ? all[y].Length.CompareTo(all[x].Length) : x.CompareTo(y));
        List<int> placed = []; // ascending by offset
        long length = 0;
        foreach (int part in order)
        {
            long offset = 0;
            foreach (int other in placed)
            {
                bool meets = all[other].First <= all[part].Last && all[part].First <= all[other].Last;
                if (meets && offset + all[part].Length > offsets[other] && offsets[other] + all[other].Length > offset)
                {
                    offset = Align(offsets[other] + all[other].Length, alignment);
                }
            }

            offsets[part] = offset;
            length = long.Max(length, Align(offset + all[part].Length, alignment));
            int index = placed.FindIndex(other => offsets[other] > offset);
            placed.Insert(index < 0 ? placed.Count : index, part);
        }

        return (offsets, length);
    }

    /// <summary>The next multiple of the alignment.</summary>
    internal static long Align(long value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
