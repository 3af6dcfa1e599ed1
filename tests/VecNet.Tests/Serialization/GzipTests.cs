using System.Buffers.Binary;

namespace VecNet.Tests;

/// <summary>gzip as RFC 1952 has it: headers with everything in them, members one after another, checksum and length.</summary>
public sealed class GzipTests
{
    /// <summary>An IDX array of bytes with a pattern that is not compressed to nothing.</summary>
    private static readonly byte[] Content = [0, 0, 8, 1, 0, 0, 0x4E, 0x20, .. Enumerable.Range(0, 20_000).Select(i => (byte)(i * i / 7))];

    private static readonly byte[] File = FileReaders.Gzip(Content);

    [Fact]
    public void The_checksum_is_that_of_others()
    {
        Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0x414FA339u, Crc32.Append(0, "The quick brown fox jumps over the lazy dog"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
        for (int length = 0; length < 40; length++)
        {
            // In pieces as in one.
            Assert.Equal(
                Crc32.Append(0, Content.AsSpan(9, length + 13)),
                Crc32.Append(Crc32.Append(0, Content.AsSpan(9, length)), Content.AsSpan(9 + length, 13)));
        }
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "")]
    [InlineData(8, "name\0")]
    [InlineData(16, "a comment\0")]
    [InlineData(24, "name\0a comment\0")]
    [InlineData(4, "\u0003\0abc")]
    [InlineData(4, "\0\0")]
    [InlineData(28, "\u0002\0abname\0\0")]
    public void A_header_may_hold_much(byte flags, string more)
    {
        byte[] header = [0x1F, 0x8B, 8, flags, 1, 2, 3, 4, 0, 255, .. more.Select(character => (byte)character)];
        Assert.Equal(Content[8..], Read([.. header, .. File[10..]]));
        byte[] withChecksum = [.. header];
        withChecksum[3] |= 2;
        byte[] checksum = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(checksum, (ushort)Crc32.Append(0, withChecksum));
        Assert.Equal(Content[8..], Read([.. withChecksum, .. checksum, .. File[10..]]));
        checksum[0] ^= 1;
        Refuses("the header of the gzip file is damaged: its checksum does not match.", [.. withChecksum, .. checksum, .. File[10..]]);
    }

    [Fact]
    public void What_a_header_may_not_hold_is_named()
    {
        Refuses("the gzip file has the compression method 7; only 8, deflate, is defined.", [.. File[..2], 7, .. File[3..]]);
        Refuses("the gzip file has the flags 0x20, of which some are reserved.", [.. File[..3], 0x20, .. File[4..]]);
        Refuses("the gzip file ends within its header.", File[..9]);
        Refuses("the gzip file ends within its header.", [.. File[..3], 8, .. File[4..10], (byte)'n']);
    }

    [Fact]
    public void A_trailer_must_be_there_and_right()
    {
        byte[] wrong = [.. File];
        wrong[^8] ^= 0x10;
        Refuses("the content of the gzip file is damaged: its checksum does not match.", wrong);
        wrong[^8] ^= 0x10;
        wrong[^1] ^= 1;
        Refuses($"the content of the gzip file is damaged: its length is 20008, not {20008 + (1 << 24)} (modulo 2³²).", wrong);
        Refuses("the gzip file ends within its checksum.", File[..^8]);
        Refuses("the gzip file ends within its checksum.", File[..^1]);
        Refuses("the compressed data end before they are complete.", File[..^9]);
        Refuses("more bytes follow the end of the compressed data.", [.. File, .. new byte[10]]);
        Refuses("the gzip file ends within its header.", [.. File, 0]);
    }

    /// <summary>Members of any size, empty ones among them: what follows one is far beyond its end or near.</summary>
    [Fact]
    public void Members_follow_one_another()
    {
        foreach (int[] cuts in new int[][]
        {
            [0, 20_008], [20_008], [1, 2, 3, 4], [10_000], [10, 20_000], [19_000, 20_007], [0, 0, 5_000, 5_000],
        })
        {
            byte[] file = [];
            int begin = 0;
            foreach (int end in (int[])[.. cuts, Content.Length])
            {
                file = [.. file, .. FileReaders.Gzip(Content[begin..end])];
                begin = end;
            }

            Assert.Equal(Content[8..], Read(file));
            file[^8] ^= 1;
            Refuses("the content of the gzip file is damaged: its checksum does not match.", file);
        }
    }

    [Fact]
    public void Damaged_data_are_not_called_unsupported() =>
        Refuses("the compressed data are damaged.", [.. File[..10], 7, .. File[11..]]);

    private static byte[] Read(byte[] file) => IdxFile.Read(new MemoryStream(file)).Data.ToArray();

    private static void Refuses(string complaint, byte[] file)
    {
        Assert.Equal(complaint, Assert.Throws<InvalidDataException>(() => Read(file)).Message);
        Assert.Equal(complaint, Assert.Throws<InvalidDataException>(() => IdxFile.Read(new Trickle(file))).Message);
    }
}
