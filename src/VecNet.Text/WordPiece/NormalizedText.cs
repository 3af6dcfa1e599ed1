using System.Buffers;
using System.Text;

namespace VecNet.Text;

/// <summary>
/// A text as BERT's normalization writes it, for the search for added tokens that are normalized; other texts are normalized word by word.
/// </summary>
internal sealed class NormalizedText
{
    /// <summary>The number of characters up to which memory is kept.</summary>
    private const int MostKept = 1 << 20;

    private WordPieceVocabulary? vocabulary;
    private char[] written = [];
    private int[] starts = [], ends = [];
    private int length, barrier;
    private bool hasPlaces;

    /// <summary>The normalized text.</summary>
    internal ReadOnlySpan<char> Text => written.AsSpan(0, length);

    /// <summary>Normalizes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">The vocabulary, which has the options and the table of characters.</param>
    /// <param name="offset">Where the text begins in another one.</param>
    /// <param name="needsPlaces">Whether <see cref="PlaceOf"/> is called.</param>
    internal void Set(ReadOnlySpan<char> text, WordPieceVocabulary rules, int offset, bool needsPlaces)
    {
        vocabulary = rules;
        hasPlaces = needsPlaces;
        (length, barrier) = (0, 0);
        if (written.Length > MostKept)
        {
            (written, starts, ends) = ([], [], []);
        }

        for (int place = 0, units; place < text.Length; place += units)
        {
            int character = text[place];
            units = 1;
            if (char.IsSurrogate((char)character))
            {
                // A lone surrogate is read as U+FFFD.
                _ = Rune.DecodeFromUtf16(text[place..], out Rune rune, out units);
                character = rune.Value;
            }

            Append(character, vocabulary.Characters[character], offset + place, offset + place + units);
        }
    }

    /// <summary>The part of the original text that a part of the normalized text comes from.</summary>
    internal Range PlaceOf(int first, int end)
    {
        (int start, int last) = (starts[first], ends[first]);
        for (int i = first + 1; i < end; i++)
        {
            start = Math.Min(start, starts[i]);
            last = Math.Max(last, ends[i]);
        }

        return start..last;
    }

    private void Append(int character, uint entry, int start, int end)
    {
        CharacterKind kind = CharacterTable.KindOf(entry);
        switch (kind)
        {
            case CharacterKind.Space when vocabulary!.Options.RemoveControlCharacters:
                Write(' ', start, end);
                break;
            case CharacterKind.Separate when vocabulary!.Options.SeparateChineseCharacters && CharacterTable.IsChinese(character):
                Write(' ', start, end);
                Write(CharacterTable.TargetOf(entry, character), start, end);
                Write(' ', start, end);
                break;
            case CharacterKind.Word or CharacterKind.Space or CharacterKind.Separate:
                Write(CharacterTable.TargetOf(entry, character), start, end);
                break;
            case CharacterKind.Reordered:
                int before = length, place = PlaceInOrder(entry & CharacterTable.ValueMask);
                Write(character, start, end);
                MoveBack(place, length - before);
                break;
            case CharacterKind.RemovedStarter:
                barrier = length;
                break;
            case CharacterKind.Several:
                foreach (int part in vocabulary!.Characters.SeveralOf(entry))
                {
                    Append(part, vocabulary.Characters[part], start, end);
                }

                break;
            case CharacterKind.Hangul:
                (int lead, int vowel, int trail) = CharacterTable.Decompose(character);
                Write(lead, start, end);
                Write(vowel, start, end);
                if (trail != 0)
                {
                    Write(trail, start, end);
                }

                break;
        }
    }

    private void Write(int character, int start, int end)
    {
        if (length + 2 > written.Length)
        {
            Array.Resize(ref written, int.Max(256, checked(written.Length * 2)));
        }

        if (hasPlaces && starts.Length < written.Length)
        {
            Array.Resize(ref starts, written.Length);
            Array.Resize(ref ends, written.Length);
        }

        int units = new Rune(character).EncodeToUtf16(written.AsSpan(length));
        if (hasPlaces)
        {
            starts.AsSpan(length, units).Fill(start);
            ends.AsSpan(length, units).Fill(end);
        }

        length += units;
    }

    /// <summary>
    /// Canonical ordering: the place before characters of a higher combining class that end the text. It looks at no more of them than the
    /// longest word has, so that time is linear: longer words are unknown in any order.
    /// </summary>
    private int PlaceInOrder(uint combiningClass)
    {
        int place = length, most = vocabulary!.Options.MaxCharactersPerWord;
        for (; place > barrier && most > 0; most--)
        {
            if (Rune.DecodeLastFromUtf16(written.AsSpan(barrier..place), out Rune before, out int units) != OperationStatus.Done)
            {
                break;
            }

            uint entry = vocabulary.Characters[before.Value];
            if (CharacterTable.KindOf(entry) != CharacterKind.Reordered || (entry & CharacterTable.ValueMask) <= combiningClass)
            {
                break;
            }

            place -= units;
        }

        return place;
    }

    /// <summary>Moves the last characters of the text to a place before them.</summary>
    private void MoveBack(int place, int count)
    {
        for (int last = length - count; last > place; last--)
        {
            for (int i = last; i < last + count; i++)
            {
                (written[i - 1], written[i]) = (written[i], written[i - 1]);
                if (hasPlaces)
                {
                    (starts[i - 1], starts[i]) = (starts[i], starts[i - 1]);
                    (ends[i - 1], ends[i]) = (ends[i], ends[i - 1]);
                }
            }
        }
    }
}
