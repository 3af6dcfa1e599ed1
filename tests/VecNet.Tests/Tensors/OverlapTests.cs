using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Sharing is decided exactly: against the sets of all byte addresses of both views.</summary>
public abstract class OverlapTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BufferBytes = 4000;

    /// <summary>A view somewhere in a buffer of bytes; the start may be half an element off.</summary>
    public readonly record struct Place(int Start, int Rows, int Columns, int RowStride)
    {
        public static Place From(int start, int rows, int columns, int rowStride, bool half)
        {
            int size = Unsafe.SizeOf<T>();
            return new((start * size) + (half ? size / 2 : 0), rows, columns, rowStride);
        }

        public ReadOnlyTensorView<T> Of(byte[] memory) => WritableOf(memory);

        public TensorView<T> WritableOf(byte[] memory) => new(MemoryMarshal.Cast<byte, T>(memory.AsSpan(Start)), Rows, Columns, RowStride);

        public HashSet<int> Bytes()
        {
            var bytes = new HashSet<int>();
            int size = Unsafe.SizeOf<T>();
            for (int row = 0; row < Rows; row++)
            {
                for (int i = 0; i < Columns * size; i++)
                {
                    bytes.Add(Start + (row * RowStride * size) + i);
                }
            }

            return bytes;
        }
    }

    [Property]
    public void Views_share_if_and_only_if_they_have_a_byte_in_common(ulong seed)
    {
        var memory = new byte[BufferBytes];
        var random = new Seeded(seed);
        for (int i = 0; i < 50; i++)
        {
            Place x = Random(ref random);
            Place y = Random(ref random);
            if (random.Integer(0, 1) == 0 && y.Columns <= x.RowStride)
            {
                y = y with { RowStride = x.RowStride }; // blocks of one matrix, the case that matters most
            }

            bool expected = x.Bytes().Overlaps(y.Bytes());
            Assert.True(expected == Overlap.Share(x.Of(memory), y.Of(memory)), $"{x} and {y}: expected {expected}.");
            Assert.True(expected == Overlap.Share(y.Of(memory), x.Of(memory)), $"{y} and {x}: expected {expected}.");
        }
    }

    [Property]
    public void The_checks_throw_exactly_when_they_must(ulong seed)
    {
        var memory = new byte[BufferBytes];
        var random = new Seeded(seed);
        Place x = Random(ref random);
        Place y = random.Integer(0, 6) switch
        {
            0 => x,
            1 => x with { RowStride = x.RowStride + 1 }, // the same first row, then other elements
            2 => x with { Rows = x.Rows + 1 },
            3 when x.Columns > 0 => x with { Columns = x.Columns - 1 },
            _ => Random(ref random),
        };
        bool share = x.Bytes().Overlaps(y.Bytes());
        bool same = x.Start == y.Start && x.Rows == y.Rows && x.Columns == y.Columns && (x.RowStride == y.RowStride || x.Rows == 1);

        Assert.Equal(share, Throws(() => Overlap.CheckDisjoint(x.Of(memory), y.WritableOf(memory), "input", "output"), "input", "output"));
        Assert.Equal(
            share && !same, Throws(() => Overlap.CheckSameOrDisjoint(x.Of(memory), y.Of(memory), "input", "output"), "input", "output"));
    }

    [Fact]
    public void Neighboring_column_blocks_and_row_blocks_are_apart()
    {
        TensorView<T> matrix = new TensorBuffer<T>(8, 10).View;
        Assert.False(Overlap.Share<T>(matrix.SliceColumns(0, 4), matrix.SliceColumns(4, 6)));
        Assert.True(Overlap.Share<T>(matrix.SliceColumns(0, 5), matrix.SliceColumns(4, 6)));
        Assert.False(Overlap.Share<T>(matrix.SliceRows(0, 4), matrix.SliceRows(4, 4)));
        Assert.True(Overlap.Share<T>(matrix.SliceRows(0, 5), matrix.SliceRows(4, 4)));
        Assert.False(Overlap.Share<T>(matrix, matrix.SliceRows(3, 0)));
    }

    /// <summary>Views of different strides that interleave for a long while before they meet, or never do.</summary>
    [Theory]
    [InlineData(7, 5, 1, 1)]
    [InlineData(12, 8, 2, 2)]
    [InlineData(9, 6, 2, 1)]
    public void Different_strides_meet_where_arithmetic_says(int strideX, int strideY, int columnsX, int columnsY)
    {
        var memory = new byte[BufferBytes];
        for (int start = 0; start < 2 * strideX; start++)
        {
            foreach (bool half in new[] { false, true })
            {
                var x = Place.From(10, 9, columnsX, strideX, false);
                var y = Place.From(start, 11, columnsY, strideY, half);
                Assert.Equal(x.Bytes().Overlaps(y.Bytes()), Overlap.Share(x.Of(memory), y.Of(memory)));
            }
        }
    }

    private static Place Random(ref Seeded random)
    {
        int columns = random.Integer(0, 6);
        return Place.From(
            random.Integer(0, 150), random.Integer(0, 9), columns, columns + random.Integer(0, 20), random.Integer(0, 3) == 0);
    }

    private static bool Throws(Action check, params string[] named)
    {
        try
        {
            check();
            return false;
        }
        catch (ArgumentException exception)
        {
            Assert.All(named, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
            return true;
        }
    }
}

public sealed class OverlapFloatTests : OverlapTests<float>;

public sealed class OverlapDoubleTests : OverlapTests<double>;
