using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A table of token hashes, each with a number: open addressing, at most half full, in one array.</summary>
internal sealed class TokenTable
{
    private const int FewestEntries = 16;

    private Entry[] entries;
    private int mask;

    /// <summary>Creates a table with room for the given number of tokens.</summary>
    internal TokenTable(int capacity = 0)
    {
        long length = FewestEntries;
        while (length < 2L * capacity)
        {
            length *= 2;
        }

        entries = new Entry[length];
        mask = (int)length - 1;
    }

    /// <summary>The number of tokens.</summary>
    internal int Count { get; private set; }

    /// <summary>The number of a token; −1 for one that is not in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Find(ulong token)
    {
        Entry[] table = entries;
        for (int place = (int)token & mask; ; place = (place + 1) & mask)
        {
            ref readonly Entry entry = ref table[place];
            if (entry.Token == token)
            {
                return entry.Number;
            }

            if (entry.Token == 0)
            {
                return -1;
            }
        }
    }

    /// <summary>The number of a token, which becomes the next one, from 0, if it is not in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int FindOrAdd(ulong token)
    {
        Entry[] table = entries;
        for (int place = (int)token & mask; ; place = (place + 1) & mask)
        {
            ref Entry entry = ref table[place];
            if (entry.Token == token)
            {
                return entry.Number;
            }

            if (entry.Token == 0)
            {
                entry = new(token, Count);
                if (2 * (++Count) > table.Length)
                {
                    Grow();
                }

                return Count - 1;
            }
        }
    }

    /// <summary>All tokens, in the order of their numbers.</summary>
    internal ulong[] ToArray()
    {
        var tokens = new ulong[Count];
        foreach (ref readonly Entry entry in entries.AsSpan())
        {
            if (entry.Token != 0)
            {
                tokens[entry.Number] = entry.Token;
            }
        }

        return tokens;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        Entry[] old = entries;
        entries = new Entry[checked(2 * old.Length)];
        mask = entries.Length - 1;
        foreach (ref readonly Entry entry in old.AsSpan())
        {
            if (entry.Token != 0)
            {
                int place = (int)entry.Token & mask;
                while (entries[place].Token != 0)
                {
                    place = (place + 1) & mask;
                }

                entries[place] = entry;
            }
        }
    }

    private readonly struct Entry(ulong token, int number)
    {
        internal readonly ulong Token = token;
        internal readonly int Number = number;
    }
}
