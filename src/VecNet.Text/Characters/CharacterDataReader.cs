namespace VecNet.Text;

/// <summary>Reads the numbers of <see cref="CharacterData"/>: seven bits in each byte, the lowest first.</summary>
internal ref struct CharacterDataReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> data = data;

    internal int Next()
    {
        int value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = data[0];
            data = data[1..];
            value |= (next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }
    }

    /// <summary>Reads a number whose lowest bit is its sign.</summary>
    internal int NextSigned()
    {
        int value = Next();
        return (value & 1) == 0 ? value >> 1 : -((value + 1) >> 1);
    }
}
