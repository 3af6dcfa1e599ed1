using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Text;

/// <summary>A perfect hash table of keys of 16 bytes: each key has one place, so that a lookup reads one entry.</summary>
/// <remarks>
/// A key belongs to a bucket, and the bucket has a displacement that leads its keys, three on average, to places of their own. The
/// displacements are few enough to stay in the caches; with open addressing a lookup would read two far places, and sometimes more.
/// Source: Belazzougui, Botelho, Dietzfelbinger, "Hash, displace, and compress", 2009.
/// </remarks>
internal sealed class PieceHash
{
    /// <summary>The number of hash functions that are tried.</summary>
    private const int MostSeeds = 64;

    private readonly ushort[] displacements = [0];
    private readonly Entry[] entries = [new(0, 0, -1)];
    private readonly int bucketShift = 63;
    private readonly ulong seed;

    /// <param name="keys">The entries, in any order.</param>
    /// <param name="same">Receives the identifiers of two entries with the same key.</param>
    internal PieceHash(List<Entry> keys, out (int First, int Second)? same)
    {
        same = FindSame(keys);
        if (keys.Count == 0 || same is not null)
        {
            displacements = [0, 0];
            return;
        }

        int places = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(keys.Count + (keys.Count / 4), 2));
        int buckets = Math.Max(places / 4, 2);
        bucketShift = 64 - BitOperations.Log2((uint)buckets);
        displacements = new ushort[buckets];
        entries = new Entry[places];
        for (seed = 0; seed < MostSeeds; seed++)
        {
            if (TryPlace(keys))
            {
                return;
            }
        }

        throw new InvalidDataException("The vocabulary has tokens that cannot be told apart by hashing.");
    }

    /// <summary>Finds the identifier of a key.</summary>
    /// <returns>It, or −1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Find(ulong low, ulong high)
    {
        ulong hash = HashOf(low, high);
        Entry[] entries = this.entries;
        ref readonly Entry entry = ref entries[PlaceOf(hash, displacements[hash >> bucketShift]) & (entries.Length - 1)];
        return entry.Low == low && entry.High == high ? entry.Id : -1;
    }

    private static int PlaceOf(ulong hash, int displacement) => (int)(uint)hash + (displacement * (int)((hash >> 24) | 1));

    private static (int First, int Second)? FindSame(List<Entry> keys)
    {
        HashSet<(ulong, ulong)> known = new(keys.Count);
        foreach (Entry key in keys)
        {
            if (!known.Add((key.Low, key.High)))
            {
                return (keys.Find(other => other.Low == key.Low && other.High == key.High).Id, key.Id);
            }
        }

        return null;
    }

    /// <summary>Multiplies, and mixes the highest bits of the product, which depend on all bits of the key, into the lowest.</summary>
    private ulong HashOf(ulong low, ulong high)
    {
        ulong product = ((low ^ seed) * 0x9E3779B97F4A7C15) + (BitOperations.RotateLeft(high, 29) * 0xD6E8FEB86659FD93);
        return product ^ (product >> 32);
    }

    /// <summary>Finds displacements for all buckets, the largest first.</summary>
    private bool TryPlace(List<Entry> keys)
    {
        Array.Fill(entries, new(0, 0, -1));
        Entry[] sorted = [.. keys];
        ulong[] hashes = Array.ConvertAll(sorted, key => HashOf(key.Low, key.High));
        Array.Sort(hashes, sorted);
        List<(int Start, int Count)> buckets = [];
        for (int start = 0, end; start < hashes.Length; start = end)
        {
            for (end = start + 1; end < hashes.Length && hashes[end] >> bucketShift == hashes[start] >> bucketShift; end++)
            {
            }

            buckets.Add((start, end - start));
        }

        buckets.Sort((x, y) => x.Count != y.Count ? y.Count.CompareTo(x.Count) : x.Start.CompareTo(y.Start));
        return buckets.TrueForAll(bucket => TryPlace(
            hashes.AsSpan(bucket.Start, bucket.Count), sorted.AsSpan(bucket.Start, bucket.Count)));
    }

    /// <summary>Finds the displacement of a bucket.</summary>
    private bool TryPlace(ReadOnlySpan<ulong> hashes, ReadOnlySpan<Entry> keys)
    {
        for (int displacement = 0; displacement <= ushort.MaxValue; displacement++)
        {
            int placed = 0;
            for (; placed < keys.Length; placed++)
            {
                ref Entry entry = ref entries[PlaceOf(hashes[placed], displacement) & (entries.Length - 1)];
                if (entry.Id >= 0)
                {
                    break;
                }

                entry = keys[placed];
            }

            if (placed == keys.Length)
            {
                displacements[hashes[0] >> bucketShift] = (ushort)displacement;
                return true;
            }

            while (placed-- > 0)
            {
                entries[PlaceOf(hashes[placed], displacement) & (entries.Length - 1)] = new(0, 0, -1);
            }
        }

        return false;
    }

    /// <summary>A key and what it stands for; −1 for nothing.</summary>
    internal readonly struct Entry(ulong low, ulong high, int id)
    {
        internal readonly ulong Low = low;
        internal readonly ulong High = high;
        internal readonly int Id = id;
    }
}
