using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Text;

/// <summary>Finds pieces of words by their UTF-8 bytes.</summary>
/// <remarks>
/// Most pieces have up to 16 bytes. Their key is two integers, the bytes of the piece in the order of the text, and zeros. The longest
/// piece at a place is found by trying lengths from the longest down, but only those of pieces that begin with the same four bytes, or
/// with the same two if the pieces are shorter. Longer pieces are listed by their first 16 bytes.
/// </remarks>
internal sealed class PieceTable
{
    /// <summary>The number of bytes of a key. A place in a word has so many bytes after it, so that a key can be read there.</summary>
    internal const int KeyBytes = 16;

    /// <summary>Lengths below are looked up by two bytes, the others by four.</summary>
    private const int ShortLength = 4;

    /// <summary>The logarithms of the numbers of entries of the tables of lengths, which fit into the first cache.</summary>
    private const int LongBits = 13, ShortBits = 11;

    /// <summary>For the first bytes of pieces: bit n is set if one of them has n + 1 bytes.</summary>
    private readonly ushort[] longLengths = new ushort[1 << LongBits];
    private readonly byte[] shortLengths = new byte[1 << ShortBits];
    private readonly PieceHash pieces;
    private readonly Dictionary<(ulong Low, ulong High), List<(byte[] Bytes, int Id)>> longer = [];

    /// <summary>Creates a table of the pieces that are not empty.</summary>
    /// <param name="list">The pieces and their identifiers, which are not negative.</param>
    /// <param name="same">Receives the identifiers of two equal pieces.</param>
    internal PieceTable(IReadOnlyList<(ReadOnlyMemory<byte> Bytes, int Id)> list, out (int First, int Second)? same)
    {
        List<PieceHash.Entry> entries = new(list.Count);
        same = null;
        foreach ((ReadOnlyMemory<byte> bytes, int id) in list)
        {
            if (bytes.Length > KeyBytes)
            {
                same ??= AddLonger(bytes.Span, id);
                continue;
            }

            PieceHash.Entry entry = EntryOf(bytes.Span, id);
            AddLength(entry.Low, bytes.Length);
            entries.Add(entry);
        }

        pieces = new(entries, out (int, int)? sameShort);
        same ??= sameShort;
    }

    /// <summary>The bits of the first bytes of a key, for each number of bytes.</summary>
    private static ReadOnlySpan<ulong> Masks =>
    [
        0, 0, 0xFF, 0, 0xFFFF, 0, 0xFFFFFF, 0, 0xFFFFFFFF, 0, 0xFFFFFFFFFF, 0, 0xFFFFFFFFFFFF, 0, 0xFFFFFFFFFFFFFF, 0, ulong.MaxValue, 0,
        ulong.MaxValue, 0xFF, ulong.MaxValue, 0xFFFF, ulong.MaxValue, 0xFFFFFF, ulong.MaxValue, 0xFFFFFFFF, ulong.MaxValue, 0xFFFFFFFFFF,
        ulong.MaxValue, 0xFFFFFFFFFFFF, ulong.MaxValue, 0xFFFFFFFFFFFFFF, ulong.MaxValue, ulong.MaxValue,
    ];

    /// <summary>Finds a piece of up to 8 bytes by its key.</summary>
    /// <returns>Its identifier, or −1.</returns>
    internal int Find(ulong low) => pieces.Find(low, 0);

    /// <summary>Finds the longest piece that a part of a word begins with.</summary>
    /// <param name="word">The part and what follows, <see cref="KeyBytes"/> bytes at least.</param>
    /// <param name="length">The length of the part, at least 1; then that of the piece.</param>
    /// <returns>Its identifier, or −1.</returns>
    internal int FindLongest(ReadOnlySpan<byte> word, ref int length)
    {
        if (length > KeyBytes)
        {
            if (longer.Count > 0 && TryFindLonger(word[..length], out int id, out int longerLength))
            {
                length = longerLength;
                return id;
            }

            length = KeyBytes;
        }

        return FindLongestShort(word, ref length);
    }

    /// <summary>The same for a part of up to 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int FindLongestShort(ReadOnlySpan<byte> word, ref int length)
    {
        (ulong low, ulong high) = KeyOf(word);
        uint lengths = (uint)longLengths[LongBeginning(low)] | shortLengths[ShortBeginning(low)];
        lengths &= (uint)((1 << length) - 1);
        while (lengths != 0)
        {
            int longest = BitOperations.Log2(lengths);
            length = longest + 1;
            int id = pieces.Find(low & Masks[2 * length], high & Masks[(2 * length) + 1]);
            if (id >= 0)
            {
                return id;
            }

            lengths ^= 1u << longest;
        }

        return -1;
    }

    private static (ulong Low, ulong High) KeyOf(ReadOnlySpan<byte> word) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(word), BinaryPrimitives.ReadUInt64LittleEndian(word[8..]));

    private static PieceHash.Entry EntryOf(ReadOnlySpan<byte> piece, int id)
    {
        Span<byte> padded = stackalloc byte[KeyBytes];
        padded.Clear();
        piece.CopyTo(padded);
        (ulong low, ulong high) = KeyOf(padded);
        return new(low, high, id);
    }

    private static int LongBeginning(ulong low) => (int)(((uint)low * 0x9E3779B1) >> (32 - LongBits));

    private static int ShortBeginning(ulong low) => (int)(((uint)(ushort)low * 0x9E3779B1) >> (32 - ShortBits));

    private void AddLength(ulong low, int length)
    {
        ushort bit = (ushort)(1 << (length - 1));
        if (length >= ShortLength)
        {
            longLengths[LongBeginning(low)] |= bit;
            return;
        }

        // The second byte of a word is not known if the piece has only one.
        for (ulong second = 0; second < (length == 1 ? 256u : 1u); second++)
        {
            shortLengths[ShortBeginning(low | (second << 8))] |= (byte)bit;
        }
    }

    /// <summary>Adds a piece to the list of its first bytes, the longest first.</summary>
    /// <returns>The identifiers of the same piece and of this, or null.</returns>
    private (int First, int Second)? AddLonger(ReadOnlySpan<byte> piece, int id)
    {
        (ulong, ulong) key = KeyOf(piece);
        if (!longer.TryGetValue(key, out List<(byte[] Bytes, int Id)>? list))
        {
            longer.Add(key, list = []);
        }

        int place = 0;
        for (; place < list.Count && list[place].Bytes.Length >= piece.Length; place++)
        {
            if (piece.SequenceEqual(list[place].Bytes))
            {
                return (list[place].Id, id);
            }
        }

        list.Insert(place, (piece.ToArray(), id));
        return null;
    }

    private bool TryFindLonger(ReadOnlySpan<byte> word, out int id, out int length)
    {
        if (longer.TryGetValue(KeyOf(word), out List<(byte[] Bytes, int Id)>? list))
        {
            foreach ((byte[] bytes, int other) in list)
            {
                if (word.StartsWith(bytes))
                {
                    (id, length) = (other, bytes.Length);
                    return true;
                }
            }
        }

        (id, length) = (-1, 0);
        return false;
    }
}
