using System.Text;

namespace VecNet;

/// <summary>Counts the pieces of texts, and finds the pairs of tokens that a <see cref="BytePairTokenizer"/> joins.</summary>
/// <remarks>
/// The count of each pair and the pieces that it occurs in are kept up to date, so that joining a pair takes time only for these pieces.
/// The queue may have old counts, which are too high: a pair that has become rarer is put back when it is taken out.
/// </remarks>
internal sealed class BytePairLearning
{
    private readonly Dictionary<string, int> counts = [];
    private readonly List<(int[] Tokens, int Length, long Count)> pieces = [];
    private readonly Dictionary<(int First, int Second), Pair> pairs = [];
    private readonly PriorityQueue<(int First, int Second), (long Count, int First, int Second)> queue = new();

    /// <summary>The pairs with the newest token.</summary>
    private readonly HashSet<(int First, int Second)> newPairs = [];

    /// <summary>Counts the pieces of a text.</summary>
    internal void Add(ReadOnlySpan<char> text)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        while (!text.IsEmpty)
        {
            ReadOnlySpan<char> piece = text[..TextPieces.NextLength(text)];
            if (!lookup.TryGetValue(piece, out int index))
            {
                index = pieces.Count;
                lookup[piece] = index;
                int[] tokens = [.. Encoding.UTF8.GetBytes([.. piece]).Select(value => (int)value)];
                pieces.Add((tokens, tokens.Length, 0));
            }

            pieces[index] = pieces[index] with { Count = pieces[index].Count + 1 };
            text = text[piece.Length..];
        }
    }

    /// <summary>Finds up to so many pairs, the most frequent first; each occurs at least twice.</summary>
    internal List<(int First, int Second)> Learn(int most)
    {
        for (int index = 0; index < pieces.Count; index++)
        {
            (int[] tokens, int length, _) = pieces[index];
            for (int i = 0; i + 1 < length; i++)
            {
                Change((tokens[i], tokens[i + 1]), index, 1);
            }
        }

        foreach ((int First, int Second) pair in pairs.Keys)
        {
            Enqueue(pair);
        }

        List<(int First, int Second)> merges = [];
        while (merges.Count < most && queue.TryDequeue(out (int First, int Second) pair, out (long Count, int, int) priority))
        {
            if (!pairs.TryGetValue(pair, out Pair? found) || found.Count != -priority.Count)
            {
                Enqueue(pair);
                continue;
            }

            int token = byte.MaxValue + 1 + merges.Count;
            merges.Add(pair);
            foreach (int piece in found.Pieces)
            {
                Join(piece, pair, token);
            }

            pairs.Remove(pair);
            foreach ((int First, int Second) other in newPairs)
            {
                Enqueue(other);
            }

            newPairs.Clear();
        }

        return merges;
    }

    private void Enqueue((int First, int Second) pair)
    {
        if (pairs.TryGetValue(pair, out Pair? found) && found.Count > 1)
        {
            queue.Enqueue(pair, (-found.Count, pair.First, pair.Second));
        }
    }

    /// <summary>Joins a pair wherever it occurs in a piece, from left to right.</summary>
    private void Join(int index, (int First, int Second) pair, int token)
    {
        (int[] tokens, int length, long count) = pieces[index];
        int next = 0;
        for (int i = 0; i < length; i++, next++)
        {
            if (i + 1 >= length || (tokens[i], tokens[i + 1]) != pair)
            {
                tokens[next] = tokens[i];
                continue;
            }

            if (next > 0)
            {
                Change((tokens[next - 1], pair.First), index, -1);
                Increase((tokens[next - 1], token), index);
            }

            if (i + 2 < length)
            {
                Change((pair.Second, tokens[i + 2]), index, -1);
                Increase((token, tokens[i + 2]), index);
            }

            tokens[next] = token;
            i++;
        }

        pieces[index] = (tokens, next, count);
    }

    private void Increase((int First, int Second) pair, int piece)
    {
        Change(pair, piece, 1);
        newPairs.Add(pair);
    }

    /// <summary>Adds the occurrences of a pair in a piece, or removes them.</summary>
    private void Change((int First, int Second) pair, int piece, int sign)
    {
        if (!pairs.TryGetValue(pair, out Pair? found))
        {
            pairs.Add(pair, found = new());
        }

        found.Count += sign * pieces[piece].Count;
        if (sign > 0 && (found.Pieces.Count == 0 || found.Pieces[^1] != piece))
        {
            found.Pieces.Add(piece);
        }
    }

    /// <summary>The occurrences of a pair, and the pieces that it occurs in or has occurred in.</summary>
    private sealed class Pair
    {
        internal long Count { get; set; }

        internal List<int> Pieces { get; } = [];
    }
}
