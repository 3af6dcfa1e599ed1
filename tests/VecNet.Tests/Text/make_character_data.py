"""Makes src/VecNet.Text/Characters/CharacterData.cs, what BERT's tokenizers know of characters in a few kilobytes, and unicode.txt, which
the tests' plain reference reads.

  python3 make_character_data.py

The reference implementation, Hugging Face's tokenizers 0.22, has categories of Unicode 8, decompositions of Unicode 9 and case mappings of
Unicode 16. Python's unicodedata, of Unicode 14 to 16, has newer categories; the characters that changed are listed here.

The data are numbers of variable length (7 bits each, the lowest first), in three lists, each with its number of entries first:
  classes: gap to the end of the entry before, number of characters, class
  lower case: gap to the entry before, number of characters, distance between them, difference to the lower case (zigzag)
  decompositions without nonspacing marks: gap to the entry before, doubled, plus 1 if the number of characters follows because it is not 1;
    the difference of each character to the one before in the data (zigzag)

unicode.txt has a line for each character that is ordinary here but has another category in newer versions (= and its category, or - for
none that matters), each that is decomposed (: and the characters), and each with a combining class (+ and the class).
"""

import base64
import os
import unicodedata

# Categories Mn, Cf and P of newer versions, which are ordinary characters in Unicode 8.
ORDINARY = """
    061D 07FD 0890-0891 0897-089F 08CA-08E2 09FD-09FE 0A76 0AFA-0AFF 0B55 0C04 0C3C 0C77 0C84 0D00 0D3B-0D3C 0D81 0EBA 0ECE 180F 1885-1886
    1ABF-1ACE 1B4E-1B4F 1B7D-1B7F 1DF6-1DFB 2E43-2E4F 2E52-2E5D A82C A8C5 A8FF A9BD 10D24-10D27 10D69-10D6E 10EAB-10EAD 10EFC-10EFF
    10F46-10F50 10F55-10F59 10F82-10F89 11070 11073-11074 110C2 110CD 111CF 1123E 11241 1133B 113BB-113C0 113CE 113D0 113D2 113D4-113D5
    113D7-113D8 113E1-113E2 11438-1143F 11442-11444 11446 1144B-1144F 1145A-1145B 1145D-1145E 11660-1166C 116B9 1182F-11837 11839-1183B
    1193B-1193C 1193E 11943-11946 119D4-119D7 119DA-119DB 119E0 119E2 11A01-11A0A 11A33-11A38 11A3B-11A47 11A51-11A56 11A59-11A5B
    11A8A-11A96 11A98-11A9C 11A9E-11AA2 11B00-11B09 11BE1 11C30-11C36 11C38-11C3D 11C3F 11C41-11C45 11C70-11C71 11C92-11CA7 11CAA-11CB0
    11CB2-11CB3 11CB5-11CB6 11D31-11D36 11D3A 11D3C-11D3D 11D3F-11D45 11D47 11D90-11D91 11D95 11D97 11EF3-11EF4 11EF7-11EF8 11F00-11F01
    11F36-11F3A 11F40 11F42-11F4F 11F5A 11FFF 12FF1-12FF2 13430-13440 13447-13455 1611E-16129 1612D-1612F 16D6D-16D6F 16E97-16E9A 16F4F
    16FE2 16FE4 1CF00-1CF2D 1CF30-1CF46 1E000-1E006 1E008-1E018 1E01B-1E021 1E023-1E024 1E026-1E02A 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF
    1E4EC-1E4EF 1E5EE-1E5EF 1E5FF 1E944-1E94A 1E95E-1E95F"""
OTHER_CATEGORIES = {0x166D: "Po", 0x111C9: "Po", 0x1734: "Mn", 0x1171E: "Mn"}

# Characters that are reordered in Unicode 9 although they are not nonspacing marks in Unicode 8.
REORDERED = "08D4-08E1 1B44 1BAA 1BF2-1BF3 1DFB 302E-302F A953 A9C0 111C0 11235 1134D 11442 11446 116B6 11C3F 1D165-1D166 1D16D-1D172 " \
    "1E000-1E006 1E008-1E018 1E01B-1E021 1E023-1E024 1E026-1E02A 1E944-1E94A"

# Characters that got a decomposition after Unicode 9.
NOT_DECOMPOSED = "105C9 105E4 11383 11385 1138E 11391 113C5 113C7-113C8 11938 16121-16128 16D68-16D6A"

# The case mappings that Unicode 16 added to those of Unicode 14.
LOWER_CASE = {0x1C89: 0x1C8A, 0xA7CB: 0x0264, 0xA7CC: 0xA7CD, 0xA7DA: 0xA7DB, 0xA7DC: 0x019B}
LOWER_CASE.update({0x10D50 + i: 0x10D70 + i for i in range(22)})

WHITE_SPACE = "0009-000D 0020 0085 00A0 1680 2000-200A 2028-2029 202F 205F 3000"
LAST = 0x10FFFF
WORD, SPACE, PUNCTUATION, REMOVED, SPACE_OR_REMOVED, MARK, MARK_THAT_STARTS, REORDERED_CLASS = 0, 1, 2, 3, 4, 5, 6, 16


def characters(ranges):
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


ORDINARY, REORDERED, NOT_DECOMPOSED, WHITE_SPACE = (set(characters(x)) for x in (ORDINARY, REORDERED, NOT_DECOMPOSED, WHITE_SPACE))


def category(code):
    return "Lo" if code in ORDINARY else OTHER_CATEGORIES.get(code) or unicodedata.category(chr(code))


def decomposition(code):
    if code in NOT_DECOMPOSED or 0xAC00 <= code <= 0xD7A3:
        return [code]
    return [ord(character) for character in unicodedata.normalize("NFD", chr(code))]


def class_of(code):
    kind = category(code)
    if code in WHITE_SPACE:
        return SPACE_OR_REMOVED if kind == "Cc" and code not in (9, 10, 13) else SPACE
    if kind in ("Cc", "Cf", "Co") or code in (0, 0xFFFD):
        return REMOVED
    if kind == "Mn":
        return MARK_THAT_STARTS if any(not unicodedata.combining(chr(part)) for part in decomposition(code)) else MARK
    if code in REORDERED:
        return REORDERED_CLASS + unicodedata.combining(chr(code))
    return PUNCTUATION if kind[0] == "P" or (code < 128 and kind[0] == "S") else WORD


def number(value):
    result = bytearray()
    while value >= 128:
        result.append(value & 127 | 128)
        value >>= 7
    return bytes(result) + bytes([value])


def signed(value):
    return number(value * 2 if value >= 0 else -value * 2 - 1)


def classes():
    entries, end, code = [], 0, 0
    while code <= LAST:
        first, kind = code, class_of(code)
        while code <= LAST and class_of(code) == kind:
            code += 1
        if kind != WORD:
            entries.append(number(first - end) + number(code - first) + number(kind))
            end = code
    return entries


def lower_case():
    mapping = {code: ord(chr(code).lower()) for code in range(LAST + 1) if len(chr(code).lower()) == 1} | {0x130: ord("i")} | LOWER_CASE
    mapping = {code: lower - code for code, lower in sorted(mapping.items()) if lower != code}
    entries, previous = [], 0
    while mapping:
        first, difference = next(iter(mapping.items()))
        best = (1, 1)
        for step in (1, 2):
            count = 1
            while mapping.get(first + count * step) == difference and not (step == 2 and first + count * 2 - 1 in mapping):
                count += 1
            best = max(best, (count, step))
        entries.append(number(first - previous) + number(best[0]) + number(best[1]) + signed(difference))
        for i in range(best[0]):
            del mapping[first + i * best[1]]
        previous = first
    return entries


def decompositions():
    entries, previous, last = [], 0, 0
    for code in range(LAST + 1):
        parts = [part for part in decomposition(code) if category(part) != "Mn"]
        if parts == [code] or category(code) == "Mn":
            continue
        entry = number((code - previous) * 2 + (len(parts) != 1)) + (number(len(parts)) if len(parts) != 1 else b"")
        for part in parts:
            entry += signed(part - last)
            last = part
        previous = code
        entries.append(entry)
    return entries


def combining_class(code):
    return unicodedata.combining(chr(code)) if category(code) == "Mn" or code in REORDERED else 0


def reference():
    for code in range(LAST + 1):
        if code in ORDINARY or code in OTHER_CATEGORIES:
            yield f"{code:04X} = {OTHER_CATEGORIES.get(code, '-')}"
        parts = decomposition(code)
        if parts != [code]:
            yield f"{code:04X} : " + " ".join(f"{part:04X}" for part in parts)
        if combining_class(code):
            yield f"{code:04X} + {combining_class(code)}"


def main():
    assert (14,) <= tuple(int(part) for part in unicodedata.unidata_version.split(".")) < (17,), "Needs Unicode 14, 15 or 16."
    data = b"".join(number(len(entries)) + b"".join(entries) for entries in (classes(), lower_case(), decompositions()))
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 120] for i in range(0, len(text), 120)]
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../src/VecNet.Text/Characters")
    with open(os.path.join(folder, "CharacterData.cs"), "w") as file:
        file.write("""namespace VecNet.Text;

/// <summary>
/// What a <see cref="CharacterTable"/> is made from, in Base64. Generated and described by tests/VecNet.Tests/Text/make_character_data.py.
/// </summary>
internal static class CharacterData
{
    internal static ReadOnlySpan<byte> Base64 =>
        \"""" + '"u8\n        + "'.join(lines) + """\"u8;
}
""")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "unicode.txt"), "w") as file:
        file.writelines(line + "\n" for line in reference())
    print(f"{len(data)} bytes")


if __name__ == "__main__":
    main()
