namespace VecNet.Mpi;

/// <summary>How ranks that have waited too long find out which rank is silent: each tells all others which one it waits for.</summary>
/// <param name="library">The MPI.</param>
/// <param name="limit">The time limit that has been exceeded.</param>
internal sealed unsafe class SilenceReport(MpiLibrary library, TimeSpan limit)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    // The arrays stay where they are, as long as there is this object: MPI reads and writes them until the process ends.
    private readonly int[] waitsFor = GC.AllocateArray<int>(library.Size, pinned: true);
    private readonly int[] own = GC.AllocateArray<int>(1, pinned: true);

    /// <summary>Finds the silent rank at the end of the chain of waiting ones.</summary>
    /// <param name="other">The rank that this one waits for.</param>
    /// <param name="writes">Whether this rank is the first of those that wait, which is to write the message.</param>
    internal int Find(int other, out bool writes)
    {
        (int rank, int size) = (library.Rank, library.Size);
        var requests = new List<nint>();
        waitsFor.AsSpan().Fill(-1);
        own[0] = waitsFor[rank] = other;
        fixed (int* target = waitsFor)
        fixed (int* source = own)
        {
            for (int to = 0; to < size; to++)
            {
                if (to != rank)
                {
                    requests.Add(library.BeginReceive((byte*)(target + to), sizeof(int), to, MpiLibrary.SilenceTag));
                    library.BeginSend((byte*)source, sizeof(int), to, MpiLibrary.SilenceTag);
                }
            }

            // Other ranks may have begun to wait later.
            TimeSpan patience = limit / 4;
            var timeLimit = TimeLimit.Begin(patience < Least ? Least : patience > Most ? Most : patience);
            while (requests.Count > 0 && !timeLimit.IsOver)
            {
                for (int i = requests.Count - 1; i >= 0; i--)
                {
                    nint request = requests[i];
                    if (library.IsDone(ref request, out _))
                    {
                        requests.RemoveAt(i);
                    }
                }

                Thread.Yield();
            }
        }

        writes = Array.FindIndex(waitsFor, waiting => waiting >= 0) == rank;
        return TimeLimit.FindSilent(waitsFor, other);
    }
}
