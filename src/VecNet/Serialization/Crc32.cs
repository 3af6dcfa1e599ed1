using System.Buffers.Binary;

namespace VecNet;

/// <summary>The checksum of zip and gzip: CRC-32 with the polynomial 0x04C11DB7, bits reversed, as RFC 1952 defines it in section
/// 8.</summary>
/// <remarks>
/// .NET has this function only in a separate package. Eight bytes are processed at a time, each with a table of its contribution.
/// </remarks>
internal static class Crc32
{
    private const uint ReversedPolynomial = 0xEDB88320;

    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of bytes that follow others whose checksum is <paramref name="crc"/>, which is 0 if there are none.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] tables = Tables;
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(7 * 256) + (int)(low & 0xFF)] ^ tables[(6 * 256) + (int)(low >> 8 & 0xFF)]
                ^ tables[(5 * 256) + (int)(low >> 16 & 0xFF)] ^ tables[(4 * 256) + (int)(low >> 24)]
                ^ tables[(3 * 256) + (int)(high & 0xFF)] ^ tables[(2 * 256) + (int)(high >> 8 & 0xFF)]
                ^ tables[256 + (int)(high >> 16 & 0xFF)] ^ tables[(int)(high >> 24)];
        }

        foreach (byte one in bytes)
        {
            crc = tables[(int)((crc ^ one) & 0xFF)] ^ (crc >> 8);
        }

        return ~crc;
    }

    /// <summary>Table t contains the remainder of each byte followed by t zero bytes.</summary>
    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (int i = 0; i < tables.Length; i++)
        {
            uint remainder = i < 256 ? (uint)i : tables[i - 256];
            if (i < 256)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    remainder = (remainder >> 1) ^ ((remainder & 1) == 1 ? ReversedPolynomial : 0);
                }
            }
            else
            {
                remainder = tables[remainder & 0xFF] ^ (remainder >> 8);
            }

            tables[i] = remainder;
        }

        return tables;
    }
}
