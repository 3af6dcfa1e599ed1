using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VecNet.Text;

/// <summary>64 characters of a text as bytes, and a bit for each character that says what it is.</summary>
internal readonly struct AsciiBlock
{
    /// <summary>The number of characters.</summary>
    internal const int Length = 64;

    /// <summary>The number of bytes: a key of a word that begins with the last character can be read.</summary>
    internal const int Room = Length + PieceTable.KeyBytes;

    /// <summary>ASCII letters and digits.</summary>
    internal readonly ulong Letters;

    /// <summary>What is not ASCII, and control characters except tab, LF and CR.</summary>
    internal readonly ulong Other;

    /// <summary>What is not a space, tab, LF or CR.</summary>
    internal readonly ulong Tokens;

    private AsciiBlock(ulong letters, ulong other, ulong tokens) => (Letters, Other, Tokens) = (letters, other, tokens);

    /// <summary>The other ASCII characters.</summary>
    internal ulong Punctuation => Tokens & ~(Letters | Other);

    /// <summary>Reads the first characters of a text; after its end come spaces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lowers">Whether letters become lower case.</param>
    /// <param name="bytes">Receives the letters and digits; other characters are not specified.</param>
    [SkipLocalsInit]
    internal static AsciiBlock Read(ReadOnlySpan<char> text, bool lowers, Span<byte> bytes)
    {
        ReadOnlySpan<ushort> units = MemoryMarshal.Cast<char, ushort>(text);
        if (units.Length < Length)
        {
            Span<ushort> padded = stackalloc ushort[Length];
            units.CopyTo(padded);
            padded[units.Length..].Fill(' ');
            return Classify(padded, lowers, bytes);
        }

        return Classify(units, lowers, bytes);
    }

    private static AsciiBlock Classify(ReadOnlySpan<ushort> units, bool lowers, Span<byte> bytes)
    {
        // A digit already has the bit that makes a letter lower case.
        Vector128<byte> lower = Vector128.Create((byte)(lowers ? 0x20 : 0));
        ulong letters = 0, other = 0, tokens = 0;
        for (int i = 0; i < Length; i += Vector128<byte>.Count)
        {
            Vector128<byte> block = Vector128.NarrowWithSaturation(
                Vector128.Create(units[i..]), Vector128.Create(units[(i + Vector128<ushort>.Count)..]));
            (block | lower).CopyTo(bytes[i..]);
            Vector128<byte> letter = Vector128.LessThan(
                (block | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)26));
            Vector128<byte> digit = Vector128.LessThan(block - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
            Vector128<byte> space = Vector128.Equals(block, Vector128.Create((byte)' '))
                | Vector128.Equals(block, Vector128.Create((byte)'\t'))
                | Vector128.Equals(block, Vector128.Create((byte)'\n'))
                | Vector128.Equals(block, Vector128.Create((byte)'\r'));

            // As signed numbers, what is not ASCII is less than a space, too.
            Vector128<byte> control = Vector128.LessThan(block.AsSByte(), Vector128.Create((sbyte)' ')).AsByte()
                | Vector128.Equals(block, Vector128.Create((byte)0x7F));
            letters |= (ulong)(letter | digit).ExtractMostSignificantBits() << i;
            other |= (ulong)Vector128.AndNot(control, space).ExtractMostSignificantBits() << i;
            tokens |= (ulong)(~space).ExtractMostSignificantBits() << i;
        }

        return new(letters, other, tokens);
    }
}
