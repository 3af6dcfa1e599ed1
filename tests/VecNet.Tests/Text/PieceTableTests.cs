using System.Text;
using FsCheck.Xunit;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The longest piece is found, as by trying all of them.</summary>
public sealed class PieceTableTests
{
    [Property]
    public void The_longest_piece_is_found(int[] words, int[] lengths)
    {
        // Few letters and many lengths: pieces are often beginnings of others.
        string[] pieces =
            [.. words.Zip(lengths.Concat(words)).Select(pair => Word(pair.First, (int)((uint)pair.Second % 24) + 1)).Distinct()];
        PieceTable table = Create(pieces, out (int, int)? same);
        Assert.Null(same);
        foreach (string text in pieces.SelectMany(piece => new[] { piece, piece + "ab", piece[..^1], piece[1..] }))
        {
            if (text.Length > 0)
            {
                string? longest = pieces.Where(piece => text.StartsWith(piece, StringComparison.Ordinal)).MaxBy(piece => piece.Length);
                int length = text.Length;
                int id = table.FindLongest(Padded(text), ref length);
                Assert.Equal(Array.IndexOf(pieces, longest), id);
                Assert.True(id < 0 || length == longest!.Length);
            }
        }
    }

    [Property]
    public void Two_equal_pieces_are_found(int[] words, byte first, byte second)
    {
        List<string> pieces = [.. words.Append(1).Select((word, i) => Word(word, (int)((uint)word % 24) + 1) + i)];
        int one = first % pieces.Count, two = second % (pieces.Count + 1);
        pieces.Insert(two, pieces[one]);
        one += two <= one ? 1 : 0;
        Create([.. pieces], out (int First, int Second)? same);
        Assert.Equal((Math.Min(one, two), Math.Max(one, two)), same);
    }

    /// <summary>What follows the word in the buffer does not matter.</summary>
    [Fact]
    public void Nothing_after_the_word_is_read()
    {
        PieceTable table = Create(["a", "ab", "abc", "abcd", "abcdefghabcdefgh", "abcdefghabcdefghi", "abcdefghabcdefghijk"], out _);
        foreach (int length in Enumerable.Range(1, 20))
        {
            int found = length;
            int id = table.FindLongest(Padded("abcdefghabcdefghijkl"), ref found);
            Assert.Equal(length switch { < 4 => length - 1, < 16 => 3, 16 => 4, < 19 => 5, _ => 6 }, id);
        }
    }

    [Fact]
    public void An_empty_table_has_no_piece()
    {
        int length = 3;
        Assert.Equal(-1, Create([], out _).FindLongest(Padded("abc"), ref length));
        Assert.Equal(-1, Create([], out _).Find(0));
    }

    private static PieceTable Create(string[] pieces, out (int, int)? same) =>
        new([.. pieces.Select((piece, id) => ((ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(piece), id))], out same);

    private static string Word(int number, int length) =>
        string.Create(length, (uint)number, (letters, rest) =>
        {
            for (int i = 0; i < letters.Length; i++)
            {
                letters[i] = i < 14 ? 'a' : (char)('a' + (rest & 1));
                rest = i < 14 ? rest : rest >> 1;
            }
        });

    private static byte[] Padded(string text) => [.. Encoding.UTF8.GetBytes(text), .. Enumerable.Repeat((byte)'z', PieceTable.KeyBytes)];
}
