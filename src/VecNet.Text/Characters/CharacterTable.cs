using System.Buffers.Text;

namespace VecNet.Text;

/// <summary>
/// What BERT's normalization makes of each character: its kind, and what it becomes. Independent of the platform's Unicode data, so that
/// ids are the same everywhere.
/// </summary>
/// <remarks>
/// An entry is a <see cref="CharacterKind"/>, shifted by <see cref="KindShift"/>, and a number: what the character becomes (0: itself),
/// its combining class if it is reordered, or the index of several characters. Entries are in pages of 256, and equal pages of one kind
/// are shared. A table takes about 100 kB, and there is one for each combination of options that is used.
/// </remarks>
internal sealed class CharacterTable
{
    internal const int KindShift = 24;
    internal const uint ValueMask = (1 << KindShift) - 1;
    internal const int PageShift = 8, PageSize = 1 << PageShift, Characters = 0x110000;
    private const int FirstSyllable = 0xAC00, Syllables = 11172, VowelsAndTrails = 588, Trails = 28;
    private const int FirstLead = 0x1100, FirstVowel = 0x1161, NoTrail = 0x11A7;
    private static readonly CharacterTable?[] Tables = new CharacterTable?[16];

    /// <summary>The blocks of ideographs; the reference implementation leaves out 2B820 to 2B91F.</summary>
    private static readonly (int First, int Last)[] Chinese =
    [
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
        (0x2B920, 0x2CEAF), (0x2F800, 0x2FA1F),
    ];

    private readonly ushort[] pages = new ushort[Characters >> PageShift];
    private readonly uint[] entries;
    private readonly int[] several;

    private CharacterTable(bool cleans, bool lowers, bool strips, bool separatesChinese)
    {
        var reader = new CharacterDataReader(Decode());
        var builder = new CharacterTableBuilder();
        for (int remaining = reader.Next(), end = 0; remaining > 0; remaining--)
        {
            int first = end + reader.Next();
            end = first + reader.Next();
            builder.Fill(first, end, EntryOf(reader.Next(), cleans, strips));
        }

        if (strips)
        {
            builder.Fill(FirstSyllable, FirstSyllable + Syllables, Entry(CharacterKind.Hangul));
        }

        Dictionary<int, int> lower = ReadLowerCase(ref reader);
        if (lowers)
        {
            foreach ((int character, int mapped) in lower)
            {
                builder.Map(character, mapped);
            }
        }

        List<int> sequences = [];
        if (lowers && !strips)
        {
            // The only character whose lower case are two, with a dot above, which is not stripped here.
            builder.Set(0x130, Entry(CharacterKind.Several));
            sequences.AddRange([2, 'i', 0x307]);
        }

        if (strips)
        {
            ReadDecompositions(ref reader, builder, lowers ? lower : [], sequences);
        }

        if (separatesChinese)
        {
            foreach ((int first, int last) in Chinese)
            {
                builder.Separate(first, last);
            }
        }

        several = [.. sequences];
        entries = builder.Finish(pages);
    }

    /// <summary>The entry of a Unicode scalar value.</summary>
    internal uint this[int character] => entries[(pages[character >> PageShift] << PageShift) | (character & (PageSize - 1))];

    /// <summary>Gets the table of a combination of options.</summary>
    internal static CharacterTable Get(bool cleans, bool lowers, bool strips, bool separatesChinese)
    {
        int index = (cleans ? 1 : 0) | (lowers ? 2 : 0) | (strips ? 4 : 0) | (separatesChinese ? 8 : 0);
        return Tables[index] ?? Interlocked.CompareExchange(
            ref Tables[index], new(cleans, lowers, strips, separatesChinese), null) ?? Tables[index]!;
    }

    internal static CharacterKind KindOf(uint entry) => (CharacterKind)(entry >> KindShift);

    /// <summary>What a character of the kinds <see cref="CharacterKind.Word"/> and <see cref="CharacterKind.Separate"/> becomes.</summary>
    internal static int TargetOf(uint entry, int character)
    {
        int value = (int)(entry & ValueMask);
        return value == 0 ? character : value;
    }

    /// <summary>The characters that an entry of the kind <see cref="CharacterKind.Several"/> stands for.</summary>
    internal ReadOnlySpan<int> SeveralOf(uint entry)
    {
        int index = (int)(entry & ValueMask);
        return several.AsSpan(index + 1, several[index]);
    }

    /// <summary>Whether a character is one that texts of Chinese are made from.</summary>
    internal static bool IsChinese(int character)
    {
        foreach ((int first, int last) in Chinese)
        {
            if (character >= first && character <= last)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The Jamo of a Hangul syllable; 0 if it has no trail.</summary>
    internal static (int Lead, int Vowel, int Trail) Decompose(int syllable)
    {
        int index = syllable - FirstSyllable, trail = index % Trails;
        return (
            FirstLead + (index / VowelsAndTrails), FirstVowel + (index % VowelsAndTrails / Trails), trail == 0 ? 0 : NoTrail + trail);
    }

    internal static uint Entry(CharacterKind kind, int value = 0) => ((uint)kind << KindShift) | (uint)value;

    /// <summary>The entry of a class of the data.</summary>
    private static uint EntryOf(int group, bool cleans, bool strips) => group switch
    {
        1 => Entry(CharacterKind.Space),
        2 => Entry(CharacterKind.Separate),
        3 => Entry(cleans ? CharacterKind.Removed : CharacterKind.Word),
        4 => Entry(cleans ? CharacterKind.Removed : CharacterKind.Space),
        5 => Entry(strips ? CharacterKind.Removed : CharacterKind.Word),
        6 => Entry(strips ? CharacterKind.RemovedStarter : CharacterKind.Word),
        _ => strips ? Entry(CharacterKind.Reordered, group - 16) : Entry(CharacterKind.Word),
    };

    private static byte[] Decode()
    {
        byte[] data = new byte[Base64.GetMaxDecodedFromUtf8Length(CharacterData.Base64.Length)];
        Base64.DecodeFromUtf8(CharacterData.Base64, data, out _, out _);
        return data;
    }

    private static Dictionary<int, int> ReadLowerCase(ref CharacterDataReader reader)
    {
        Dictionary<int, int> lower = [];
        for (int remaining = reader.Next(), first = 0; remaining > 0; remaining--)
        {
            first += reader.Next();
            int count = reader.Next(), step = reader.Next(), difference = reader.NextSigned();
            for (int character = first; count > 0; count--, character += step)
            {
                lower.Add(character, character + difference);
            }
        }

        return lower;
    }

    private static void ReadDecompositions(
        ref CharacterDataReader reader, CharacterTableBuilder builder, Dictionary<int, int> lower, List<int> sequences)
    {
        for (int remaining = reader.Next(), character = 0, part = 0; remaining > 0; remaining--)
        {
            int gap = reader.Next(), count = (gap & 1) == 0 ? 1 : reader.Next();
            character += gap >> 1;
            if (count == 1)
            {
                part += reader.NextSigned();
                builder.Map(character, lower.GetValueOrDefault(part, part));
                continue;
            }

            builder.Set(character, Entry(CharacterKind.Several, sequences.Count));
            sequences.Add(count);
            for (; count > 0; count--)
            {
                part += reader.NextSigned();
                sequences.Add(lower.GetValueOrDefault(part, part));
            }
        }
    }
}
