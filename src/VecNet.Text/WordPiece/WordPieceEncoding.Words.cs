using System.Buffers;
using System.Text;

namespace VecNet.Text;

/// <content>Words that are not all ASCII letters and digits: what normalization makes of their characters.</content>
internal ref partial struct WordPieceEncoding
{
    /// <summary>Adds the tokens of a word, or of a character that is a word of its own, from its normalized characters.</summary>
    /// <returns>The place after it.</returns>
    private int AddWord(int place, int end)
    {
        CharacterTable table = vocabulary.Characters;
        (length, characters, barrier) = (0, 0, 0);
        while (place < end)
        {
            char first = text[place];
            int character = first, units = 1;
            if (char.IsSurrogate(first))
            {
                // A lone surrogate is read as U+FFFD.
                _ = Rune.DecodeFromUtf16(text[place..end], out Rune rune, out units);
                character = rune.Value;
            }

            uint entry = table[character];
            CharacterKind kind = CharacterTable.KindOf(entry);
            if (kind is CharacterKind.Space or CharacterKind.Separate)
            {
                if (characters > 0)
                {
                    break;
                }

                if (kind == CharacterKind.Separate)
                {
                    int id = vocabulary.Words.Find(KeyOf(CharacterTable.TargetOf(entry, character)));
                    AddToken(id < 0 ? vocabulary.Unknown : id, place, place + units);
                }

                return place + units;
            }

            Append(character, entry, place, place + units);
            place += units;
        }

        if (characters > 0)
        {
            AddPieces();
        }

        return place;
    }

    private void Append(int character, uint entry, int start, int end)
    {
        switch (CharacterTable.KindOf(entry))
        {
            case CharacterKind.Word:
                Append(CharacterTable.TargetOf(entry, character), start, end);
                break;
            case CharacterKind.Reordered:
                int place = PlaceInOrder(entry & CharacterTable.ValueMask), before = length;
                Append(character, start, end);
                MoveBack(place, length - before);
                break;
            case CharacterKind.RemovedStarter:
                barrier = length;
                break;
            case CharacterKind.Several:
                foreach (int part in vocabulary.Characters.SeveralOf(entry))
                {
                    Append(part, vocabulary.Characters[part], start, end);
                }

                break;
            case CharacterKind.Hangul:
                (int lead, int vowel, int trail) = CharacterTable.Decompose(character);
                Append(lead, start, end);
                Append(vowel, start, end);
                if (trail != 0)
                {
                    Append(trail, start, end);
                }

                break;
        }
    }

    /// <summary>Appends a character to the word, or counts it if the word is too long already.</summary>
    private void Append(int character, int start, int end)
    {
        if (characters == 0)
        {
            wordStart = start;
        }

        wordEnd = end;
        if (characters >= maxCharacters)
        {
            characters = maxCharacters + 1;
            return;
        }

        characters++;
        int before = length;
        for (ulong key = KeyOf(character); key != 0; key >>= 8)
        {
            bytes[length++] = (byte)key;
        }

        if (!starts.IsEmpty)
        {
            starts[before..length].Fill(start);
            ends[before..length].Fill(end);
        }
    }

    /// <summary>
    /// The UTF-8 of a character, the first byte lowest. U+0000, which cannot be part of a key, becomes two bytes that occur nowhere else.
    /// </summary>
    private static ulong KeyOf(int character) => character switch
    {
        0 => 0x80C0,
        < 0x80 => (ulong)character,
        < 0x800 => (ulong)((character >> 6) | 0xC0 | ((character & 0x3F) << 8) | 0x8000),
        < 0x10000 => (ulong)((character >> 12) | 0xE0 | ((character << 2) & 0x3F00) | ((character & 0x3F) << 16) | 0x808000),
        _ => (uint)((character >> 18) | 0xF0 | ((character >> 4) & 0x3F00) | ((character << 10) & 0x3F0000) | (character << 24)
            & 0x3F000000) | 0x80808000,
    };

    /// <summary>Canonical ordering: the place before characters of a higher combining class that end the word.</summary>
    private readonly int PlaceInOrder(uint combiningClass)
    {
        int place = length;
        while (place > barrier && Rune.DecodeLastFromUtf8(bytes[barrier..place], out Rune before, out int count) == OperationStatus.Done)
        {
            uint entry = vocabulary.Characters[before.Value];
            if (CharacterTable.KindOf(entry) != CharacterKind.Reordered || (entry & CharacterTable.ValueMask) <= combiningClass)
            {
                break;
            }

            place -= count;
        }

        return place;
    }

    /// <summary>Moves the last bytes of the word to a place before them.</summary>
    private readonly void MoveBack(int place, int count)
    {
        for (int last = length - count; last > place; last--)
        {
            for (int i = last; i < last + count; i++)
            {
                (bytes[i - 1], bytes[i]) = (bytes[i], bytes[i - 1]);
                if (!starts.IsEmpty)
                {
                    (starts[i - 1], starts[i]) = (starts[i], starts[i - 1]);
                    (ends[i - 1], ends[i]) = (ends[i], ends[i - 1]);
                }
            }
        }
    }
}
