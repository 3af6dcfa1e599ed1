using System.Globalization;

namespace VecNet;

/// <summary>
/// The header of a <c>.npy</c> file: a Python dictionary with exactly the keys <c>descr</c>, <c>fortran_order</c> and <c>shape</c>.
/// </summary>
/// <remarks>It is parsed as text of this form and never evaluated.</remarks>
internal sealed class NpyHeader
{
    /// <summary>NumPy has at most 64 dimensions.</summary>
    private const int MostDimensions = 64;

    private static readonly Dictionary<string, StoredElement> Elements = new()
    {
        ["b1"] = StoredElement.Boolean,
        ["u1"] = StoredElement.UInt8,
        ["i1"] = StoredElement.Int8,
        ["u2"] = StoredElement.UInt16,
        ["i2"] = StoredElement.Int16,
        ["u4"] = StoredElement.UInt32,
        ["i4"] = StoredElement.Int32,
        ["u8"] = StoredElement.UInt64,
        ["i8"] = StoredElement.Int64,
        ["f2"] = StoredElement.Float16,
        ["f4"] = StoredElement.Float32,
        ["f8"] = StoredElement.Float64,
    };

    private readonly string text;
    private int position;

    private NpyHeader(string text) => this.text = text;

    internal StoredElement Element;

    internal bool IsBigEndian;

    internal bool IsFortranOrder;

    internal IReadOnlyList<long> Shape = [];

    /// <summary>Reads the dictionary.</summary>
    /// <exception cref="InvalidDataException">The text is not such a dictionary, or describes an unsupported array.</exception>
    internal static NpyHeader Parse(string text)
    {
        var header = new NpyHeader(text);
        header.ReadDictionary();
        return header;
    }

    /// <summary>The dictionary of an array, as NumPy writes it.</summary>
    internal static string Write(StoredArray array)
    {
        string name = Elements.First(entry => entry.Value == array.Element).Key;
        char byteOrder = name[1] == '1' ? '|' : '<';
        return $"{{'descr': '{byteOrder}{name}', 'fortran_order': False, 'shape': {StoredArray.Describe(array.Shape)}, }}";
    }

    private void ReadDictionary()
    {
        var seen = new HashSet<string>();
        Expect('{');
        while (!Accept('}'))
        {
            string key = ReadString();
            Check(seen.Add(key), $"has the key '{key}' twice");
            Expect(':');
            switch (key)
            {
                case "descr":
                    ReadElement();
                    break;
                case "fortran_order":
                    IsFortranOrder = ReadBoolean();
                    break;
                case "shape":
                    Shape = ReadShape();
                    break;
                default:
                    Check(false, $"has the unknown key '{key}'");
                    break;
            }

            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }

        Check(seen.Count == 3, "does not have the three keys descr, fortran_order and shape");
        SkipBlanks();
        Check(position == text.Length, "continues after its end");
    }

    private void ReadElement()
    {
        SkipBlanks();
        Check(position >= text.Length || text[position] != '[', "describes records of several fields, which are not read");
        string name = ReadString();
        Check(!name.Contains('O', StringComparison.Ordinal), "describes Python objects, which are never read: their data are a program");
        bool known = name.Length == 3 && Elements.ContainsKey(name[1..]) && (name[0] is '<' or '>' || (name[0] == '|' && name[2] == '1'));
        Check(known, $"has the element type '{name}'; supported are booleans, integers, and floating-point numbers of 16, 32 and 64 bits");
        Element = Elements[name[1..]];
        IsBigEndian = name[0] == '>';
    }

    private bool ReadBoolean()
    {
        SkipBlanks();
        foreach ((string word, bool value) in new[] { ("True", true), ("False", false) })
        {
            if (text.AsSpan(position).StartsWith(word))
            {
                position += word.Length;
                return value;
            }
        }

        Check(false, "has a fortran_order that is neither True nor False");
        return false;
    }

    private List<long> ReadShape()
    {
        List<long> shape = [];
        Expect('(');
        while (!Accept(')'))
        {
            SkipBlanks();
            int start = position;
            while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] == '-'))
            {
                position++;
            }

            string number = text[start..position];
            Check(
                long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long length),
                $"has a shape with '{number}' where a length belongs");
            Check(length >= 0, $"has a shape with the negative length {length}");
            Check(number.Length == 1 || number[0] != '0', $"has a shape with '{number}' where a length belongs");

            // Python 2 wrote long integers as 3L.
            Accept('L');
            shape.Add(length);
            Check(shape.Count <= MostDimensions, $"has a shape of more than {MostDimensions} dimensions");
            if (!Accept(','))
            {
                Expect(')');
                Check(shape.Count > 1, "has a number in parentheses for a shape: a shape of one dimension ends with a comma");
                break;
            }
        }

        return shape;
    }

    private string ReadString()
    {
        SkipBlanks();
        char quote = position < text.Length ? text[position] : ' ';
        int end = quote is '\'' or '"' ? text.IndexOf(quote, position + 1) : -1;
        Check(end >= 0, $"has no text in quotes at character {position}");
        string content = text[(position + 1)..end];
        position = end + 1;
        return content;
    }

    private bool Accept(char character)
    {
        SkipBlanks();
        bool found = position < text.Length && text[position] == character;
        position += found ? 1 : 0;
        return found;
    }

    private void Expect(char character) => Check(Accept(character), $"has no '{character}' at character {position}");

    private void SkipBlanks()
    {
        while (position < text.Length && text[position] is ' ' or '\n' or '\r' or '\t')
        {
            position++;
        }
    }

    private static void Check(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new InvalidDataException($"the header of the .npy file {complaint}.");
        }
    }
}
