using static VecNet.Text.CharacterTable;

namespace VecNet.Text;

/// <summary>
/// The entries of a <see cref="CharacterTable"/> while they are being collected: a page is an array of its own, or one that is shared.
/// </summary>
internal sealed class CharacterTableBuilder
{
    private readonly Dictionary<uint, uint[]> uniform = [];
    private readonly uint[][] pages = new uint[Characters >> PageShift][];

    internal CharacterTableBuilder() => Array.Fill(pages, Uniform(Entry(CharacterKind.Word)));

    internal void Fill(int first, int end, uint entry)
    {
        while (first < end)
        {
            int page = first >> PageShift, next = Math.Min(end, (page + 1) << PageShift);
            if (next - first == PageSize)
            {
                pages[page] = Uniform(entry);
            }
            else
            {
                Own(page).AsSpan(first & (PageSize - 1), next - first).Fill(entry);
            }

            first = next;
        }
    }

    internal void Set(int character, uint entry) => Own(character >> PageShift)[character & (PageSize - 1)] = entry;

    /// <summary>A character becomes another: it has its kind.</summary>
    internal void Map(int character, int mapped) => Set(character, Entry(KindOf(Get(mapped)), mapped));

    /// <summary>Makes characters words of their own; what they become stays.</summary>
    internal void Separate(int first, int last)
    {
        for (int character = first; character <= last;)
        {
            int page = character >> PageShift;
            if ((character & (PageSize - 1)) == 0 && character + PageSize - 1 <= last && IsShared(page))
            {
                pages[page] = Uniform(Entry(CharacterKind.Separate));
                character += PageSize;
                continue;
            }

            Set(character, Entry(CharacterKind.Separate, (int)(Get(character) & ValueMask)));
            character++;
        }
    }

    /// <summary>Writes the number of each page, and returns the entries of all pages.</summary>
    internal uint[] Finish(ushort[] numbers)
    {
        Dictionary<uint[], ushort> known = [];
        for (int page = 0; page < pages.Length; page++)
        {
            if (!known.TryGetValue(pages[page], out ushort number))
            {
                known.Add(pages[page], number = (ushort)known.Count);
            }

            numbers[page] = number;
        }

        uint[] entries = new uint[known.Count << PageShift];
        foreach ((uint[] page, ushort number) in known)
        {
            page.CopyTo(entries, number << PageShift);
        }

        return entries;
    }

    private uint Get(int character) => pages[character >> PageShift][character & (PageSize - 1)];

    private bool IsShared(int page) => uniform.TryGetValue(pages[page][0], out uint[]? shared) && shared == pages[page];

    private uint[] Own(int page) => IsShared(page) ? pages[page] = [.. pages[page]] : pages[page];

    private uint[] Uniform(uint entry)
    {
        if (!uniform.TryGetValue(entry, out uint[]? page))
        {
            uniform.Add(entry, page = new uint[PageSize]);
            page.AsSpan().Fill(entry);
        }

        return page;
    }
}
