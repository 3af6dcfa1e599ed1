namespace VecNet.Text;

/// <summary>The best hits so far: a heap whose root is the worst of them.</summary>
/// <remarks>The order is total, by score and then by index, so that the hits do not depend on the order in which they came.</remarks>
internal sealed class NearestList(int capacity)
{
    private readonly SearchHit[] heap = new SearchHit[capacity];
    private int count;

    /// <summary>Keeps a hit if it is one of the best.</summary>
    internal void Add(SearchHit hit)
    {
        if (float.IsNaN(hit.Score))
        {
            return;
        }

        if (count < heap.Length)
        {
            int at = count++;
            for (int parent; at > 0 && IsBefore(heap[parent = (at - 1) / 2], hit); at = parent)
            {
                heap[at] = heap[parent];
            }

            heap[at] = hit;
        }
        else if (IsBefore(hit, heap[0]))
        {
            SiftDown(hit);
        }
    }

    /// <summary>Adds the hits of another list.</summary>
    internal void Add(NearestList other)
    {
        foreach (SearchHit hit in other.heap.AsSpan(0, other.count))
        {
            Add(hit);
        }
    }

    /// <summary>Writes the hits, the best first.</summary>
    internal int CopyTo(Span<SearchHit> hits)
    {
        heap.AsSpan(0, count).CopyTo(hits);
        hits[..count].Sort(static (x, y) => IsBefore(x, y) ? -1 : IsBefore(y, x) ? 1 : 0);
        return count;
    }

    /// <summary>Whether a hit is better than another one.</summary>
    private static bool IsBefore(SearchHit x, SearchHit y) => x.Score > y.Score || (x.Score == y.Score && x.Index < y.Index);

    /// <summary>Puts a hit in the place of the root.</summary>
    private void SiftDown(SearchHit hit)
    {
        int at = 0;
        for (int child; (child = (2 * at) + 1) < count; at = child)
        {
            child += child + 1 < count && IsBefore(heap[child], heap[child + 1]) ? 1 : 0;
            if (!IsBefore(hit, heap[child]))
            {
                break;
            }

            heap[at] = heap[child];
        }

        heap[at] = hit;
    }
}
