namespace VecNet.Text;

/// <summary>Reads the fields of a message of Protocol Buffers, one after another.</summary>
internal ref struct ProtobufReader(ReadOnlyMemory<byte> message)
{
    private readonly ReadOnlyMemory<byte> message = message;
    private readonly ReadOnlySpan<byte> bytes = message.Span;
    private int position;
    private int wireType;

    /// <summary>The number of the current field.</summary>
    internal int Field { get; private set; }

    /// <summary>Moves to the next field, whose value must then be read or skipped.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message.</exception>
    internal bool Next()
    {
        if (position == bytes.Length)
        {
            return false;
        }

        ulong tag = ReadVarint();
        Field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return tag is >= 8 and <= uint.MaxValue ? true : throw Malformed();
    }

    /// <summary>The value of a field that is an integer.</summary>
    internal long ReadInteger() => wireType == 0 ? (long)ReadVarint() : throw Malformed();

    /// <summary>Appends the values of a field of integers, which is one of them or all together.</summary>
    internal void ReadIntegers(List<long> values)
    {
        if (wireType != 2)
        {
            values.Add(ReadInteger());
            return;
        }

        var packed = new ProtobufReader(ReadBytes());
        while (packed.position < packed.bytes.Length)
        {
            values.Add((long)packed.ReadVarint());
        }
    }

    /// <summary>The value of a field of bytes, which is a text or a message, too.</summary>
    internal ReadOnlyMemory<byte> ReadBytes()
    {
        ulong length = wireType == 2 ? ReadVarint() : throw Malformed();
        if (length > (ulong)(bytes.Length - position))
        {
            throw Malformed();
        }

        position += (int)length;
        return message.Slice(position - (int)length, (int)length);
    }

    /// <summary>The value of a field that is a text.</summary>
    internal string ReadText() => System.Text.Encoding.UTF8.GetString(ReadBytes().Span);

    /// <summary>Moves behind the value of the field.</summary>
    internal void Skip()
    {
        switch (wireType)
        {
            case 0: ReadVarint(); break;
            case 1: Move(8); break;
            case 2: ReadBytes(); break;
            case 5: Move(4); break;
            default: throw Malformed();
        }
    }

    private void Move(int count) => position = count <= bytes.Length - position ? position + count : throw Malformed();

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = position < bytes.Length ? bytes[position++] : throw Malformed();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private readonly InvalidDataException Malformed() =>
        new($"the bytes are not a message of Protocol Buffers (at byte {position} of {bytes.Length}).");
}
